"""A client that says everything twice, late, in any order and over two lines at once: each message is stored once."""

import random
from uuid import uuid4

import pytest

from tests.faults.load import Load, Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.screen import Screen
from tests.faults.stand import Stand

SHAPE = Shape(conversations=12, watched=12, rate=0.001, looking=False)
MESSAGES = 40


@pytest.mark.parametrize("seed", range(3))
async def test_doubled_late_and_disordered_messages_are_stored_once(stand: Stand, seed: int) -> None:
    chance = random.Random(seed)
    async with talking(stand, SHAPE) as load:
        for said in jumbled(load, chance):
            screen, conversation_id, entry_id = said
            screen.write(conversation_id, entry_id, f"message {entry_id}")
            if chance.random() < 0.02:
                screen.cut()
        evidence = await assert_well(load)
        assert load.diary.duplicates > 0
        told = [each for each in evidence.acknowledged if each.entry_id]
        assert len({each.entry_id for each in told}) == MESSAGES * SHAPE.conversations


def jumbled(load: Load, chance: random.Random) -> list[tuple[Screen, str, str]]:
    """Each message one to three times, over the visitor's line or over their other tab's, up to all others later."""
    said = []
    for who, lines in zip(load.invited, zip(load.visitors, load.tabs, strict=True), strict=True):
        for number in range(MESSAGES):
            entry_id = str(uuid4())
            for _ in range(chance.randint(1, 3)):
                late = chance.choice([0, 0, 3, MESSAGES])
                said.append((number + chance.uniform(0, late), chance.choice(lines), who.id, entry_id))
    return [each[1:] for each in sorted(said, key=lambda each: each[0])]
