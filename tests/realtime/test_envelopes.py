"""Two versions side by side: what the one sends, the other reads as far as it understands it."""

from uuid import UUID

import msgspec
import pytest

from alongside.realtime.bus import AnyMessage, Envelope, Hints, Touched
from alongside.realtime.envelopes import groups, opened
from alongside.realtime.presence import Beat, Delta, Move
from alongside.realtime.topics import Hint

WORKSPACE = UUID("01890000-0000-7000-8000-000000000001")
# As version 0.2.0 wrote it, from the server and from append_entries of migration 0002.
OLD = """{"from":"01890000-0000-7000-8000-0000000000aa","messages":[
    {"type":"hints","workspace_id":"01890000-0000-7000-8000-000000000001",
     "hints":[["conversation:01890000-0000-7000-8000-0000000000bb",1,2]]},
    {"type":"touched","workspace_id":"01890000-0000-7000-8000-000000000001","topics":["desk"]}]}"""
# As some later version may write it: more fields, longer arrays, types that nobody here has heard of.
NEW = """{"from":"node","number":4,"version":"9.1","messages":[
    {"type":"dance","steps":[1,2,3]},
    {"type":"hints","workspace_id":"01890000-0000-7000-8000-000000000001","shard":3,
     "hints":[["conversation:01890000-0000-7000-8000-0000000000bb",1,2,"later"]]},
    {"type":"touched","workspace_id":"not a uuid any more","topics":["desk"]},
    {"type":"touched","workspace_id":"01890000-0000-7000-8000-000000000001","topics":["desk"],"why":"moved"}]}"""
EXPECTED: list[AnyMessage] = [
    Hints(WORKSPACE, [Hint("conversation:01890000-0000-7000-8000-0000000000bb", 1, 2)]),
    Touched(WORKSPACE, ["desk"]),
]


def test_an_older_node_is_understood() -> None:
    assert opened(OLD) == Envelope("01890000-0000-7000-8000-0000000000aa", EXPECTED, None)


def test_of_a_newer_node_everything_is_understood_but_what_is_new() -> None:
    assert opened(NEW) == Envelope("node", EXPECTED, 4)


def test_what_this_version_writes_an_older_one_can_read() -> None:
    class OldHint(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
        topic: str
        first: int
        last: int

    class OldHints(msgspec.Struct, tag="hints", tag_field="type", forbid_unknown_fields=True):
        workspace_id: UUID
        hints: list[OldHint]

    class OldEnvelope(msgspec.Struct, rename={"sender": "from"}, forbid_unknown_fields=True):
        sender: str
        messages: list[OldHints]

    written = msgspec.json.encode(Envelope("node", EXPECTED[:1]))
    assert msgspec.json.decode(written, type=OldEnvelope).messages[0].hints[0].last == 2


def test_a_newer_node_may_say_more_of_who_is_here() -> None:
    move = '["01890000-0000-7000-8000-000000000001","","agent","01890000-0000-7000-8000-0000000000cc",true,"phone"]'
    note = msgspec.json.decode(f'{{"note":"delta","version":3,"moves":[{move}],"at":1}}', type=Delta | Beat)
    assert isinstance(note, Delta)
    assert isinstance(note.moves[0], Move)
    assert note.moves[0].here


@pytest.mark.parametrize("payload", ["", "{", "[]", "\ud800", '{"from":1,"messages":[]}', b"\xff"])
def test_what_is_no_envelope_is_passed_over(payload: str | bytes) -> None:
    assert opened(payload) is None


def test_parts_are_grouped_as_there_is_room() -> None:
    assert list(groups([b"aaa", b"bb", b"c"], 7)) == [[b"aaa", b"bb"], [b"c"]]
    assert list(groups([], 7)) == []
