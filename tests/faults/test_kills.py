"""kill -9 of the server, of the database, of one node of three: nothing acknowledged is lost, doubled or moved."""

from tests.faults.checking import judge, summed_up
from tests.faults.load import Shape, talking
from tests.faults.reading_back import gather_evidence
from tests.faults.stand import standing

SHAPE = Shape(conversations=24, watched=6, rate=150)
LOST_LINES = ("ConnectError", "ReadError", "RemoteProtocolError")


async def test_a_killed_node_of_three_is_not_noticed_in_any_conversation() -> None:
    async with standing(3) as stand, talking(stand, SHAPE) as load:
        for node in stand.nodes[:2]:
            await load.until_acknowledged(150)
            await node.kill()
            await load.until_acknowledged(150)
            await node.start()
        findings = judge(await gather_evidence(load), web_excused=LOST_LINES)
    assert not findings, summed_up(findings)
    assert load.diary.losses > 0
