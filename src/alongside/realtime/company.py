"""Who is here, told: presence made into events, and kept equal with the other nodes."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor
from alongside.realtime.bus import Bus
from alongside.realtime.bus import Presence as PresenceMessage
from alongside.realtime.presence import AnyNote, Leaving, Presence, PresenceMap, Spot
from alongside.realtime.topics import Change

CONNECTED = ""
WATCHED = "conversation:"
Tell = Callable[[UUID, Change], None]


class Company:
    """The presence of all nodes, as rooms and the hub use it. `tell` gives an event to local followers."""

    def __init__(self, bus: Bus, tell: Tell, presence: PresenceMap | None = None) -> None:
        self._bus = bus
        self._tell = tell
        self._map = presence or PresenceMap(bus.node_id)
        self._notes: msgspec.json.Decoder[AnyNote] = msgspec.json.Decoder(AnyNote)

    def online(self, workspace_id: UUID, actor: Actor) -> bool:
        """Whether somebody is connected, to any node."""
        return self._map.is_here(Spot(workspace_id, CONNECTED), actor)

    def viewers(self, workspace_id: UUID, topic: str) -> list[Actor]:
        """Who looks at a topic, on any node: what the team may see. Customers see no agents looking on."""
        return self._map.here(Spot(workspace_id, topic))

    def came(self, workspace_id: UUID, actor: Actor, topic: str = CONNECTED) -> None:
        """A client of this node connected, or began to look at a topic."""
        if _counts(topic):
            self._announce(self._map.arrive(Spot(workspace_id, topic), actor))

    def went(self, workspace_id: UUID, actor: Actor, now: float, topic: str = CONNECTED) -> None:
        """A client of this node is gone, or looks no more."""
        if _counts(topic):
            self._map.leave(Spot(workspace_id, topic), actor, now)

    def hear(self, node: str, message: PresenceMessage, now: float) -> None:
        """What another node says; nonsense is passed over."""
        try:
            note = self._notes.decode(message.note)
        except msgspec.DecodeError:
            return
        changes, answers = self._map.hear(node, note, now)
        self._announce(changes)
        self._say(answers)

    def tick(self, now: float) -> bool:
        """Time has passed: tell what has changed, here and elsewhere. Gives whether a node has died."""
        died = self._map.dead(now)
        self._announce(self._map.tick(now))
        self._say(self._map.outgoing(now))
        return died

    def end(self) -> None:
        """This node stops."""
        self._say([Leaving()])

    def _say(self, notes: list[AnyNote]) -> None:
        for note in notes:
            self._bus.tell(PresenceMessage(msgspec.Raw(msgspec.json.encode(note))))

    def _announce(self, changes: list[Presence]) -> None:
        for change in changes:
            event = _event(change)
            if event:
                self._tell(change.spot.workspace_id, event)


def _counts(topic: str) -> bool:
    return topic == CONNECTED or topic.startswith(WATCHED)


def _event(change: Presence) -> Change | None:
    """The event that goes with it: for the team, and customers learn only of persons."""
    actor, topic = change.actor, change.spot.topic
    if topic != CONNECTED:
        data = {"who": {"kind": actor.kind, "id": actor.id}, "here": change.here}
        return Change(topic, "presence", data, audience="team" if actor.kind == "agent" else "everyone")
    if actor.kind != "agent":
        return None
    return Change("team", "agent", {"agent_id": actor.id, "online": change.here})
