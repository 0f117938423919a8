"""Roles that can step over the fence are found; only a superuser can make such, so on a PostgreSQL of one's own."""

from pathlib import Path

from alongside.app.verify.checking import verify
from alongside.kit.settings import Settings
from alongside.storage import Database, logins_of_url
from alongside.storage.migrate import migrate
from tests.storage.test_own_postgres import socket, tell, url

__all__ = ["socket"]


async def test_a_role_that_can_step_over_the_fence_is_found(socket: Path, tmp_path: Path) -> None:
    settings, logins = Settings(data_dir=tmp_path), logins_of_url(url(socket, "postgres", "watched"))
    await tell(socket, "create database watched")
    await migrate(Database(logins, settings))
    assert (await verify(settings, logins, _silent)).flaws == []
    await tell(socket, "alter role alongside_jobs bypassrls")
    [flaw] = (await verify(settings, logins, _silent)).flaws
    assert (flaw.name, flaw.examples) == ("role_too_free", ["alongside_jobs"])
    await tell(socket, "alter role alongside_jobs nobypassrls")


def _silent(_what: str, _done: int, _all: int) -> None: ...
