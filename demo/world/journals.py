"""Writes conversations: rows folded from their journals, entries, participants, and the files that they carry."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.conversations.model import Entry
from alongside.conversations.summary import Folded, summarise
from alongside.storage import Connection
from demo.world.building import World
from demo.world.ids import INBOX, WORKSPACE
from demo.world.playing import Played
from demo.world.rows import insert_rows

_CONVERSATION = {
    "workspace_id": "uuid", "conversation_id": "uuid", "inbox_id": "uuid", "person_id": "uuid",
    "origin_person_id": "uuid", "status": "text", "held_by": "text", "assignee_id": "uuid", "last_seq": "bigint",
    "last_entry_at": "timestamptz", "preview": "text", "preview_author": "text", "waiting_since": "timestamptz",
    "created_at": "timestamptz", "closed_at": "timestamptz",
}  # fmt: skip
_ENTRY = {
    "workspace_id": "uuid", "conversation_id": "uuid", "seq": "bigint", "entry_id": "uuid", "kind": "text",
    "audience": "text", "author_kind": "text", "author_id": "uuid", "at": "timestamptz", "body": "jsonb",
}  # fmt: skip
_PARTICIPANT = {
    "workspace_id": "uuid", "conversation_id": "uuid", "kind": "text", "participant_id": "uuid",
    "joined_at": "timestamptz", "read_seq": "bigint",
}  # fmt: skip
_FILE = {
    "workspace_id": "uuid", "file_id": "uuid", "sha256": "bytea", "name": "text", "media_type": "text",
    "size": "bigint", "uploader_kind": "text", "uploader_id": "uuid", "created_at": "timestamptz",
}  # fmt: skip
_ENTRY_FILE = {"workspace_id": "uuid", "conversation_id": "uuid", "seq": "bigint", "file_id": "uuid"}
_BATCH = 150


async def write(connection: Connection, world: World, progress: Callable[[float], None]) -> None:
    """Write every conversation; `progress` hears which part of them is written, 0 to 1."""
    for start in range(0, len(world.played), _BATCH):
        batch = list(enumerate(world.played))[start : start + _BATCH]
        rows = [_row(played, snoozed=number in world.snoozed) for number, played in batch]
        await insert_rows(connection, "conversation", _CONVERSATION, rows)
        await _write_journals(connection, [played for _, played in batch])
        progress((start + len(batch)) / len(world.played))


async def _write_journals(connection: Connection, batch: list[Played]) -> None:
    entries = [_entry(played.conversation_id, entry) for played in batch for entry in played.entries]
    await insert_rows(connection, "entry", _ENTRY, entries)
    await insert_rows(
        connection, "participant", _PARTICIPANT, [row for one in batch for row in _participants(one)]
    )
    await insert_rows(connection, "file", _FILE, [row for one in batch for row in _files(one)])
    await insert_rows(connection, "entry_file", _ENTRY_FILE, [row for one in batch for row in _carried(one)])


def _row(played: Played, *, snoozed: bool) -> tuple[object, ...]:
    folded = _snoozed(summarise(played.entries), snoozed)
    who = played.person.person_id
    return (
        WORKSPACE, played.conversation_id, INBOX, who, who, folded.status, folded.held_by, folded.assignee_id,
        folded.last_seq, folded.last_entry_at, folded.preview, folded.preview_author, folded.waiting_since,
        played.entries[0].at, folded.closed_at,
    )  # fmt: skip


def _snoozed(folded: Folded, snoozed: bool) -> Folded:
    return msgspec.structs.replace(folded, status="snoozed", waiting_since=None) if snoozed else folded


def _entry(conversation_id: UUID, entry: Entry) -> tuple[object, ...]:
    return (
        WORKSPACE, conversation_id, entry.seq, entry.entry_id, entry.kind, entry.audience, entry.author.kind,
        entry.author.id, entry.at, entry.body,
    )  # fmt: skip


def _participants(played: Played) -> list[tuple[object, ...]]:
    """The customer has read what was shown; the agent everything but what came after their last word."""
    this, first = played.conversation_id, played.entries[0].at
    shown = [entry.seq for entry in played.entries if entry.audience == "everyone"]
    rows: list[tuple[object, ...]] = [(WORKSPACE, this, "person", played.person.person_id, first, max(shown))]
    if played.colleague:
        joined, read = _agent_marks(played)
        rows.append((WORKSPACE, this, "agent", played.colleague.agent_id, joined, read))
    return rows


def _agent_marks(played: Played) -> tuple[datetime, int]:
    mine = [entry for entry in played.entries if entry.author.kind == "agent"]
    over = played.entries[-1].kind == "closed"
    return mine[0].at, played.entries[-1].seq if over else mine[-1].seq


def _files(played: Played) -> list[tuple[object, ...]]:
    sent = {entry.entry_id: entry.at for entry in played.entries}
    return [
        (WORKSPACE, paper.file_id, paper.sha256, paper.name, paper.media_type, len(paper.content), author.kind,
         author.id, sent[paper.file_id])
        for paper, author in played.papers
    ]  # fmt: skip


def _carried(played: Played) -> list[tuple[object, ...]]:
    """A paper has the id of the entry that carries it."""
    places = {entry.entry_id: entry.seq for entry in played.entries}
    return [
        (WORKSPACE, played.conversation_id, places[paper.file_id], paper.file_id)
        for paper, _ in played.papers
    ]
