"""The disk of the database is full: who writes is told to wait, and nothing is lost when there is space again."""

import pytest

from tests.faults.disk import MAY_MOUNT, filled
from tests.faults.load import Shape, talking, until
from tests.faults.reading_back import assert_well
from tests.faults.stand import standing

SHAPE = Shape(conversations=20, watched=5, rate=200, text="My bill is twice as high as usual. " * 100)


@pytest.mark.skipif(not MAY_MOUNT, reason="only root may mount a file system for the database")
async def test_the_disk_is_full_for_a_while() -> None:
    async with standing(1, disk=250) as stand, talking(stand, SHAPE) as load:
        await load.until_acknowledged(100)
        with filled(stand.cluster.data, leave=2_000_000):
            await until(lambda: any(each.code == "unavailable" for each in load.diary.refusals), 60)
        if not stand.cluster.running:
            await stand.cluster.start()
        await load.until_acknowledged(200)
        await assert_well(load, {"unavailable"}, ["503"])
