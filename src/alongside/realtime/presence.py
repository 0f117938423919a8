"""Who is here, over all nodes: who is connected, and who looks at which topic.

Pure: what other nodes say and the time go in, changes and what to say go out. Each node counts its own; it
tells changes as numbered `Delta`s and its number in a regular `Beat`. Who missed one asks for the whole.
A node that is not heard of any more is forgotten with everybody it counted.
"""

from typing import NamedTuple
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor, ActorKind

MOVES_IN_A_NOTE = 30


class Spot(NamedTuple):
    """Where somebody can be: a topic, or '' for being connected at all."""

    workspace_id: UUID
    topic: str


class Presence(NamedTuple):
    """Somebody is here now, or no longer. The first on any node, or the last."""

    spot: Spot
    actor: Actor
    here: bool


class Move(msgspec.Struct, frozen=True, array_like=True):
    """One change as it travels."""

    workspace_id: UUID
    topic: str
    kind: ActorKind
    id: UUID
    here: bool


class Note(msgspec.Struct, frozen=True, tag_field="note"):
    """What a node says about those it counts."""


class Delta(Note, frozen=True, tag="delta"):
    """These moves lead to this version of my count."""

    version: int
    moves: list[Move]


class Beat(Note, frozen=True, tag="beat"):
    """I am alive, and my count has this version."""

    version: int


class Ask(Note, frozen=True, tag="ask"):
    """That node, or every node if None, please tell the whole."""

    node: str | None


class Whole(Note, frozen=True, tag="whole"):
    """A part of everybody I count, in this version."""

    version: int
    part: int
    parts: int
    members: list[Move]


class Leaving(Note, frozen=True, tag="leaving"):
    """I stop; forget me."""


AnyNote = Delta | Beat | Ask | Whole | Leaving


class _Node:
    """What is known of another node. `version` None until its whole count has come."""

    def __init__(self, now: float) -> None:
        self.seen = now
        self.asked = float("-inf")
        self.version: int | None = None
        self.members: set[tuple[Spot, Actor]] = set()
        self.parts: dict[int, Whole] = {}


