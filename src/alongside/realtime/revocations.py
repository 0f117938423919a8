"""Revocations: who may not go on following, and since when."""

from collections import deque
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor
from alongside.realtime.sessions import Session


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """Ends sessions, or takes one topic away.

    Whom it hits: everybody of the workspace, narrowed by `session_id` and by `actor`. With `topic`, these
    lose that topic (`revoked`); without, their connections are closed (`bye`). `come_back`: they should
    connect again at once, since they are not unwelcome but somebody else now (code `changed`).
    """

    workspace_id: UUID
    session_id: UUID | None = None
    actor: Actor | None = None
    topic: str | None = None
    code: str = "unauthenticated"
    message: str = "You are signed out."
    come_back: bool = False

    def hits(self, session: Session) -> bool:
        """Whether it is about this session."""
        return (
            self.workspace_id == session.workspace_id
            and self.session_id in (None, session.session_id)
            and self.actor in (None, session.actor)
        )


class RecentRevocations:
    """The last revocations, for those who are just being let in: they were looked up before, and join after."""

    def __init__(self, keep: int = 1000) -> None:
        self._recent: deque[tuple[int, Revocation]] = deque(maxlen=keep)
        self._count = 0

    def mark(self) -> int:
        """The present place in the row; hand it to `since`."""
        return self._count

    def add(self, revocation: Revocation) -> None:
        """Remember one."""
        self._count += 1
        self._recent.append((self._count, revocation))

    def since(self, mark: int, session: Session) -> Revocation | None:
        """One that ended this session after the mark, if any."""
        return next(
            (found for number, found in self._recent if number > mark and _ends(found, session)), None
        )

    def complete(self, mark: int) -> bool:
        """Whether everything since the mark is still remembered."""
        return self._count == mark or self._recent[0][0] <= mark + 1


def _ends(revocation: Revocation, session: Session) -> bool:
    return revocation.topic is None and revocation.hits(session)
