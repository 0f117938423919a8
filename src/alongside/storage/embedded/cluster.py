"""Makes the cluster, whole or not at all, and says who may connect to it."""

import asyncio
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from alongside.kit.errors import Misconfigured
from alongside.storage.embedded.account import Account, own_name
from alongside.storage.embedded.binaries import Binaries
from alongside.storage.embedded.places import Places

OWNER, SERVER, JOBS = "alongside_owner", "alongside_server", "alongside_jobs"
ROLES = (OWNER, SERVER, JOBS)
BACKUP = "alongside_backup"
"""Copies the whole cluster, and asks for the end of a segment of the log; it sees no table."""

# Run once, by PostgreSQL in single-user mode: the superuser never gets a way in through the socket.
_FIRST_WORDS = f"""\
create role {OWNER} login createdb;
create role {SERVER} login;
create role {JOBS} login;
grant pg_signal_backend to {OWNER};
do $$ begin if exists (select from pg_available_extensions where name = 'vector') then \
create extension vector; end if; end $$;
"""

# Harmless to repeat: clusters of 0.1 get them at the next start. Each statement is a line.
_LATER_WORDS = f"""\
do $$ begin if not exists (select from pg_roles where rolname = '{BACKUP}') then \
create role {BACKUP} login replication; end if; end $$;
grant execute on function pg_switch_wal() to {BACKUP};
"""
_TOLD = "roles-2"


async def make_cluster(binaries: Binaries, places: Places, account: Account, *, durable: bool = True) -> None:
    """Make the cluster if there is none. It is made under another name first, so a crash leaves no half of one.

    Raises Misconfigured when the cluster there is of another major version, or initdb fails."""
    if (places.cluster / "PG_VERSION").exists():
        check_version(binaries, places.cluster)
        return await _tell_later_words(binaries, places, account)
    _sweep(places)
    draft = places.home / f"postgres.{secrets.token_hex(4)}"
    draft.mkdir(mode=0o700)
    account.own(draft)
    await _run(account.command(binaries.initdb, *_initdb_arguments(draft, binaries.major, durable)), "")
    await _run(account.command(binaries.postgres, *_single_user(draft, "template1")), _FIRST_WORDS)
    draft.rename(places.cluster)
    await _tell_later_words(binaries, places, account)


async def _tell_later_words(binaries: Binaries, places: Places, account: Account) -> None:
    if not (places.access / _TOLD).exists():
        command = account.command(binaries.postgres, *_single_user(places.cluster, "postgres"))
        await _run(command, _LATER_WORDS)
        (places.access / _TOLD).touch(mode=0o600)


def check_version(binaries: Binaries, cluster: Path) -> None:
    """Raises Misconfigured if these binaries cannot run that cluster."""
    made_by = (cluster / "PG_VERSION").read_text("ascii").strip()
    if made_by != str(binaries.major):
        raise Misconfigured(
            message=f"The data folder was made by PostgreSQL {made_by}; the programs found are of {binaries.major}.",
            hint=f"Name PostgreSQL {made_by}'s folder in ALONGSIDE_POSTGRES_BINARIES, or move the data over with "
            "pg_upgrade.",
        )


def _sweep(places: Places) -> None:
    """Take away what a crash in the middle of making a cluster left."""
    for draft in places.home.glob("postgres.*"):
        shutil.rmtree(draft, ignore_errors=True)


def _initdb_arguments(folder: Path, major: int, durable: bool) -> list[str]:
    """UTF-8 with the locale that PostgreSQL itself carries: the system's may be missing, and may change."""
    locale = ["--locale=C", "--lc-ctype=C.UTF-8"]
    if major >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    arguments = [f"--pgdata={folder}", "--username=postgres", "--encoding=UTF8", *locale]
    arguments += ["--data-checksums", "--auth-local=peer", "--auth-host=reject", "--no-instructions"]
    return arguments if durable else [*arguments, "--no-sync"]


def _single_user(folder: Path, database: str) -> list[str]:
    return [
        "--single",
        "-D",
        str(folder),
        "-c",
        "exit_on_error=on",
        "-c",
        "log_min_messages=fatal",
        database,
    ]


async def _run(command: list[str], words: str) -> None:
    """Run a program to its end. In a thread: uvloop and asyncio differ in how they start children."""
    done = await asyncio.to_thread(
        subprocess.run, command, input=words, capture_output=True, text=True, env=environment(), check=False
    )
    if done.returncode != 0:
        raise Misconfigured(
            message="The embedded database could not be made: " + _last_lines(done.stderr or done.stdout),
            hint="`alongside doctor` looks for the cause; or name a database of your own with DATABASE_URL.",
        )


def _last_lines(text: str, count: int = 5) -> str:
    return " / ".join(text.strip().splitlines()[-count:])


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see of ours: nothing of the user's language, libpq or secrets. Where the user's own
    paths are closed to PostgreSQL's user, the system's are there."""
    path = os.pathsep.join(filter(None, (os.environ.get("PATH"), "/usr/local/bin:/usr/bin:/bin")))
    return {"PATH": path, "LC_ALL": "C", "TZ": "UTC"}


def write_access(places: Places) -> None:
    """Who may connect: the user that this server runs as, by the socket, as our roles. Nobody else."""
    name = own_name().replace('"', '""')
    identities = "".join(f'alongside "{name}" {role}\n' for role in (*ROLES, BACKUP))
    (places.access / "pg_ident.conf").write_text(identities, "utf-8")
    rules = f"local all {','.join(ROLES)} peer map=alongside\n"
    rules += f"local replication,postgres {BACKUP} peer map=alongside\n"
    (places.access / "pg_hba.conf").write_text(rules, "utf-8")
    for name in ("pg_ident.conf", "pg_hba.conf"):
        (places.access / name).chmod(0o644)
