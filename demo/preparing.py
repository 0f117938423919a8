"""Before the servers start: the world is seeded once, and told at which addresses it lives this time."""

import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from alongside.app.opening import open_database
from alongside.kit.secrets import SecretBox, load_keys
from alongside.kit.settings import Settings
from alongside.people import identity_secrets
from alongside.storage import Connection, Database
from alongside.storage.files import open_file_store
from demo.world.ids import WORKSPACE
from demo.world.seeding import Progress, is_seeded, seed

_KEPT = "luma.json"


class LumaSecrets(msgspec.Struct, frozen=True):
    """What Luma's server keeps to itself: the workspace's identity secret, and the key of its own cookies."""

    identity_secret: str
    cookie_key: str


async def prepare(settings: Settings, site: str, watched: Callable[[], Progress]) -> LumaSecrets:
    """Seed the world if it is not there; gives what Luma's site needs. `site` is its address at this start.

    `watched` is called when there is something to seed; it gives what hears of the progress."""
    box = SecretBox(load_keys(None, settings.data_dir))
    async with open_database(settings) as database:
        if not await is_seeded(database):
            files = open_file_store(settings)
            secret = await seed(database, files, box, datetime.now(UTC), site, watched())
            return _keep(settings.data_dir, secret)
        kept = _kept(settings.data_dir) or _keep(settings.data_dir, await _new_secret(database, box))
        async with database.transaction(WORKSPACE) as connection:
            await _move_to(connection, site)
    return kept


def _kept(data: Path) -> LumaSecrets | None:
    path = data / _KEPT
    return msgspec.json.decode(path.read_bytes(), type=LumaSecrets) if path.exists() else None


def _keep(data: Path, identity_secret: str) -> LumaSecrets:
    kept = LumaSecrets(identity_secret, secrets.token_urlsafe(32))
    path = data / _KEPT
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(msgspec.to_builtins(kept), file)
    return kept


async def _new_secret(database: Database, box: SecretBox) -> str:
    """Luma has lost its secret: the living ones are retired, for nobody knows them, and a new one is made."""
    now = datetime.now(UTC)
    async with database.transaction(WORKSPACE) as connection:
        for one in await identity_secrets.listing(connection, WORKSPACE):
            if one.retired_at is None:
                await identity_secrets.retire(connection, WORKSPACE, one.identity_secret_id, now)
        return (await identity_secrets.make(connection, WORKSPACE, box, now)).secret


async def _move_to(connection: Connection, site: str) -> None:
    """The site may have another port than at the last start."""
    await connection.execute(
        "update workspace set allowed_origins = $2 where workspace_id = $1", WORKSPACE, [site]
    )
    await connection.execute(
        "update article set url = $2 || '/help/' || slug where workspace_id = $1 and url is not null",
        WORKSPACE,
        site,
    )
