"""A server that holds an embedded database and stores numbers, for tests that kill it.

    python holder.py DATA [durable]

Says `{"pid": …, "postgres": …}` when it is ready, then `{"stored": n}` after each commit; a new line on standard
input asks for the next. SIGTERM ends it cleanly. Exits with 3 and says `{"refused": …}` when it may not start.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import asyncpg

from alongside.kit.errors import AlongsideError
from alongside.kit.settings import Settings
from alongside.storage.embedded import EmbeddedPostgres


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def store(dsn: str, asked: asyncio.StreamReader) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table if not exists number (n bigint generated always as identity)")
    while await asked.readline():
        say(stored=await connection.fetchval("insert into number default values returning n"))


async def main(data: Path, durable: bool) -> None:
    settings = Settings(data_dir=data)
    loop = asyncio.get_running_loop()
    asked = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    async with EmbeddedPostgres(data, settings, durable=durable) as postgres:
        await postgres.ensure_database("alongside")
        storing = asyncio.create_task(store(postgres.owner_dsn("alongside"), asked))
        loop.add_signal_handler(signal.SIGTERM, storing.cancel)
        say(
            pid=os.getpid(),
            postgres=postgres.pid,
            socket=str(postgres.places.socket),
            home=str(postgres.places.home),
        )
        await asyncio.wait({storing})
    say(ended=True)


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]), "durable" in sys.argv))
    except AlongsideError as error:
        say(refused=error.code, message=str(error))
        sys.exit(3)
