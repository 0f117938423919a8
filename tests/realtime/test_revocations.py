"""Whom a revocation hits, and who slips in while it happens."""

import pytest

from alongside.realtime.revocations import RecentRevocations, Revocation
from alongside.realtime.sessions import Session
from tests.realtime.world import WORKSPACE, agent, person

INES, OTTO, MARA = agent("Ines"), agent("Otto"), person("Mara")


@pytest.mark.parametrize(
    ("revocation", "hit"),
    [
        (Revocation(workspace_id=WORKSPACE), [INES, OTTO, MARA]),
        (Revocation(workspace_id=WORKSPACE, actor=INES.actor), [INES]),
        (Revocation(workspace_id=WORKSPACE, session_id=MARA.session_id), [MARA]),
        (Revocation(workspace_id=WORKSPACE, actor=INES.actor, session_id=OTTO.session_id), []),
        (Revocation(workspace_id=MARA.session_id), []),
    ],
)
def test_it_hits_whom_it_names(revocation: Revocation, hit: list[Session]) -> None:
    assert [session for session in (INES, OTTO, MARA) if revocation.hits(session)] == hit


def test_what_ended_a_session_since_the_mark_is_found() -> None:
    recent = RecentRevocations()
    recent.add(Revocation(workspace_id=WORKSPACE, actor=INES.actor))
    mark = recent.mark()
    assert recent.since(mark, INES) is None
    ended = Revocation(workspace_id=WORKSPACE, actor=INES.actor)
    recent.add(Revocation(workspace_id=WORKSPACE, actor=INES.actor, topic="desk"))
    recent.add(ended)
    assert recent.since(mark, INES) is ended
    assert recent.since(mark, OTTO) is None


def test_one_knows_when_too_much_has_happened_to_be_sure() -> None:
    recent = RecentRevocations(keep=3)
    mark = recent.mark()
    assert recent.complete(mark)
    for _ in range(3):
        recent.add(Revocation(workspace_id=WORKSPACE))
    assert recent.complete(mark)
    recent.add(Revocation(workspace_id=WORKSPACE))
    assert not recent.complete(mark)
