"""What comes in is handed on in order, or held back."""

import asyncio

from alongside.realtime.intake import Intake
from tests.realtime.world import FakeConnection


class Reader:
    """Remembers what it read; asks for rests."""

    def __init__(self) -> None:
        self.connection = FakeConnection()
        self.read: list[str | bytes] = []
        self.everything = asyncio.Event()
        self.intake = Intake(self.connection, self._read)

    def _read(self, frame: str | bytes) -> None:
        self.read.append(frame)
        if frame == "rest":
            self.intake.rest(0.001)
        if frame == "last":
            self.everything.set()


async def test_while_it_rests_nothing_is_read_and_then_everything_in_order() -> None:
    reader = Reader()
    frames = ["one", "rest", "two", "rest", "rest", "three", "last"]
    for frame in frames:
        reader.intake.take(frame)
    assert reader.read == ["one", "rest"]
    assert not reader.connection.reading
    async with asyncio.timeout(10):
        await reader.everything.wait()
    assert reader.read == frames
    assert reader.connection.reading


async def test_it_reads_on_only_when_neither_rest_nor_crowd_holds_it() -> None:
    reader = Reader()
    reader.intake.crowd(True)
    reader.intake.take("rest")
    reader.intake.take("last")
    assert (reader.read, reader.connection.reading) == ([], False)
    reader.intake.crowd(False)
    assert (reader.read, reader.connection.reading) == (["rest"], False)
    reader.intake.crowd(True)
    reader.intake.crowd(False)
    assert not reader.connection.reading
    async with asyncio.timeout(10):
        await reader.everything.wait()
    assert reader.connection.reading


async def test_once_closed_nothing_comes_any_more() -> None:
    reader = Reader()
    reader.intake.take("rest")
    reader.intake.take("last")
    reader.intake.close()
    await asyncio.sleep(0.01)
    assert reader.read == ["rest"]
