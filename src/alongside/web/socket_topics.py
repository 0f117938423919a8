"""The topics of the socket: `conversation:<uuid>`, `mine`, `desk` and `team`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

import msgspec

from alongside.conversations import listing, snapshots, store, transcript
from alongside.conversations.listing import Counts
from alongside.conversations.model import Participant, Summary, topic
from alongside.conversations.refusals import no_conversation
from alongside.conversations.snapshots import Asked, ConversationSnapshot
from alongside.kit.actors import Actor
from alongside.kit.errors import Forbidden, NotFound
from alongside.kit.together import Together
from alongside.realtime.company import Company
from alongside.realtime.sessions import Session
from alongside.realtime.topics import Batch, Range, Snapshot, TopicKind, uuid_key
from alongside.storage import Database
from alongside.web.socket_digest import TeamLine, team_lines

Presence = Callable[[], Company]


class ConversationState(msgspec.Struct, frozen=True):
    """The state of `conversation:<uuid>`. `presence`: who looks at it now; customers see no agents looking on."""

    summary: Summary
    participants: list[Participant]
    presence: list[Actor]


class DeskState(msgspec.Struct, frozen=True):
    """The state of `desk`."""

    counts: Counts


class ConversationTopic:
    """One conversation: its journal, summary, participants and presence. Snapshots that are wanted at the same time
    are read together: after a restart everybody wants one."""

    name = "conversation"

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence
        self._snapshots: Together[Asked, ConversationSnapshot] = Together(self._take)

    async def authorise(self, session: Session, key: str) -> None:
        """The person whose it is, and every agent. The snapshot, which sees whose it is, refuses all others."""
        uuid_key(key)

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        """The conversation now. Raises NotFound for those who may not follow it."""
        asked = Asked(session.actor, uuid_key(key), after)
        taken = await self._snapshots.ask(session.workspace_id, asked)
        state = ConversationState(taken.summary, taken.participants, self._viewers(session, key))
        return Snapshot(state, taken.page.after, taken.page.upto, taken.page.entries)

    async def _take(
        self, workspace_id: UUID, asked: Sequence[Asked]
    ) -> Sequence[ConversationSnapshot | NotFound]:
        async with self._database.read(workspace_id) as connection:
            taken = await snapshots.take_each(connection, workspace_id, asked)
        return [each or no_conversation() for each in taken]

    def _viewers(self, session: Session, key: str) -> list[Actor]:
        viewers = self._presence().viewers(session.workspace_id, f"{self.name}:{key}")
        return [who for who in viewers if session.audience == "team" or who.kind == "person"]

    async def fetch(self, workspace_id: UUID, ranges: Sequence[Range]) -> Sequence[Batch]:
        """Entries that were missed."""
        async with self._database.read(workspace_id) as connection:
            found = await transcript.stretches(
                connection, workspace_id, [(UUID(each.key), each.after, each.upto) for each in ranges]
            )
        return [Batch(topic(each.conversation_id), each.after, each.upto, each.entries) for each in found]

    async def heads(self, workspace_id: UUID, keys: Collection[str]) -> Mapping[str, int]:
        """The last sequence number of each."""
        async with self._database.read(workspace_id) as connection:
            found = await store.heads(connection, workspace_id, [UUID(key) for key in keys])
        return {str(conversation_id): last for conversation_id, last in found.items()}


class _List:
    """A topic without a journal."""

    name: str

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fetch(self, workspace_id: UUID, ranges: Sequence[Range]) -> Sequence[Batch]:
        """There is nothing to fetch."""
        return ()

    async def heads(self, workspace_id: UUID, keys: Collection[str]) -> Mapping[str, int]:
        """There are no sequence numbers."""
        return {}


class MineTopic(_List):
    """A person's own conversations."""

    name = "mine"

    async def authorise(self, session: Session, key: str) -> None:
        """Persons."""
        if session.actor.kind != "person" or key:
            raise _not_for_you(self.name, "desk")

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        """Their summaries, newest entry first."""
        assert session.actor.id is not None
        async with self._database.read(session.workspace_id) as connection:
            return Snapshot(await listing.own(connection, session.workspace_id, session.actor.id))


class _TeamOnly(_List):
    async def authorise(self, session: Session, key: str) -> None:
        """Agents."""
        if session.audience != "team" or key:
            raise _not_for_you(self.name, "mine")


class DeskTopic(_TeamOnly):
    """All conversations, for agents: counts, and a summary whenever one changes."""

    name = "desk"

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        """How many there are in each view."""
        assert session.actor.id is not None
        async with self._database.read(session.workspace_id) as connection:
            counts = await listing.counted(connection, session.workspace_id, session.actor.id)
        return Snapshot(DeskState(counts))


class TeamTopic(_TeamOnly):
    """Who works here, and who of them is here now."""

    name = "team"

    def __init__(self, database: Database, presence: Presence) -> None:
        super().__init__(database)
        self._presence = presence

    async def snapshot(self, session: Session, key: str, after: int | None) -> Snapshot:
        """Everybody who works here."""
        return Snapshot(await self.lines(session.workspace_id))

    async def lines(self, workspace_id: UUID) -> list[TeamLine]:
        """Everybody who works here."""
        async with self._database.read(workspace_id) as connection:
            return await team_lines(connection, workspace_id, self._presence())


def _not_for_you(name: str, instead: str) -> Forbidden:
    return Forbidden(message=f"The topic {name!r} is not for you.", hint=f"Subscribe to {instead!r}.")


def topic_kinds(database: Database, presence: Presence) -> list[TopicKind]:
    """All kinds of topics. `presence` gives the hub's company, once there is a hub."""
    return [
        ConversationTopic(database, presence),
        MineTopic(database),
        DeskTopic(database),
        TeamTopic(database, presence),
    ]
