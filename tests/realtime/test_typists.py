"""Who is typing, and for how long."""

from uuid import UUID, uuid4

from alongside.kit.actors import person
from alongside.realtime.typists import Typing, Typists

MARA = Typing(UUID(int=1), "conversation:x", person(uuid4()))


def test_it_is_told_when_it_begins_and_again_now_and_then() -> None:
    typists = Typists(hold=6, renew=2)
    assert [typists.set(MARA, True, now) for now in (0, 1, 2, 3)] == [True, False, True, False]


def test_it_ends_by_itself_unless_it_is_renewed() -> None:
    typists = Typists(hold=6, renew=2)
    typists.set(MARA, True, 0)
    typists.set(MARA, True, 5)
    assert typists.expire(10) == []
    assert typists.expire(11) == [MARA]
    assert typists.expire(20) == []


def test_stopping_is_told_once() -> None:
    typists = Typists()
    typists.set(MARA, True, 0)
    assert [typists.set(MARA, False, 1), typists.set(MARA, False, 1)] == [True, False]
    assert typists.set(MARA, True, 1)


def test_who_leaves_stops_typing() -> None:
    typists = Typists()
    assert not typists.leave(*MARA)
    typists.set(MARA, True, 0)
    assert typists.leave(*MARA)
    assert typists.expire(100) == []
