"""Catching up: what each of many askers lacks of a conversation, in as few questions as for one."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from alongside.conversations import entry_store
from alongside.conversations.access import audience_of
from alongside.conversations.model import Entry
from alongside.conversations.transcript import LARGEST_PAGE, TranscriptPage
from alongside.kit.actors import Actor
from alongside.storage import Connection

_NEWEST = 50


class Wanted(NamedTuple):
    """Somebody who may see a conversation and holds everything up to `after` (None: nothing); `last` is its last
    number."""

    who: Actor
    conversation_id: UUID
    after: int | None
    last: int


async def pages(connection: Connection, workspace_id: UUID, wanted: Sequence[Wanted]) -> list[TranscriptPage]:
    """For each the entries beyond `after`, or only the newest 50 if those are more than 200 or `after` is beyond the
    end; all of one moment if the transaction is."""
    found: dict[int, TranscriptPage] = {}
    beyond = {place: each for place, each in enumerate(wanted) if _holds_some(each)}
    for place, entries in (await _following(connection, workspace_id, beyond)).items():
        if len(entries) <= LARGEST_PAGE:
            after = wanted[place].after or 0
            found[place] = TranscriptPage(entries, after, wanted[place].last, False)
    rest = {place: each for place, each in enumerate(wanted) if place not in found}
    for place, entries in (await _newest(connection, workspace_id, rest)).items():
        found[place] = _newest_page(entries, wanted[place].last)
    return [found[place] for place in range(len(wanted))]


def _holds_some(each: Wanted) -> bool:
    return each.after is not None and each.after <= each.last


async def _following(
    connection: Connection, workspace_id: UUID, wanted: dict[int, Wanted]
) -> dict[int, list[Entry]]:
    """What lies beyond `after`, and one more than a page if there is more; nobody is asked where nothing does."""
    behind = [place for place, each in wanted.items() if each.after != each.last]
    asked = [
        (each.conversation_id, audience_of(each.who), each.after or 0, each.last)
        for each in map(wanted.__getitem__, behind)
    ]
    found = (
        await entry_store.following_each(connection, workspace_id, asked, LARGEST_PAGE + 1) if asked else {}
    )
    return {place: [] for place in wanted} | {behind[nth]: entries for nth, entries in found.items()}


async def _newest(
    connection: Connection, workspace_id: UUID, wanted: dict[int, Wanted]
) -> dict[int, list[Entry]]:
    places = list(wanted)
    asked = [(each.conversation_id, audience_of(each.who), each.last) for each in wanted.values()]
    found = await entry_store.newest_of_each(connection, workspace_id, asked, _NEWEST + 1) if asked else {}
    return {place: found.get(nth, []) for nth, place in enumerate(places)}


def _newest_page(entries: list[Entry], last: int) -> TranscriptPage:
    shown, more = entries[-_NEWEST:], len(entries) > _NEWEST
    return TranscriptPage(shown, shown[0].seq - 1 if more else 0, last, more)
