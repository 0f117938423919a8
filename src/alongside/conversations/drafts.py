"""The kinds of entries and what their bodies hold: one function a kind."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from alongside.conversations.model import (
    FILES_LIMIT,
    TEXT_LIMIT,
    Audience,
    Choice,
    Draft,
    FileCard,
    Packet,
    Page,
    Source,
)
from alongside.kit.actors import SYSTEM, Actor
from alongside.kit.errors import Invalid


def message(
    conversation_id: UUID,
    entry_id: UUID,
    author: Actor,
    text: str,
    *,
    files: Sequence[FileCard] = (),
    choices: Sequence[Choice] = (),
    choice: str | None = None,
    source: Source | None = None,
) -> Draft:
    """Something said. `choices` are quick replies on offer, `choice` the one that was tapped.

    Invalid if there is nothing in it, or too much."""
    _check(text, files)
    body = _body(text=text, files=files, choices=choices, choice=choice, source=source)
    return _draft(conversation_id, entry_id, "message", author, body)


def note(
    conversation_id: UUID, entry_id: UUID, author: Actor, text: str, *, files: Sequence[FileCard] = ()
) -> Draft:
    """Something for the team only. Invalid if there is nothing in it, or too much."""
    _check(text, files)
    return _draft(conversation_id, entry_id, "note", author, _body(text=text, files=files), "team")


def started(conversation_id: UUID, entry_id: UUID, author: Actor, page: Page | None) -> Draft:
    """The first entry of every conversation."""
    return _draft(conversation_id, entry_id, "started", author, _body(page=page))


def joined(conversation_id: UUID, entry_id: UUID, author: Actor, name: str) -> Draft:
    """An agent takes part from now on."""
    return _draft(conversation_id, entry_id, "joined", author, {"name": name})


def left(conversation_id: UUID, entry_id: UUID, author: Actor, name: str) -> Draft:
    """An agent takes part no longer."""
    return _draft(conversation_id, entry_id, "left", author, {"name": name})


def handed_over(conversation_id: UUID, entry_id: UUID, author: Actor, to: str, reason: str) -> Draft:
    """Somebody else's move now: `to` is queue or concierge, `reason` asked, unsure, agent …"""
    return _draft(conversation_id, entry_id, "handed_over", author, {"to": to, "reason": reason})


def handoff_packet(conversation_id: UUID, entry_id: UUID, author: Actor, packet: Packet) -> Draft:
    """What whoever takes over should know; for the team."""
    body: dict[str, Any] = msgspec.to_builtins(packet)
    return _draft(conversation_id, entry_id, "handoff_packet", author, body, "team")


def assigned(
    conversation_id: UUID, entry_id: UUID, by: Actor, agent_id: UUID | None, name: str | None
) -> Draft:
    """It is this agent's now, or nobody's (None); for the team."""
    body = {"agent_id": agent_id and str(agent_id), "name": name, "by": msgspec.to_builtins(by)}
    return _draft(conversation_id, entry_id, "assigned", by, body, "team")


def closed(conversation_id: UUID, entry_id: UUID, author: Actor) -> Draft:
    """Nothing is left to do."""
    return _draft(conversation_id, entry_id, "closed", author, {})


def reopened(conversation_id: UUID, entry_id: UUID, author: Actor) -> Draft:
    """Something is left to do after all."""
    return _draft(conversation_id, entry_id, "reopened", author, {})


def identified(conversation_id: UUID, entry_id: UUID, name: str | None) -> Draft:
    """We know now who the customer is."""
    return _draft(conversation_id, entry_id, "identified", SYSTEM, {"name": name})


def _draft(
    conversation_id: UUID,
    entry_id: UUID,
    kind: str,
    author: Actor,
    body: dict[str, Any],
    audience: Audience = "everyone",
) -> Draft:
    return Draft(
        conversation_id=conversation_id,
        entry_id=entry_id,
        kind=kind,
        audience=audience,
        author=author,
        body=body,
    )


def _check(text: str, files: Sequence[FileCard]) -> None:
    if not text.strip() and not files:
        raise _wrong("text", "There is nothing in it.")
    if len(text) > TEXT_LIMIT:
        raise _wrong("text", f"At most {TEXT_LIMIT:,} characters.")
    if "\0" in text or not _is_utf8(text):
        raise _wrong("text", "It holds characters that are none.")
    if len(files) > FILES_LIMIT:
        raise _wrong("files", f"At most {FILES_LIMIT} files.")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong(field: str, why: str) -> Invalid:
    return Invalid(message="The message cannot be sent as it is.", hint=why, fields={field: why})


def _body(*, text: str | None = None, **parts: Any) -> dict[str, Any]:
    """The text, and of the rest only what there is, as plain JSON values."""
    body: dict[str, Any] = {} if text is None else {"text": text}
    if any(parts.values()):
        body.update({name: msgspec.to_builtins(part) for name, part in parts.items() if part})
    return body
