"""An upgrade, one server after the other: older ones go on with the database that a newer one has changed."""

import pytest

from alongside.kit.settings import Settings
from alongside.storage import Database, logins_of_url
from alongside.storage.migrate import Migration, migrate, read_migrations
from tests.faults.load import Shape, talking
from tests.faults.reading_back import assert_well
from tests.faults.stand import Stand, standing

OURS = read_migrations()
NEWEST = OURS[-1].number
# What a later version may do while older ones work: add what they don't know and don't have to fill.
WIDENED = f"""-- lives with: {NEWEST:04}
alter table alongside.conversation add column mood text;
alter table alongside.entry add column translated jsonb;
alter table alongside.job add column region text;
create table alongside.later (workspace_id uuid not null references alongside.workspace);
call alongside.fence('alongside.later');
"""
NARROWED = "alter table alongside.later add column enough boolean;"


async def upgrade(stand: Stand, *sql: str) -> None:
    """What `alongside migrate` of a later version does."""
    newer = [Migration(9000 + number, "later", text) for number, text in enumerate(sql)]
    await migrate(Database(logins_of_url(stand.cluster.url), Settings()), [*OURS, *newer])


async def test_servers_go_on_and_start_again_while_a_newer_version_has_widened_the_database() -> None:
    async with standing(2) as stand:
        async with talking(stand, Shape(conversations=10, watched=5, rate=100)) as load:
            await load.until_acknowledged(100)
            await upgrade(stand, WIDENED)
            await load.until_acknowledged(200)
            for node in stand.nodes:
                await node.stop()
                await node.start()
                await load.until_acknowledged(100)
            await assert_well(load)
        assert {bye.code for bye in load.diary.byes} == {"restarting"}
        await upgrade(stand, WIDENED, NARROWED)
        await stand.nodes[0].stop()
        with pytest.raises(RuntimeError, match="newer Alongside"):
            await stand.nodes[0].start()
