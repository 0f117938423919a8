"""Who is typing where. It ends by itself: those who vanish stop typing."""

from typing import NamedTuple
from uuid import UUID

from alongside.kit.actors import Actor


class Typing(NamedTuple):
    """Somebody at a topic."""

    workspace_id: UUID
    topic: str
    actor: Actor


class Typists:
    """The typists of this node. Pure; times in monotonic seconds.

    `hold`: how long a sign of typing lasts. `renew`: how often it is told again while it goes on.
    """

    def __init__(self, hold: float = 6.0, renew: float = 2.0) -> None:
        self._hold = hold
        self._renew = renew
        self._until: dict[Typing, float] = {}
        self._told: dict[Typing, float] = {}

    def set(self, typing: Typing, on: bool, now: float) -> bool:
        """Somebody types, or stopped. Whether to tell the others."""
        if not on:
            return self._drop(typing)
        self._until[typing] = now + self._hold
        if now - self._told.get(typing, float("-inf")) < self._renew:
            return False
        self._told[typing] = now
        return True

    def expire(self, now: float) -> list[Typing]:
        """Those whose time has run out; to be told."""
        return [typing for typing, until in list(self._until.items()) if until <= now and self._drop(typing)]

    def leave(self, workspace_id: UUID, topic: str, actor: Actor) -> bool:
        """Somebody left the topic. Whether they were typing, which is to be told."""
        return self._drop(Typing(workspace_id, topic, actor))

    def _drop(self, typing: Typing) -> bool:
        self._told.pop(typing, None)
        return self._until.pop(typing, None) is not None
