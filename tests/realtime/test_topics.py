"""Topics by name."""

from uuid import UUID

import pytest

from alongside.kit.errors import NotFound
from alongside.realtime.topics import TopicRegistry, uuid_key
from tests.realtime.world import Conversations, ListOf, MemoryJournal


@pytest.fixture
def registry() -> TopicRegistry:
    registry = TopicRegistry()
    journal = MemoryJournal()
    registry.add(Conversations(journal))
    registry.add(ListOf("desk", journal))
    return registry


def test_a_topic_is_a_kind_and_a_key(registry: TopicRegistry) -> None:
    kind, key = registry.find("conversation:abc")
    assert (kind.name, key) == ("conversation", "abc")
    assert registry.find("desk")[1] == ""


def test_an_unknown_kind_is_told_which_there_are(registry: TopicRegistry) -> None:
    with pytest.raises(NotFound, match=r"Known: conversation, desk\."):
        registry.find("weather")


def test_a_kind_is_given_once(registry: TopicRegistry) -> None:
    with pytest.raises(ValueError, match="desk"):
        registry.add(ListOf("desk", MemoryJournal()))


def test_a_key_has_one_way_of_being_written() -> None:
    one = UUID(int=0xABC)
    assert uuid_key(str(one)) == one
    for other in (str(one).upper(), one.hex, f"{{{one}}}", f"urn:uuid:{one}", "", "x"):
        with pytest.raises(NotFound):
            uuid_key(other)
