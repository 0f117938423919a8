"""What is read back is what is there: harm that is done to a real database is found."""

import pytest

from tests.faults.checking import judge
from tests.faults.load import Load, Shape, talking
from tests.faults.reading_back import gather_evidence
from tests.faults.stand import Stand

SHAPE = Shape(conversations=4, watched=2, rate=100)
OF_ONE = "where conversation_id = $1 and seq = (select max(seq) - 1 from alongside.entry where conversation_id = $1)"


@pytest.mark.parametrize(
    ("harm", "kinds"),
    [
        (f"delete from alongside.entry {OF_ONE}", {"lost", "gap", "foreign"}),
        (f"update alongside.entry set entry_id = gen_random_uuid() {OF_ONE}", {"lost", "foreign"}),
        (
            "update alongside.conversation set last_seq = last_seq + 1 where conversation_id = $1",
            {"gap"},
        ),
    ],
    ids=["taken away", "exchanged", "counted wrongly"],
)
async def test_harm_done_behind_the_server_is_found(stand: Stand, harm: str, kinds: set[str]) -> None:
    async with talking(stand, SHAPE) as load:
        await load.until_acknowledged(60)
        assert await load.settle()
        await do_harm(load, harm)
        found = {finding.kind for finding in judge(await gather_evidence(load, state_seconds=1))}
    assert found >= kinds


async def do_harm(load: Load, statement: str) -> None:
    connection = await load.stand.database.connect()
    try:
        assert (await connection.execute(statement, load.invited[0].id)).endswith(" 1")
    finally:
        await connection.close()
