"""Reads back what has become of a run, from outside: by SQL, by the HTTP interface, and by sockets that ask anew."""

import asyncio
import itertools
from collections.abc import Collection, Sequence

import httpx
import msgspec

from tests.faults.checking import Evidence, Sight, State, Store, judge, summed_up
from tests.faults.frames import Line, Subscribed, decode
from tests.faults.inviting import connect_as, say
from tests.faults.load import Load
from tests.faults.replica import comparable
from tests.faults.screen import Screen
from tests.faults.stand import Stand

_PAGE = 200
_AT_ONCE = 8
_SETTLING_SECONDS = 45.0
_ENTRIES = """
    select conversation_id::text, seq, entry_id::text, audience from alongside.entry
    where conversation_id = any($1::uuid[]) order by conversation_id, seq
"""
_HEADS = "select conversation_id::text, last_seq from alongside.conversation where conversation_id = any($1::uuid[])"


class _Page(msgspec.Struct):
    entries: list[Line]
    upto: int
    more: bool


async def assert_well(
    load: Load, excused: Collection[str] = (), web_excused: Collection[str] = (), seconds: float = 60
) -> Evidence:
    """Let everything come to rest; fails, in words, unless all is well. See `judge` for what may be excused."""
    evidence = await gather_evidence(load, seconds)
    findings = judge(evidence, excused, web_excused)
    for node in load.stand.nodes if findings else ():
        print(node.url, node.log[-20_000:])  # noqa: T201 - pytest shows it with the failure
    assert not findings, summed_up(findings)
    return evidence


async def gather_evidence(
    load: Load, seconds: float = 60, state_seconds: float = _SETTLING_SECONDS
) -> Evidence:
    """Let everything come to rest, for so long at most, and read it back."""
    settled = await load.settle(seconds)
    states = await compare_states(load, state_seconds)
    conversations = [who.id for who in load.invited]
    database, heads = await stored(load.stand, conversations)
    web = await over_http(load.stand.url, load.session, conversations)
    diary = load.diary
    troubles = [
        trouble for screen in load.screens for each in screen.replicas.values() for trouble in each.troubles
    ]
    return Evidence(
        acknowledged=diary.acknowledged,
        database=database,
        web=web,
        last_seq=heads,
        sights=[sight for screen in load.screens for sight in sights_of(screen)],
        states=states,
        refusals=diary.refusals,
        byes=diary.byes,
        web_failures=diary.web_failures,
        troubles=[*troubles, *diary.troubles],
        settled=settled,
    )


async def stored(stand: Stand, conversations: Sequence[str]) -> tuple[Store, dict[str, int]]:
    """What the database holds of these conversations, and the last number that each of them says it has."""
    connection = await stand.database.connect()
    try:
        rows = await connection.fetch(_ENTRIES, conversations)
        heads = await connection.fetch(_HEADS, conversations)
    finally:
        await connection.close()
    groups = itertools.groupby(rows, key=lambda row: row[0])
    found = {key: [Line(row[1], row[2], row[3]) for row in group] for key, group in groups}
    return found, {row[0]: row[1] for row in heads}


async def over_http(url: str, session: str, conversations: Sequence[str]) -> Store:
    """The same as the desk gets it, page by page."""
    slots = asyncio.Semaphore(_AT_ONCE)
    headers = {"Cookie": f"alongside_session={session}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:

        async def transcript(conversation_id: str) -> list[Line]:
            async with slots:
                return await _transcript(client, conversation_id)

        found = await asyncio.gather(*map(transcript, conversations))
    return dict(zip(conversations, found, strict=True))


async def _transcript(client: httpx.AsyncClient, conversation_id: str) -> list[Line]:
    lines: list[Line] = []
    page = _Page([], 0, True)
    while page.more:
        params = {"after": str(page.upto), "limit": str(_PAGE)}
        answer = await client.get(f"/api/conversations/{conversation_id}/entries", params=params)
        answer.raise_for_status()
        page = msgspec.json.decode(answer.content, type=_Page)
        lines += page.entries
    return lines


def sights_of(screen: Screen) -> list[Sight]:
    """What a screen shows."""
    audience = "team" if screen.name.startswith("agent") else "everyone"
    return [
        Sight(
            screen.name,
            topic.partition(":")[2],
            audience,
            held.lines,
            held.since,
            held.upto or 0,
            held.earlier,
        )
        for topic, held in screen.replicas.items()
        if topic.startswith("conversation:")
    ]


async def compare_states(load: Load, seconds: float) -> list[State]:
    """Every topic of every screen (of a crowd, of some fifty) as it is held and as it is told to who asks anew.

    Waits until they agree, for a while: some changes are told in bundles, and who vanished is missed after a time."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def compared(screen: Screen) -> list[State]:
        async with asyncio.timeout(seconds + 60), slots:
            return await _compared(screen, load.stand.url, seconds)

    screens = [*load.visitors, *load.tabs, *load.agents, *load.crowd[:: max(1, len(load.crowd) // 50)]]
    return [state for states in await asyncio.gather(*map(compared, screens)) for state in states]


async def _compared(screen: Screen, url: str, seconds: float) -> list[State]:
    give_up = asyncio.get_running_loop().time() + seconds
    while True:
        states = await _asked_anew(screen, url)
        if (
            all(state.held == state.refetched for state in states)
            or asyncio.get_running_loop().time() > give_up
        ):
            return states
        await asyncio.sleep(0.25)


async def _asked_anew(screen: Screen, url: str) -> list[State]:
    states = []
    async with connect_as(url, screen.token) as socket:
        for topic, held in screen.replicas.items():
            await say(socket, type="subscribe", id="anew", topic=topic)
            while not isinstance(frame := decode(await socket.recv()), Subscribed):
                pass
            await say(socket, type="unsubscribe", id="anew", topic=topic)
            states.append(State(screen.name, topic, comparable(held.state), comparable(frame.state)))
    return states
