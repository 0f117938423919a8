"""What neighbours feel of a flood: `python -m bench.flood`. Prints a table.

Thirty customers of one workspace write 300 messages a second between them, each from an address of their own, and wait
until each is stored. Meanwhile somebody else floods. Everything runs at once on the same cores, limits as by default;
compare the ratios to the quiet runs beside it. `beside` floods nobody: its
process works as hard as the others', on the cores that server, database and neighbours need, and shows how much of
their figures is that alone.
"""

import argparse
import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from statistics import quantiles
from time import monotonic
from typing import NamedTuple
from uuid import uuid4

from bench.flooding import KINDS
from bench.machine import describe
from bench.seeding import Customer, Place, add_customers, add_entries, beside, make_place
from bench.stand import Server, data_folder, running_server
from bench.wire import Frame, Wire, connected

NEIGHBOURS, EACH = 30, 10.0
FLOODERS = 100


class Felt(NamedTuple):
    """What neighbours felt: messages sent and stored, and milliseconds until they were acknowledged."""

    sent: int
    stored: int
    p50: float
    p99: float
    said: dict[str, int]


class Neighbour:
    """Writes at a steady pace and notes how long each message took."""

    def __init__(self, number: int, customer: Customer) -> None:
        self.sent: dict[str, float] = {}
        self.took: list[float] = []
        self.refused = 0
        self._address = f"127.0.1.{number + 1}"
        self._customer = customer

    def _hear(self, frame: Frame) -> None:
        if frame.type == "done" and frame.id in self.sent:
            self.took.append(monotonic() - self.sent.pop(str(frame.id)))
        elif frame.type in ("error", "bye"):
            self.refused += 1

    async def write(self, port: int, seconds: float, begin: float) -> None:
        """So long, and a moment more for what is under way."""
        wire = await connected(port, self._address, self._customer.token, self._hear)
        wire.say(type="subscribe", id="s", topic=f"conversation:{self._customer.conversation_id}")
        await asyncio.sleep(begin)
        due, end = monotonic(), monotonic() + seconds
        while due < end:
            await asyncio.sleep(max(0.0, due - monotonic()))
            self._send(wire)
            due += 1 / EACH
        for _ in range(100):
            if self.sent:
                await asyncio.sleep(0.1)
        wire.cut()

    def _send(self, wire: Wire) -> None:
        entry_id = str(uuid4())
        data = {
            "conversation_id": str(self._customer.conversation_id),
            "entry_id": entry_id,
            "text": "Hello?",
        }
        self.sent[entry_id] = monotonic()
        wire.say(type="command", id=entry_id, name="send", data=data)


async def _second_place(server: Server) -> tuple[list[Customer], list[Customer]]:
    """The neighbours of one workspace, and the flooders of another."""
    async with beside(server.data) as database:
        quiet = await make_place(database)
        async with database.transaction(quiet.workspace_id) as connection:
            await connection.execute("update workspace set slug = 'quiet'")
        loud: Place = await make_place(database)
        neighbours = await add_customers(database, quiet, NEIGHBOURS)
        flooders = await add_customers(database, loud, FLOODERS)
        await add_entries(database, loud, flooders[:1], 400)
    return neighbours, flooders


@asynccontextmanager
async def flooding(kind: str, port: int, flooders: Sequence[Customer]) -> AsyncIterator[dict[str, int]]:
    """Somebody floods during this block; what they heard is there afterwards."""
    said: dict[str, int] = {}
    if not kind:
        yield said
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.flooding", kind, str(port), stdin=PIPE, stdout=PIPE
    )
    assert process.stdin
    people = [(each.token, str(each.conversation_id)) for each in flooders]
    process.stdin.write(json.dumps(people).encode() + b"\n")
    yield said
    out, _ = await process.communicate(b"\n")
    said.update(json.loads(out))


async def feel(
    server: Server, kind: str, customers: Sequence[Customer], flooders: Sequence[Customer], seconds: float
) -> Felt:
    """One run: neighbours write while this kind of flood goes on."""
    neighbours = [Neighbour(number, customer) for number, customer in enumerate(customers)]
    async with flooding(kind, server.port, flooders) as said:
        begin = 2.0  # the flood is in full swing by then
        await asyncio.gather(
            *(
                each.write(server.port, seconds, begin + number / EACH / NEIGHBOURS)
                for number, each in enumerate(neighbours)
            )
        )
    took = sorted(1000 * one for each in neighbours for one in each.took)
    lost = sum(len(each.sent) for each in neighbours)
    cuts = quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return Felt(len(took) + lost, len(took), cuts[49], cuts[98], said)


async def measure(seconds: float, kinds: Sequence[str]) -> list[tuple[str, Felt]]:
    """Every kind in turn on one server, quiet before and after each."""
    with data_folder() as folder, running_server(folder, ALONGSIDE_RATE_LIMITS="true") as server:
        neighbours, flooders = await _second_place(server)
        await feel(server, "", neighbours, flooders, 2)  # everything is warm
        runs = ["", *(run for kind in kinds for run in (kind, ""))]
        return [(run or "quiet", await feel(server, run, neighbours, flooders, seconds)) for run in runs]


def table(found: list[tuple[str, Felt]]) -> str:
    """The figures as Markdown; each flood beside the mean of the quiet runs before and after it."""
    lines = [
        "| Flood | neighbours' messages stored | p50 / p99, ms | ÷ quiet p50 / p99 | what the flooder was told |",
        "|---|---|---|---|---|",
    ]
    for number, (name, felt) in enumerate(found):
        cells = [name, f"{felt.stored:,} of {felt.sent:,}", f"{felt.p50:.1f} / {felt.p99:.1f}"]
        if number % 2:
            before, after = found[number - 1][1], found[number + 1][1]
            p50, p99 = (before.p50 + after.p50) / 2, (before.p99 + after.p99) / 2
            cells.append(f"{felt.p50 / p50:.2f} / {felt.p99 / p99:.2f}")
        lines.append(f"| {' | '.join([*cells, '–'][:4])} | {_told(felt.said)} |")
    return "\n".join(lines)


def _told(said: dict[str, int]) -> str:
    most = sorted(said.items(), key=lambda pair: -pair[1])[:4]
    return ", ".join(f"{count:,} × {what}" for what, count in most) or "–"


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each run takes")
    parser.add_argument("--kind", choices=list(KINDS), action="append", help="only this kind of flood")
    chosen = parser.parse_args()
    found = asyncio.run(measure(chosen.seconds, chosen.kind or list(KINDS)))
    print("\n".join(f"{name}: {what}" for name, what in describe().items()), table(found), sep="\n\n")


if __name__ == "__main__":
    main()
