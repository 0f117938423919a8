"""Facts travel as JSON under a name of their own and come back the same."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from alongside.kit.events import Fact, FactRegistry, encode_fact, type_of
from alongside.kit.ids import uuid7


class EntriesAppended(Fact, frozen=True):
    conversation_id: UUID
    ranges: list[tuple[int, int]]
    at: datetime


class MeterFailed(Fact, frozen=True):
    meter: str


FACT = EntriesAppended(conversation_id=uuid7(), ranges=[(1, 3)], at=datetime(2026, 11, 22, tzinfo=UTC))


def test_a_fact_is_named_after_its_class() -> None:
    assert type_of(EntriesAppended) == type_of(FACT) == "entries_appended"


def test_a_fact_comes_back_from_json_as_it_was() -> None:
    carried = msgspec.json.decode(msgspec.json.encode(encode_fact(FACT)))
    assert carried["type"] == "entries_appended"
    assert FactRegistry([EntriesAppended, MeterFailed]).decode(carried) == FACT


def test_an_unknown_fact_is_a_key_error_and_a_wrong_one_does_not_fit() -> None:
    registry = FactRegistry([MeterFailed])
    assert "entries_appended" not in registry
    with pytest.raises(KeyError):
        registry.decode(encode_fact(FACT))
    with pytest.raises(msgspec.ValidationError):
        registry.decode({"type": "meter_failed", "meter": 5})


def test_two_facts_of_one_name_are_refused() -> None:
    class Other(Fact, frozen=True, tag="meter_failed"):
        meter: str

    with pytest.raises(ValueError, match="meter_failed"):
        FactRegistry([MeterFailed, Other])
