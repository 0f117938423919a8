"""The outbox: bounded, shared, and quick to forget."""

import asyncio

from alongside.realtime.frames import Event, Revoked, Subscribed, encode
from alongside.realtime.outbox import Outbox


class Reading:
    """Counts what an outbox says."""

    def __init__(self, limit: int = 100) -> None:
        self.flushes = self.overflows = 0
        self.outbox = Outbox(limit, self.flush, self.overflow)

    def flush(self) -> None:
        self.flushes += 1

    def overflow(self) -> None:
        self.overflows += 1

    def drain(self) -> list[bytes]:
        taken = []
        while (frame := self.outbox.take()) is not None:
            taken.append(frame)
        return taken


def test_frames_leave_in_order_and_are_never_copied() -> None:
    reading = Reading()
    frames = [b"one", b"two"]
    for frame in frames:
        reading.outbox.push(frame)
    assert (reading.flushes, reading.outbox.bytes) == (2, 6)
    taken = reading.drain()
    assert [one is other for one, other in zip(taken, frames, strict=True)] == [True, True]
    assert reading.outbox.bytes == 0


def test_a_frame_too_much_overflows() -> None:
    reading = Reading(limit=10)
    reading.outbox.push(b"12345678")
    reading.outbox.push(b"123")
    assert reading.overflows == 1
    assert reading.drain() == [b"12345678"]


def test_one_large_frame_passes_when_nothing_waits() -> None:
    reading = Reading(limit=10)
    reading.outbox.push(b"x" * 50)
    assert (reading.overflows, len(reading.drain())) == (0, 1)


def test_a_topic_is_forgotten_and_nothing_else() -> None:
    reading = Reading(limit=1000)
    gone, kept = Event("conversation:1", "read", {}), Event("conversation:12", "read", {})
    revoked = Revoked("conversation:1", "forbidden", "")
    for frame in (gone, kept, revoked, gone):
        reading.outbox.push(encode(frame))
    reading.outbox.forget("conversation:1")
    assert reading.outbox.bytes == len(encode(kept)) + len(encode(revoked))
    assert reading.drain() == [encode(kept), encode(revoked)]


def test_the_last_word_may_replace_what_waits_and_nothing_follows_it() -> None:
    reading = Reading()
    reading.outbox.push(b"unread")
    reading.outbox.finish(b"bye", discard=True)
    reading.outbox.push(b"too late")
    reading.outbox.finish(b"bye again", discard=False)
    assert reading.drain() == [b"bye"]


def test_the_last_word_may_follow_what_waits() -> None:
    reading = Reading()
    reading.outbox.push(b"unread")
    reading.outbox.finish(b"bye", discard=False)
    assert reading.drain() == [b"unread", b"bye"]


def test_a_closed_outbox_holds_nothing() -> None:
    reading = Reading()
    reading.outbox.push(b"unread")
    reading.outbox.close()
    assert (reading.drain(), reading.outbox.bytes, reading.outbox.closed) == ([], 0, True)


def test_what_was_asked_for_is_no_reason_to_be_cut() -> None:
    reading = Reading(limit=10)
    reading.outbox.push(b"welcome")
    reading.outbox.push(b"a long answer", asked=True)
    reading.outbox.push(b"new")
    assert reading.overflows == 0
    reading.outbox.push(b"and one too many")
    assert reading.overflows == 1
    assert reading.drain() == [b"welcome", b"a long answer", b"new"]


async def test_the_next_answer_waits_until_the_one_before_is_written() -> None:
    reading = Reading(limit=10)
    reading.outbox.push(b"a long answer", asked=True)
    waiting = asyncio.create_task(reading.outbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    reading.outbox.take()
    await waiting


async def test_nobody_waits_for_room_where_nobody_reads() -> None:
    reading = Reading(limit=10)
    reading.outbox.push(b"a long answer", asked=True)
    waiting = asyncio.create_task(reading.outbox.room())
    await asyncio.sleep(0)
    reading.outbox.close()
    await waiting
    assert reading.drain() == []


def test_an_answer_that_waits_is_forgotten_with_its_topic() -> None:
    reading = Reading(limit=1000)
    kept, lost = (encode(Subscribed("id", topic, {}, 0, 0, [])) for topic in ("desk", "conversation:1"))
    for frame in (kept, lost):
        reading.outbox.push(frame, asked=True)
    reading.outbox.forget("conversation:1")
    assert reading.drain() == [kept]