class PresenceMap:
    """Presence as one node knows it. All times in monotonic seconds.

    Somebody who leaves still counts for `linger` seconds, so that a reload makes no stir.
    """

    def __init__(self, node: str, *, beat: float = 5.0, expire: float = 16.0, linger: float = 3.0) -> None:
        self._node = node
        self._every, self._expire, self._linger = beat, expire, linger
        self._version = 0
        self._beaten = float("-inf")
        self._mine: dict[tuple[Spot, Actor], int] = {}
        self._leaving: dict[tuple[Spot, Actor], float] = {}
        self._nodes: dict[str, _Node] = {}
        self._where: dict[Spot, dict[Actor, set[str]]] = {}
        self._moves: list[Move] = []

    def here(self, spot: Spot) -> list[Actor]:
        """Everybody at a spot, on any node, in no particular order."""
        return list(self._where.get(spot, ()))

    def is_here(self, spot: Spot, actor: Actor) -> bool:
        """Whether somebody is at a spot."""
        return actor in self._where.get(spot, ())

    def arrive(self, spot: Spot, actor: Actor) -> list[Presence]:
        """One of this node's clients is there, once more."""
        member = (spot, actor)
        known = member in self._mine
        self._leaving.pop(member, None)
        self._mine[member] = self._mine.get(member, 0) + 1
        if known:
            return []
        self._moves.append(_move(member, True))
        return self._enter(self._node, member)

    def leave(self, spot: Spot, actor: Actor, now: float) -> None:
        """One of this node's clients is gone from there; the last one lingers."""
        member = (spot, actor)
        left = self._mine.get(member, 0) - 1
        if left > 0:
            self._mine[member] = left
        elif left == 0:
            self._mine[member] = 0
            self._leaving[member] = now + self._linger

    def dead(self, now: float) -> bool:
        """Whether some node has been silent for so long that the next `tick` forgets it."""
        return any(now - node.seen >= self._expire for node in self._nodes.values())

    def tick(self, now: float) -> list[Presence]:
        """Time has passed: those who lingered are gone, and those whose node has died."""
        changes: list[Presence] = []
        for member in [member for member, until in self._leaving.items() if until <= now]:
            del self._leaving[member], self._mine[member]
            self._moves.append(_move(member, False))
            changes += self._exit(self._node, member)
        for name in [name for name, node in self._nodes.items() if now - node.seen >= self._expire]:
            changes += self._forget(name)
        return changes

    def outgoing(self, now: float) -> list[AnyNote]:
        """What this node has to say now."""
        notes: list[AnyNote] = [Ask(None)] if self._beaten == float("-inf") else []
        notes += self._deltas()
        if now - self._beaten >= self._every:
            self._beaten = now
            notes.append(Beat(self._version))
        return notes

    def _deltas(self) -> list[AnyNote]:
        deltas: list[AnyNote] = []
        for moves in _cut(self._moves):
            self._version += 1
            deltas.append(Delta(self._version, moves))
        self._moves = []
        return deltas

    def hear(self, name: str, note: AnyNote, now: float) -> tuple[list[Presence], list[AnyNote]]:
        """What another node says. Gives what changed by it, and what to answer."""
        if isinstance(note, Leaving):
            return self._forget(name), []
        node = self._nodes.setdefault(name, _Node(now))
        node.seen = now
        match note:
            case Ask():
                return [], self._whole() if note.node in (None, self._node) else []
            case Beat():
                return [], self._ask(name, node, now) if node.version != note.version else []
            case Delta():
                return self._follow(name, node, note, now)
            case Whole():
                return self._collect(name, node, note), []

    def _whole(self) -> list[AnyNote]:
        deltas = self._deltas()
        parts = _cut([_move(member, True) for member in self._mine]) or [[]]
        return deltas + [Whole(self._version, number, len(parts), part) for number, part in enumerate(parts)]

    def _ask(self, name: str, node: _Node, now: float) -> list[AnyNote]:
        if now - node.asked < self._every / 2:
            return []
        node.asked = now
        return [Ask(name)]

    def _follow(
        self, name: str, node: _Node, delta: Delta, now: float
    ) -> tuple[list[Presence], list[AnyNote]]:
        if node.version is None or delta.version > node.version + 1:
            return [], self._ask(name, node, now)
        if delta.version <= node.version:
            return [], []
        node.version = delta.version
        changes: list[Presence] = []
        for move in delta.moves:
            changes += (self._join if move.here else self._part)(name, node, _member(move))
        return changes, []

    def _collect(self, name: str, node: _Node, whole: Whole) -> list[Presence]:
        """Take a part; when all of one version are there, they replace what was known of the node."""
        node.parts = {number: part for number, part in node.parts.items() if part.version == whole.version}
        node.parts[whole.part] = whole
        if len(node.parts) < whole.parts or (node.version or 0) > whole.version:
            return []
        told = {_member(move) for part in node.parts.values() for move in part.members}
        node.version, node.parts = whole.version, {}
        changes = [change for member in node.members - told for change in self._part(name, node, member)]
        return changes + [
            change for member in told - node.members for change in self._join(name, node, member)
        ]

    def _join(self, name: str, node: _Node, member: tuple[Spot, Actor]) -> list[Presence]:
        node.members.add(member)
        return self._enter(name, member)

    def _part(self, name: str, node: _Node, member: tuple[Spot, Actor]) -> list[Presence]:
        node.members.discard(member)
        return self._exit(name, member)

    def _forget(self, name: str) -> list[Presence]:
        node = self._nodes.pop(name, None)
        members = node.members if node else ()
        return [change for member in members for change in self._exit(name, member)]

    def _enter(self, name: str, member: tuple[Spot, Actor]) -> list[Presence]:
        spot, actor = member
        nodes = self._where.setdefault(spot, {}).setdefault(actor, set())
        nodes.add(name)
        return [Presence(spot, actor, True)] if len(nodes) == 1 else []

    def _exit(self, name: str, member: tuple[Spot, Actor]) -> list[Presence]:
        spot, actor = member
        actors = self._where.get(spot, {})
        nodes = actors.get(actor, set())
        if name not in nodes:
            return []
        nodes.remove(name)
        if nodes:
            return []
        del actors[actor]
        if not actors:
            del self._where[spot]
        return [Presence(spot, actor, False)]


def _move(member: tuple[Spot, Actor], here: bool) -> Move:
    spot, actor = member
    assert actor.id is not None
    return Move(spot.workspace_id, spot.topic, actor.kind, actor.id, here)


def _member(move: Move) -> tuple[Spot, Actor]:
    return Spot(move.workspace_id, move.topic), Actor(move.kind, move.id)


def _cut(moves: list[Move]) -> list[list[Move]]:
    return [moves[start : start + MOVES_IN_A_NOTE] for start in range(0, len(moves), MOVES_IN_A_NOTE)]
