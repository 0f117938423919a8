"""`alongside verify`: accepts what the program wrote, and finds each kind of damage, and nothing else."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from alongside.app.verify import catalogue, journal, rows
from alongside.kit.errors import NotFound
from alongside.kit.settings import Settings
from tests.app.verify.conftest import Verify
from tests.conversations.scene import Scene

Damage = Callable[..., Awaitable[None]]
ONE = "conversation_id = (select conversation_id from conversation where {} order by conversation_id limit 1)"
ANSWERED = ONE.format("preview = 'Good morning!'")
WAITING = ONE.format("held_by = 'queue' and waiting_since is not null and preview = 'One moment.'")

DAMAGE: dict[str, tuple[str, ...]] = {
    "seq_gap": (f"delete from entry where kind = 'joined' and {ANSWERED}",),
    "last_seq": (f"update conversation set last_seq = last_seq + 1 where {ANSWERED}",),
    "last_entry_at": (
        f"update conversation set last_entry_at = last_entry_at + interval '1 ms' where {ANSWERED}",
    ),
    "preview": (f"update conversation set preview = 'Good evening!' where {ANSWERED}",),
    "waiting_since": (f"update conversation set waiting_since = null where {WAITING}",),
    "holder": (f"update conversation set held_by = 'concierge' where {WAITING}",),
    "status": (f"update conversation set status = 'closed', closed_at = now() where {ANSWERED}",),
    "entry_id_twice": (
        "alter table entry drop constraint entry_workspace_id_conversation_id_entry_id_key",
        (
            f"update entry set entry_id = (select entry_id from entry where seq = 1 and {ANSWERED})"
            f" where seq = 2 and {ANSWERED}"
        ),
    ),
    "file_not_noted": ("delete from entry_file",),
    "author_unknown": (
        f"update entry set author_id = gen_random_uuid() where author_kind = 'agent' and kind = 'note' and {ANSWERED}",
    ),
    "participant_unknown": (
        f"update participant set participant_id = gen_random_uuid() where kind = 'agent' and {ANSWERED}",
    ),
    "stranger_takes_part": (
        "insert into person (workspace_id, person_id) select current_workspace(), gen_random_uuid()",
        (
            "update participant set participant_id = (select person_id from person where name is null)"
            f" where kind = 'person' and {ANSWERED}"
        ),
    ),
    "read_too_far": (f"update participant set read_seq = 1000 where kind = 'person' and {ANSWERED}",),
    "fact_put_off": ("update outbox set attempts = 7 where outbox_id = (select min(outbox_id) from outbox)",),
    "fact_untold": ("insert into outbox (type, payload) values ('forgotten', '{}')",),
    "job_lost": ("insert into job (priority, status, entrypoint) values (0, 'picked', 'tidy_team')",),
    "orphan_identity_workspace_id_person_id_fkey": (
        "alter table identity drop constraint identity_workspace_id_person_id_fkey",
        (
            "insert into identity (workspace_id, identity_id, person_id, kind, value, strength) select"
            " current_workspace(), gen_random_uuid(), gen_random_uuid(), 'email', 'mara@luma.example', 'claimed'"
        ),
        (
            "alter table identity add constraint identity_workspace_id_person_id_fkey"
            " foreign key (workspace_id, person_id) references person not valid"
        ),
    ),
    "fence_open": ("alter table person no force row level security",),
    "constraint_off": ("alter table inbox add constraint named check (name <> '') not valid",),
    "trigger_off": ("alter table job disable trigger job_told",),
    "migrations": ("update migration set checksum = '\\x00' where number = 3",),
}
# What damages the one and the other: an orphan is made behind a constraint that is not in force.
ALSO = {"orphan_identity_workspace_id_person_id_fkey": {"constraint_off"}}
# They are wrong only after a while.
NEED_NO_PATIENCE = {"fact_untold", "job_lost"}
# Not to be made by the owner of tables, who cannot make a superuser of a role or break an index; tried apart.
APART = {"role_too_free", "index_invalid"}


async def test_what_the_program_wrote_is_accepted(look: Verify) -> None:
    assert await look() == []


@pytest.mark.parametrize("name", DAMAGE)
async def test_damage_is_found_and_nothing_else(
    name: str, look: Verify, damage: Damage, scene: Scene
) -> None:
    await damage(*DAMAGE[name])
    flaws = await look(**({"patience": timedelta(0)} if name in NEED_NO_PATIENCE else {}))
    assert {flaw.name for flaw in flaws} - ALSO.get(name, set()) == {name}
    [found] = [flaw for flaw in flaws if flaw.name == name]
    assert found.count >= 1
    assert found.examples
    assert found.message


def test_every_check_is_proven_able_to_fail() -> None:
    named = {name for check in (*journal.CHECKS, *rows.CHECKS) for name in check.wrong} | set(catalogue.WRONG)
    assert named - set(DAMAGE) == APART


async def test_an_index_that_is_being_built_or_broke_is_found(look: Verify, damage: Damage) -> None:
    with pytest.raises(Exception, match=r"like it already|conflict"):
        await damage("create unique index concurrently one_role on agent (role)")
    assert [flaw.name for flaw in await look()] == ["index_invalid"]


async def test_lost_and_changed_files_are_found(look: Verify, settings: Settings) -> None:
    [content] = [path for path in (settings.data_dir / "files").rglob("*") if len(path.name) == 64]
    content.write_bytes(b"A BILL")
    assert [flaw.name for flaw in await look()] == ["file_changed"]
    content.unlink()
    [lost] = await look()
    assert (lost.name, lost.examples) == ("file_lost", [content.name])


async def test_examples_are_few_and_all_are_counted(look: Verify, damage: Damage) -> None:
    await damage("update participant set read_seq = 1000")
    [flaw] = await look()
    assert flaw.count > len(flaw.examples) == 5


async def test_one_workspace_can_be_looked_at_alone(
    look: Verify, damage: Damage, other_workspace: object
) -> None:
    await damage(f"update conversation set last_seq = 99 where {ANSWERED}")
    assert await look(workspace="other") == []
    assert [flaw.workspace for flaw in await look(workspace="luma")] == ["luma"]
    with pytest.raises(NotFound):
        await look(workspace="nobody")
