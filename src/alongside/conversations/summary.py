"""What the summary of a conversation says, as a pure fold of its journal.

The database keeps the same in the row of the conversation (`append_entries` and the capabilities); this is its
meaning, tests hold the two together, and an import computes the row of an old conversation with it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from alongside.conversations.model import Entry, Holder, Status, preview_of
from alongside.kit.actors import ActorKind


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal says of its conversation."""

    status: Status = "open"
    held_by: Holder = "concierge"
    assignee_id: UUID | None = None
    last_seq: int = 0
    last_entry_at: datetime | None = None
    preview: str = ""
    preview_author: ActorKind = "system"
    waiting_since: datetime | None = None
    closed_at: datetime | None = None


def summarise(entries: Iterable[Entry]) -> Folded:
    """Fold a whole journal, in its order."""
    folded = Folded()
    for entry in entries:
        folded = _with(folded, entry)
    return folded


def _with(folded: Folded, entry: Entry) -> Folded:
    changes = {"last_seq": entry.seq, **_shown(entry), **_held(entry), **_open_or_closed(entry)}
    if asks(entry):
        changes["waiting_since"] = folded.waiting_since or entry.at
    elif answers(entry):
        changes["waiting_since"] = None
    return msgspec.structs.replace(folded, **changes)


def _shown(entry: Entry) -> dict[str, object]:
    if entry.audience == "team":
        return {}
    if entry.kind != "message":
        return {"last_entry_at": entry.at}
    return {
        "last_entry_at": entry.at,
        "preview": preview_of(entry.body),
        "preview_author": entry.author.kind,
    }


def _held(entry: Entry) -> dict[str, object]:
    if entry.kind == "handed_over":
        return {"held_by": entry.body["to"], "assignee_id": None}
    if entry.kind == "assigned":
        agent_id = entry.body["agent_id"]
        return {"held_by": "agent" if agent_id else "queue", "assignee_id": agent_id and UUID(agent_id)}
    return {}


def _open_or_closed(entry: Entry) -> dict[str, object]:
    if entry.kind == "closed":
        return {"status": "closed", "closed_at": entry.at}
    if entry.kind == "reopened":
        return {"status": "open", "closed_at": None}
    return {}


def asks(entry: Entry) -> bool:
    """Whether somebody waits for an answer from here on."""
    if entry.kind == "handed_over":
        return bool(entry.body["to"] == "queue")
    if entry.kind == "assigned":
        return entry.body["agent_id"] is None
    return entry.kind == "message" and entry.author.kind == "person"


def answers(entry: Entry) -> bool:
    """Whether nobody waits any more from here on."""
    return entry.kind == "closed" or (entry.kind == "message" and entry.author.kind in ("agent", "concierge"))
