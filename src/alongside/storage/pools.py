"""Pools of connections, and what every session of ours starts with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from alongside.kit.settings import Settings
from alongside.storage.connection import Connection, prepare_connection
from alongside.storage.logins import Login
from alongside.storage.translation import DRIVER_ERRORS, translated

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]

_SECONDS_TO_CLOSE = 5
SECONDS_TO_CONNECT = 10.0
_BEYOND_THE_LIMIT = 5.0


def session_settings(login: Login, settings: Settings) -> dict[str, str]:
    """What every session starts with: our schema, UTC, limits, and the role to take on."""
    wanted = {
        "application_name": "alongside",
        "search_path": "alongside,public",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(round(settings.statement_timeout * 1000)),
        "lock_timeout": str(round(settings.lock_timeout * 1000)),
        # A server that is frozen, or whose line is dead, must not hold its locks for long.
        "idle_in_transaction_session_timeout": "15000",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "2",
    }
    return wanted | {"role": login.role} if login.role else wanted


def answer_seconds(settings: Settings) -> float:
    """How long an answer can take at most: PostgreSQL itself gives up a statement before. Without one by then the
    line is dead, as when a router between has forgotten it, and nothing would ever say so."""
    return settings.statement_timeout + _BEYOND_THE_LIMIT


@asynccontextmanager
async def opened_pool(login: Login, settings: Settings, size: int) -> AsyncIterator["Pool"]:
    """A pool of our own connections."""
    try:
        pool = await asyncpg.create_pool(
            login.url,
            min_size=1,
            max_size=size,
            connection_class=Connection,
            init=prepare_connection,
            server_settings=session_settings(login, settings),
            timeout=SECONDS_TO_CONNECT,
            command_timeout=answer_seconds(settings),
        )
    except DRIVER_ERRORS as error:
        raise translated(error) from error
    try:
        yield pool
    finally:
        await _close(pool)


@asynccontextmanager
async def plain_pool(login: Login, settings: Settings, size: int) -> AsyncIterator["Pool"]:
    """A pool of the driver's own connections, for a library that brings its own ways."""
    try:
        pool = await asyncpg.create_pool(
            login.url,
            min_size=1,
            max_size=size,
            server_settings=session_settings(login, settings),
            timeout=SECONDS_TO_CONNECT,
            command_timeout=answer_seconds(settings),
        )
    except DRIVER_ERRORS as error:
        raise translated(error) from error
    try:
        yield pool
    finally:
        await _close(pool)


async def _close(pool: "Pool") -> None:
    """Close a pool; connections that are still in use a moment later are cut."""
    try:
        async with asyncio.timeout(_SECONDS_TO_CLOSE):
            await pool.close()
    except TimeoutError:
        pool.terminate()


@asynccontextmanager
async def single_connection(login: Login, settings: Settings) -> AsyncIterator[Connection]:
    """One connection of its own, without a limit on how long a statement takes."""
    wanted = session_settings(login, settings) | {"statement_timeout": "0"}
    try:
        connection = await asyncpg.connect(login.url, connection_class=Connection, server_settings=wanted)
    except DRIVER_ERRORS as error:
        raise translated(error) from error
    try:
        await prepare_connection(connection)
        yield connection
    finally:
        await connection.close()
