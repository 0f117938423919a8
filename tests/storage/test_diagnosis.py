"""What `alongside doctor` finds in the storage, and what it advises."""

import resource
import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from alongside.kit.settings import Settings
from alongside.storage import Database, Login, Logins
from alongside.storage.diagnosis import (
    Finding,
    check_binaries,
    check_connections,
    check_data_dir,
    check_database,
    check_descriptors,
    check_migrations,
    check_role,
    check_space,
    diagnose,
)
from alongside.storage.pools import single_connection


def by_check(findings: list[Finding]) -> dict[str, str]:
    return {finding.check: finding.severity for finding in findings}


async def test_a_good_installation_has_nothing_to_find(
    logins: Logins, settings: Settings, database: Database
) -> None:
    async with single_connection(logins.server, settings) as connection:
        findings = await check_database(connection, settings)
    assert set(by_check(findings).values()) == {"ok"}


async def test_an_embedded_database_that_does_not_run_is_fine(settings: Settings) -> None:
    findings = by_check(await diagnose(settings))
    assert findings.keys() >= {"data folder", "disk", "file descriptors", "PostgreSQL", "account", "database"}
    assert findings["database"] == findings["PostgreSQL"] == "ok"


async def test_a_database_of_ones_own_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    url = SecretStr(f"postgresql://nobody@/nothing?host={tmp_path}")
    findings = by_check(await diagnose(Settings(data_dir=tmp_path, database_url=url)))
    assert findings["database"] == "error"
    assert "PostgreSQL" not in findings


async def test_a_role_that_owns_the_tables_is_an_error(logins: Logins, settings: Settings) -> None:
    async with single_connection(logins.owner, settings) as connection:
        assert (await check_role(connection)).severity == "error"


async def test_a_login_whose_role_is_missing_is_said_in_words(logins: Logins, settings: Settings) -> None:
    wrong = Login(logins.server.url, "alongside_missing")
    with pytest.raises(Exception, match="alongside_missing"):
        async with single_connection(wrong, settings):
            pass


async def test_a_database_without_tables_has_its_migrations_before_it(
    logins: Logins, settings: Settings
) -> None:
    async with single_connection(logins.owner, settings) as connection:
        await connection.execute("drop schema alongside cascade")
        assert (await check_migrations(connection)).severity == "warning"


async def test_a_newer_database_is_an_error(logins: Logins, settings: Settings) -> None:
    async with single_connection(logins.owner, settings) as connection:
        await connection.execute("insert into migration (number, name, checksum) values (9999, 'later', '')")
        assert (await check_migrations(connection)).severity == "error"


async def test_a_pool_larger_than_the_database_allows_is_an_error(logins: Logins, settings: Settings) -> None:
    greedy = settings.model_copy(update={"database_pool_size": 1000})
    async with single_connection(logins.server, settings) as connection:
        assert (await check_connections(connection, greedy)).severity == "error"


def test_a_data_folder_that_can_be_made_is_fine_and_one_below_a_file_is_not(tmp_path: Path) -> None:
    assert check_data_dir(tmp_path / "a" / "b").severity == "ok"
    (tmp_path / "file").write_text("")
    assert check_data_dir(tmp_path / "file" / "b").severity == "error"


@pytest.mark.parametrize(("free", "severity"), [(10**10, "ok"), (5 * 10**8, "warning"), (10**6, "error")])
def test_a_disk_that_fills_up_is_told_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, severity: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**11, 0, free))
    assert check_space(tmp_path).severity == severity


def test_too_few_file_descriptors_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 20000))
    finding = check_descriptors()
    assert (finding.severity, "ulimit -n 20000" in finding.hint) == ("warning", True)


def test_binaries_that_are_not_there_are_an_error_with_advice(tmp_path: Path) -> None:
    finding = check_binaries(tmp_path)
    assert finding.severity == "error"
    assert "ALONGSIDE_POSTGRES_BINARIES" in finding.hint
