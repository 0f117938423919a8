"""What of the lists is told live: summaries and counts of conversations, and the team."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from alongside.conversations import listing, summary_store
from alongside.conversations.listing import Counts
from alongside.conversations.model import Summary, topic
from alongside.kit.actors import SYSTEM, Actor, agent, person
from alongside.kit.paging import LARGEST_PAGE
from alongside.realtime.company import Company
from alongside.realtime.topics import Change, Watchers
from alongside.storage import Connection, Database
from alongside.team import agents
from alongside.team.agents import AgentQuery
from alongside.team.model import Agent, Role

_CONVERSATION = "conversation:"
_AT_ONCE = 50  # so that others get a turn between


class TeamLine(msgspec.Struct, frozen=True):
    """A member of the team as `team` tells of them."""

    agent_id: UUID
    name: str
    role: Role
    online: bool


class ListDigest:
    """How conversations and the team look now, for whoever follows them."""

    def __init__(self, database: Database, presence: Callable[[], Company]) -> None:
        self._database = database
        self._presence = presence
        self._counted: dict[tuple[UUID, Actor], Counts] = {}

    async def changes(
        self, workspace_id: UUID, changed: Collection[str], watchers: Watchers
    ) -> Sequence[Change]:
        """The events for these changed topics. Nothing is read for what nobody sees."""
        seen = _seen(changed, watchers)
        team = "team" in changed and watchers.anyone("team")
        if not seen and not team:
            return []
        async with self._database.read(workspace_id) as connection:
            changes = await _summaries(connection, workspace_id, seen, watchers)
            if seen:
                changes += await self._counts(connection, workspace_id, watchers)
            if team:
                lines = await team_lines(connection, workspace_id, self._presence())
                changes += [Change("team", "agent", line, audience="team") for line in lines]
        return changes

    async def _counts(self, connection: Connection, workspace_id: UUID, watchers: Watchers) -> list[Change]:
        """The counts of those agents for whom they are others than the last told."""
        followers = watchers.of("desk")
        if not followers:
            return []
        count = await listing.counted_for_all(connection, workspace_id)
        return [
            Change("desk", "counts", counts, to=[who])
            for who in followers
            if who.id and self._is_news(workspace_id, who, counts := count(who.id))
        ]

    def _is_news(self, workspace_id: UUID, who: Actor, counts: Counts) -> bool:
        before = self._counted.get((workspace_id, who))
        self._counted[workspace_id, who] = counts
        return counts != before


def _seen(changed: Collection[str], watchers: Watchers) -> list[UUID]:
    """The changed conversations of which somebody may want to hear."""
    everywhere = watchers.anyone("desk") or watchers.anyone("mine")
    return [
        UUID(name.removeprefix(_CONVERSATION))
        for name in changed
        if name.startswith(_CONVERSATION) and (everywhere or watchers.anyone(name))
    ]


async def _summaries(
    connection: Connection, workspace_id: UUID, conversation_ids: Sequence[UUID], watchers: Watchers
) -> list[Change]:
    changes: list[Change] = []
    for begin in range(0, len(conversation_ids), _AT_ONCE):
        part = conversation_ids[begin : begin + _AT_ONCE]
        found = await summary_store.of_ids(connection, workspace_id, SYSTEM, part)
        unread = await summary_store.unread(connection, workspace_id, part)
        for summary in found:
            changes += _told(summary, unread.get(summary.conversation_id, {}), watchers)
    return changes


def _told(summary: Summary, unread: Mapping[Actor, int], watchers: Watchers) -> Iterator[Change]:
    """A summary for each list that shows it; those who have not read all of it get their own."""
    customer = person(summary.person.person_id)
    for name in (topic(summary.conversation_id), "desk"):
        if watchers.anyone(name):
            yield from _for_followers(name, summary, unread, watchers.of(name))
    if watchers.has("mine", customer):
        yield Change("mine", "summary", _with(summary, unread.get(customer, 0)), to=[customer])


def _for_followers(
    name: str, summary: Summary, unread: Mapping[Actor, int], followers: frozenset[Actor]
) -> Iterator[Change]:
    own = followers & unread.keys()
    for who in own:
        yield Change(name, "summary", _with(summary, unread[who]), to=[who])
    if followers - own:
        yield Change(name, "summary", summary, to=followers - own if own else None)


def _with(summary: Summary, unread: int) -> Summary:
    return msgspec.structs.replace(summary, unread=unread)


async def team_lines(connection: Connection, workspace_id: UUID, company: Company) -> list[TeamLine]:
    """Everybody who works here, by name, and whether they are connected."""
    lines: list[TeamLine] = []
    query = AgentQuery(active=True, limit=LARGEST_PAGE)
    while True:
        page = await agents.listing(connection, workspace_id, query)
        lines += [_line(each, company.online(workspace_id, agent(each.agent_id))) for each in page.items]
        if page.next_cursor is None:
            return lines
        query = msgspec.structs.replace(query, cursor=page.next_cursor)


def _line(member: Agent, online: bool) -> TeamLine:
    return TeamLine(member.agent_id, member.name, member.role, online)
