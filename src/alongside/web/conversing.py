"""What persons and agents do in conversations, for the socket and for HTTP alike: one transaction each.

A plain message takes the journal's short way and opens none.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from alongside.conversations import attaching, drafts, reading, sending
from alongside.conversations.access import refuse_former
from alongside.conversations.appending import Judged
from alongside.conversations.journal import Journal, appended
from alongside.conversations.model import FILES_LIMIT, TEXT_LIMIT, Appended, Draft, topic
from alongside.conversations.refusals import Declined
from alongside.kit.actors import Actor
from alongside.kit.errors import AlongsideError, NotFound
from alongside.realtime.commands import Reply
from alongside.storage import Connection
from alongside.web.rooms import Rooms

T = TypeVar("T")
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
Files = Annotated[Sequence[UUID], Meta(max_length=FILES_LIMIT)]
Act = Callable[..., Awaitable[T]]


class Said(msgspec.Struct, frozen=True):
    """What somebody wants to say. `choice`: the quick reply that was tapped."""

    conversation_id: UUID
    entry_id: UUID
    text: Text = ""
    files: Files = ()
    choice: Annotated[str, Meta(max_length=100)] | None = None


async def act(rooms: Rooms, workspace_id: UUID, deed: Act[T], *args: Any, **kwargs: Any) -> T:
    """A capability `(connection, journal, workspace_id, …)`, in a transaction of its own."""
    async with rooms.database.transaction(workspace_id) as connection:
        return await deed(connection, rooms.journal, workspace_id, *args, **kwargs)


async def send(rooms: Rooms, workspace_id: UUID, author: Actor, said: Said, *, may_join: bool) -> Appended:
    """Send a message. `may_join`: see `conversations.sending.send`, which names what may go wrong too."""
    if said.files:
        return await act(rooms, workspace_id, _send_with_files, drafts.message, author, said, may_join)
    draft = drafts.message(said.conversation_id, said.entry_id, author, said.text, choice=said.choice)
    try:
        return await _send_plain(rooms, workspace_id, draft, may_join)
    except NotFound:
        await _refuse_former(rooms, workspace_id, author)
        raise


async def _refuse_former(rooms: Rooms, workspace_id: UUID, who: Actor) -> None:
    if who.kind == "person":
        async with rooms.database.read(workspace_id) as connection:
            await refuse_former(connection, workspace_id, who)


def submit(rooms: Rooms, workspace_id: UUID, author: Actor, said: Said, reply: Reply) -> bool:
    """Send a plain message without waiting; False if it is none. What the journal cannot simply append is run
    as `send` instead."""
    if said.files:
        return False
    draft = drafts.message(said.conversation_id, said.entry_id, author, said.text, choice=said.choice)
    rooms.journal.submit(workspace_id, draft, _Answer(reply))
    return True


class _Answer:
    """Brings the journal's outcome to who asked."""

    __slots__ = ("_over", "_reply")

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._over = False

    def done(self) -> bool:
        """Whether it has been brought."""
        return self._over

    def set_result(self, judged: Judged, /) -> None:
        """The journal has decided."""
        self._over = True
        try:
            place = appended(judged)
        except (Declined, NotFound):
            self._reply.run_instead()
        except AlongsideError as error:
            self._reply.failed(error)
        else:
            self._reply.done(place)

    def set_exception(self, error: Exception, /) -> None:
        """It could not be stored."""
        self._over = True
        self._reply.failed(error if isinstance(error, AlongsideError) else AlongsideError())


async def note(rooms: Rooms, workspace_id: UUID, author: Actor, said: Said) -> Appended:
    """Leave a note for the team."""
    if said.files:
        return await act(rooms, workspace_id, _send_with_files, drafts.note, author, said, True)
    draft = drafts.note(said.conversation_id, said.entry_id, author, said.text)
    return await _send_plain(rooms, workspace_id, draft, True)


async def _send_plain(rooms: Rooms, workspace_id: UUID, draft: Draft, may_join: bool) -> Appended:
    try:
        return await rooms.journal.append(workspace_id, draft)
    except Declined:
        return await act(rooms, workspace_id, sending.send, draft, may_join=may_join)


async def _send_with_files(
    connection: Connection,
    journal: Journal,
    workspace_id: UUID,
    write: Callable[..., Draft],
    author: Actor,
    said: Said,
    may_join: bool,
) -> Appended:
    cards = await attaching.cards(connection, workspace_id, author, said.files)
    draft = write(said.conversation_id, said.entry_id, author, said.text, files=cards)
    return await sending.send(connection, journal, workspace_id, draft, may_join=may_join)


async def mark_read(rooms: Rooms, workspace_id: UUID, who: Actor, conversation_id: UUID, seq: int) -> int:
    """They have read up to there; others who look at the conversation are told."""
    async with rooms.database.transaction(workspace_id) as connection:
        noted = await reading.mark_read(connection, workspace_id, who, conversation_id, seq)
        connection.after_commit(lambda: _tell_read(rooms, workspace_id, who, conversation_id, noted))
    return noted


def _tell_read(rooms: Rooms, workspace_id: UUID, who: Actor, conversation_id: UUID, seq: int) -> None:
    name = topic(conversation_id)
    rooms.hub.publish(workspace_id, name, "read", {"who": who, "seq": seq})
    rooms.hub.touch(workspace_id, [name])
