"""The commands of the socket: thin shells around what can be done in conversations."""

from functools import partial
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from alongside.automation.concierge.asking import ask_human
from alongside.conversations import accepting, assigning, closing, drafts, reopening, sending, starting, store
from alongside.conversations.journal import Journal
from alongside.conversations.model import Appended, Page, derived_id, topic
from alongside.kit.errors import Forbidden, Invalid
from alongside.people import pages
from alongside.people.addresses import safe_address, safe_title
from alongside.realtime.commands import CommandRegistry, Reply
from alongside.realtime.frames import SequenceNumber
from alongside.realtime.sessions import Session
from alongside.storage import Connection
from alongside.team.model import Role
from alongside.team.permissions import allows
from alongside.web.conversing import Act, Files, Said, Text, act, mark_read, note, send, submit
from alongside.web.rooms import Rooms


class Start(msgspec.Struct, frozen=True):
    """Begin a conversation, perhaps with a message; `entry_id` is the message's."""

    conversation_id: UUID
    page: Page | None = None
    text: Text | None = None
    entry_id: UUID | None = None


class Send(Said, frozen=True):
    """Say something, with files that were uploaded before."""


class Note(msgspec.Struct, frozen=True):
    """Leave a note for the team."""

    conversation_id: UUID
    entry_id: UUID
    text: Text = ""
    files: Files = ()


class Deed(msgspec.Struct, frozen=True):
    """Do something to a conversation; the entry that it leaves gets the id."""

    conversation_id: UUID
    entry_id: UUID


class Assign(msgspec.Struct, frozen=True):
    """Give a conversation to an agent, or back to the queue."""

    conversation_id: UUID
    entry_id: UUID
    agent_id: UUID | None


class Typing(msgspec.Struct, frozen=True):
    """Typing, or not any more."""

    conversation_id: UUID
    on: bool


class Read(msgspec.Struct, frozen=True):
    """Everything up to `seq` was read."""

    conversation_id: UUID
    seq: SequenceNumber


class Look(msgspec.Struct, frozen=True):
    """The page that the visitor has before them now."""

    url: Annotated[str, Meta(max_length=8000)]
    title: Annotated[str, Meta(max_length=2000)] = ""


class SocketCommands:
    """What each command does, for whom."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def registry(self) -> CommandRegistry:
        """All commands by name."""
        registry = CommandRegistry()
        registry.add("start", Start, self.start, ["person"], quota="start")
        registry.add("ask_human", Deed, self.ask_human, ["person"])
        registry.add("page", Look, self.page, ["person"])
        registry.add("send", Send, self.send, submit=self.submit)
        registry.add("read", Read, self.read)
        registry.add("typing", Typing, self.typing)
        registry.add("note", Note, self.note, ["agent"])
        registry.add("accept", Deed, self.accept, ["agent"])
        registry.add("assign", Assign, self.assign, ["agent"])
        registry.add("close", Deed, self.close, ["agent"])
        registry.add("reopen", Deed, self.reopen, ["agent"])
        return registry

    async def start(self, session: Session, data: Start) -> Appended:
        """Begin a conversation; gives the place of the message, or of the first entry if there is none."""
        return await act(self._rooms, session.workspace_id, _start, session, data)

    async def ask_human(self, session: Session, data: Deed) -> Appended:
        """The concierge hands over."""
        return await self._act(ask_human, session, _id(session), data.conversation_id, data.entry_id)

    async def page(self, session: Session, data: Look) -> None:
        """Note the page, and show it to those who look at the visitor's open conversations."""
        async with self._rooms.database.transaction(session.workspace_id) as connection:
            await _look(self._rooms, connection, session, data)

    async def send(self, session: Session, data: Send) -> Appended:
        """Say something."""
        _require(session, "conversation.write")
        anywhere = _may(session, "conversation.write_anywhere")
        return await send(self._rooms, session.workspace_id, session.actor, data, may_join=anywhere)

    def submit(self, session: Session, data: Send, reply: Reply) -> bool:
        """Say something, without waiting for what was said before."""
        _require(session, "conversation.write")
        return submit(self._rooms, session.workspace_id, session.actor, data, reply)

    async def read(self, session: Session, data: Read) -> None:
        """Everything up to there was read."""
        await mark_read(self._rooms, session.workspace_id, session.actor, data.conversation_id, data.seq)

    async def typing(self, session: Session, data: Typing) -> None:
        """Typing, or not any more."""
        _require(session, "conversation.write")
        self._rooms.hub.typing(session, topic(data.conversation_id), data.on)

    async def note(self, session: Session, data: Note) -> Appended:
        """Leave a note for the team."""
        _require(session, "conversation.note")
        said = Said(**msgspec.structs.asdict(data))
        return await note(self._rooms, session.workspace_id, session.actor, said)

    async def accept(self, session: Session, data: Deed) -> Appended:
        """Take a conversation."""
        _require(session, "conversation.accept")
        return await self._act(accepting.accept, session, _id(session), data.conversation_id, data.entry_id)

    async def assign(self, session: Session, data: Assign) -> Appended:
        """Give a conversation to a colleague, or back to the queue."""
        _require(session, "conversation.assign")
        return await self._act(
            assigning.assign, session, session.actor, data.conversation_id, data.entry_id, data.agent_id
        )

    async def close(self, session: Session, data: Deed) -> Appended:
        """Close a conversation."""
        _require(session, "conversation.close")
        return await self._act(closing.close, session, session.actor, data.conversation_id, data.entry_id)

    async def reopen(self, session: Session, data: Deed) -> Appended:
        """Open a closed conversation again."""
        _require(session, "conversation.close")
        return await self._act(reopening.reopen, session, session.actor, data.conversation_id, data.entry_id)

    async def _act(self, deed: Act[Appended], session: Session, *args: Any) -> Appended:
        return await act(self._rooms, session.workspace_id, deed, *args)


async def _start(
    connection: Connection, journal: Journal, workspace_id: UUID, session: Session, data: Start
) -> Appended:
    started = await starting.start(
        connection, journal, workspace_id, _id(session), data.conversation_id, page=_safe(data.page)
    )
    if data.text is None:
        return started
    entry_id = data.entry_id or derived_id(data.conversation_id, "first message")
    draft = drafts.message(data.conversation_id, entry_id, session.actor, data.text)
    return await sending.send(connection, journal, workspace_id, draft)


def _safe(page: Page | None) -> Page | None:
    """The page without secrets; none if it is no page of the web, which is no reason to refuse a conversation."""
    if page is None:
        return None
    try:
        return Page(safe_address(page.url), safe_title(page.title))
    except Invalid:
        return None


async def _look(rooms: Rooms, connection: Connection, session: Session, data: Look) -> None:
    workspace_id, person_id = session.workspace_id, _id(session)
    view = await pages.record_for(
        connection, workspace_id, session.session_id, person_id, data.url, data.title, rooms.clock.now()
    )
    seen = {"url": view.url, "title": view.title, "at": view.viewed_at}
    for conversation_id in await store.open_of_person(connection, workspace_id, person_id):
        tell = partial(rooms.hub.publish, workspace_id, topic(conversation_id), "page", seen, audience="team")
        connection.after_commit(tell)


def _id(session: Session) -> UUID:
    assert session.actor.id is not None
    return session.actor.id


def _may(session: Session, permission: str) -> bool:
    return session.actor.kind == "person" or allows(cast(Role, session.role), permission)


def _require(session: Session, permission: str) -> None:
    if not _may(session, permission):
        raise Forbidden(
            message=f"Your role may not do this ({permission}).",
            hint="Ask an administrator of your workspace.",
        )
