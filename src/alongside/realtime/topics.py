"""Topics: what can be followed. Each kind is given by the room that owns the subject."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor
from alongside.kit.errors import NotFound
from alongside.realtime.sessions import Audience, Session


class Sequenced(Protocol):
    """An entry of a journal: any msgspec struct with these two. All of its fields travel."""

    @property
    def seq(self) -> int: ...
    @property
    def audience(self) -> Audience: ...


class Snapshot(NamedTuple):
    """A topic at one moment. `entries` are those in the range (after, upto], `upto` is the last there is.

    Read all three in one statement or one repeatable-read transaction. Entries of either audience may be in
    it; the hub leaves out what the session may not see. A topic without a journal has 0, 0 and ().
    """

    state: Any
    after: int = 0
    upto: int = 0
    entries: Sequence[Sequenced] = ()


class Range(NamedTuple):
    """The sequence numbers (after, upto] of the topic with this key."""

    key: str
    after: int
    upto: int


class Batch(NamedTuple):
    """The entries of a topic in the range (after, upto]: all that there are, of both audiences, in order."""

    topic: str
    after: int
    upto: int
    entries: Sequence[Sequenced]


class Hint(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Entries first…last of a topic are committed; who wants them fetches them. A newer version may send more
    members than these: they are passed over."""

    topic: str
    first: int
    last: int


class TopicKind(Protocol):
    """One kind of topic. `desk` has the name `desk` and the key ''; `conversation:<uuid>` has that uuid as key.

    The methods open their own (reading) transactions. They may be asked again at any time.
    """

    name: str

    async def authorise(self, session: Session, key: str) -> None:
        """Returns if this session may follow the topic, else raises NotFound or Forbidden. Always asked before
        `snapshot`, which may do it instead where it sees anyway who may."""
        ...

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        """The topic now, as this session may see it.

        `after`: the client holds everything up to there and wants the rest; if the rest is too much, give the
        newest part (its `after` then is greater than asked). None: the newest part.
        """
        ...

    async def fetch(self, workspace_id: UUID, ranges: Sequence[Range]) -> Sequence[Batch]:
        """The entries of many ranges at once, for repairing gaps. A batch may end before its range does; it
        will be asked for again. Never called for kinds without a journal."""
        ...

    async def heads(self, workspace_id: UUID, keys: Collection[str]) -> Mapping[str, int]:
        """The last sequence number of each of these topics; {} for kinds without a journal."""
        ...


class Change(NamedTuple):
    """An event that tells how a list or a summary looks now. `to`: only these actors; None: all who follow."""

    topic: str
    name: str
    data: Any
    to: Collection[Actor] | None = None
    audience: Audience = "everyone"


class Watchers(Protocol):
    """Who follows what, on this node and in this workspace, at this moment."""

    def anyone(self, topic: str) -> bool:
        """Whether anybody follows the topic."""
        ...

    def of(self, topic: str) -> frozenset[Actor]:
        """Everybody who follows the topic."""
        ...

    def has(self, topic: str, actor: Actor) -> bool:
        """Whether this one follows the topic."""
        ...


class Digest(Protocol):
    """Tells how what was changed looks now. Asked at most every 100 ms and workspace, for all changes at once.

    Before asking for anything expensive, ask `watchers` whether anybody would see it.
    """

    async def changes(
        self, workspace_id: UUID, changed: Collection[str], watchers: Watchers
    ) -> Sequence[Change]:
        """The events for these changed topics: `summary` for `conversation:…`, `desk` and `mine`, `counts`."""
        ...


def uuid_key(key: str) -> UUID:
    """The key of a topic as a UUID. NotFound unless it is written in the one canonical way: a topic that had
    two names could be followed under one and revoked under the other."""
    try:
        found = UUID(key)
    except ValueError:
        found = None
    if found is None or str(found) != key:
        raise NotFound(message="There is no such topic.", hint="A lower-case UUID with hyphens is expected.")
    return found


class TopicRegistry:
    """The kinds of topics of an installation, put together once."""

    def __init__(self, kinds: Iterable[TopicKind] = ()) -> None:
        self._kinds: dict[str, TopicKind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: TopicKind) -> None:
        """Add a kind. ValueError if its name is taken."""
        if kind.name in self._kinds:
            raise ValueError(f"There is a topic {kind.name!r} already.")
        self._kinds[kind.name] = kind

    def find(self, topic: str) -> tuple[TopicKind, str]:
        """The kind and the key of a topic. NotFound if there is no such kind."""
        name, _, key = topic.partition(":")
        kind = self._kinds.get(name)
        if kind is None:
            raise NotFound(message="There is no such topic.", hint=f"Known: {', '.join(self.names())}.")
        return kind, key

    def names(self) -> list[str]:
        """The names of all kinds, sorted."""
        return sorted(self._kinds)
