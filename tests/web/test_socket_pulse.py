"""Signs of life: asked for in time, and nobody who answers is cut."""

import asyncio

from alongside.web.socket_pulse import BEATS, Pulse


class Peer:
    def __init__(self, *, answers: bool) -> None:
        self.quiet = 0
        self.asked = 0
        self.gone = asyncio.Event()
        self._answers = answers

    def ping(self) -> None:
        self.asked += 1
        if self._answers:
            self.quiet = 0

    def cut(self) -> None:
        self.gone.set()


async def test_who_answers_stays_and_who_does_not_is_cut() -> None:
    pulse = Pulse(seconds=0.0001)
    alive, dead = Peer(answers=True), Peer(answers=False)
    pulse.add(alive)
    pulse.add(dead)
    async with asyncio.timeout(10):
        await dead.gone.wait()
    assert dead.asked == 1
    assert not alive.gone.is_set()
    for peer in (alive, dead):
        pulse.remove(peer)


async def test_work_is_spread_over_the_round() -> None:
    pulse = Pulse(seconds=60)
    peers = [Peer(answers=True) for _ in range(BEATS * 3)]
    for peer in peers:
        pulse.add(peer)
    assert {len(share) for share in pulse._shares} == {3}
    for peer in peers:
        pulse.remove(peer)
    pulse.remove(peers[0])
