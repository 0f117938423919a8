"""Writes the world into a database, all in one transaction: either Luma is there, or nothing of it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from random import Random

from alongside.kit.secrets import SecretBox
from alongside.people import identity_secrets
from alongside.storage import Connection, Database
from alongside.storage.files import FileStore
from alongside.team import passwords
from alongside.workspaces import store as workspaces
from alongside.workspaces.model import Workspace
from alongside.workspaces.store import Inbox
from demo.articles import LANGUAGES, help_articles
from demo.world import journals
from demo.world.building import SEED, World, build
from demo.world.ids import INBOX, WORKSPACE, id_of
from demo.world.papers import Paper
from demo.world.playing import CONCIERGE_NAME, GREETINGS, help_url
from demo.world.population import Inhabitant
from demo.world.rows import insert_rows
from demo.world.team import PASSWORD, TEAM

SLUG, NAME, COLOUR = "luma", "Luma Energy", "#1f2f6b"
Progress = Callable[[str, float], None]
_FILE_LIMIT = 10 * 1024 * 1024
_PAGES = (
    ("/", "Luma Energy"), ("/tariffs", "Tariffs · Luma Energy"), ("/account", "My account · Luma Energy"),
    ("/outages", "Outages · Luma Energy"), ("/moving", "Moving home · Luma Energy"),
    ("/help/bill-higher", "Why is my bill higher than before? · Luma Energy"),
)  # fmt: skip


async def is_seeded(database: Database) -> bool:
    """Whether Luma is there already."""
    async with database.read(None) as connection:
        return await connection.fetchval("select workspace_by_slug($1)", SLUG) is not None


async def seed(
    database: Database, files: FileStore, box: SecretBox, now: datetime, site: str, progress: Progress
) -> str:
    """Make the world; gives the secret by which Luma's site says who its visitors are.

    `site` is the address of Luma's site. `progress` hears what is being done and which part of it all is done."""
    progress("Imagining six months at Luma", 0.02)
    world = await asyncio.to_thread(build, now, site)
    progress("Filing photos and letters", 0.25)
    await _store_files(files, world)
    async with database.transaction(WORKSPACE) as connection:
        secret = await _write(connection, box, world, now, site, progress)
    progress("Luma is open", 1.0)
    return secret


async def _store_files(files: FileStore, world: World) -> None:
    """The contents first: a row never points to nothing. What a failed try left behind is only found again."""
    contents = {paper.sha256: paper for played in world.played for paper, _ in played.papers}
    await asyncio.gather(
        *(files.put(WORKSPACE, _stream(paper), limit=_FILE_LIMIT) for paper in contents.values())
    )


async def _stream(paper: Paper) -> AsyncIterator[bytes]:
    yield paper.content


async def _write(
    connection: Connection, box: SecretBox, world: World, now: datetime, site: str, progress: Progress
) -> str:
    progress("Founding Luma Energy", 0.4)
    await _found(connection, now, site)
    secret = await identity_secrets.make(connection, WORKSPACE, box, now)
    await _hire(connection, now)
    await _publish(connection, now, site)
    progress("Meeting 400 people", 0.5)
    await _settle(connection, world.people)
    await _browse(connection, world.people, now, site)
    await journals.write(
        connection, world, lambda part: progress("Writing 1,500 conversations", 0.55 + 0.4 * part)
    )
    return secret.secret


async def _found(connection: Connection, now: datetime, site: str) -> None:
    began = now - timedelta(days=190)
    await workspaces.insert_workspace(
        connection,
        Workspace(WORKSPACE, SLUG, NAME, "en", COLOUR, [site], CONCIERGE_NAME, dict(GREETINGS), began),
    )
    await workspaces.insert_inbox(connection, WORKSPACE, Inbox(INBOX, "web", "Luma's website", began))


async def _hire(connection: Connection, now: datetime) -> None:
    hashed = await passwords.hashed(PASSWORD)
    columns = {
        "workspace_id": "uuid", "agent_id": "uuid", "email": "text", "name": "text", "role": "text",
        "password_hash": "text", "locale": "text", "created_at": "timestamptz",
    }  # fmt: skip
    rows = [
        (
            WORKSPACE,
            one.agent_id,
            one.email,
            one.name,
            one.role,
            hashed,
            one.locale,
            now - timedelta(days=189 - at),
        )
        for at, one in enumerate(TEAM)
    ]
    await insert_rows(connection, "agent", columns, rows)


async def _publish(connection: Connection, now: datetime, site: str) -> None:
    """The help articles; example questions are arrays and so go in one by one."""
    began = now - timedelta(days=185)
    for language in LANGUAGES:
        for at, one in enumerate(help_articles(language)):
            await connection.execute(
                "insert into article (workspace_id, article_id, slug, locale, title, body, url, questions, audience,"
                " topic, published_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
                WORKSPACE, id_of("article", f"{language}/{one.slug}"), one.slug, language, one.title,
                one.body.strip(), help_url(site, one.slug) if one.audience == "public" else None,
                list(one.questions), one.audience, one.topic, began + timedelta(minutes=at),
            )  # fmt: skip


async def _settle(connection: Connection, people: list[Inhabitant]) -> None:
    await insert_rows(
        connection,
        "person",
        {
            "workspace_id": "uuid",
            "person_id": "uuid",
            "name": "text",
            "locale": "text",
            "created_at": "timestamptz",
            "seen_at": "timestamptz",  # later by what their browser did
        },
        [
            (WORKSPACE, one.person_id, one.name, one.language, one.created_at, one.created_at)
            for one in people
        ],
    )
    columns = {
        "workspace_id": "uuid", "identity_id": "uuid", "person_id": "uuid", "kind": "text", "value": "text",
        "strength": "text", "source": "text", "created_at": "timestamptz",
    }  # fmt: skip
    rows = [
        (WORKSPACE, id_of("identity", known.value), one.person_id, known.kind, known.value, known.strength,
         known.source, one.created_at)
        for one in people for known in one.known
    ]  # fmt: skip
    await insert_rows(connection, "identity", columns, rows)


async def _browse(connection: Connection, people: list[Inhabitant], now: datetime, site: str) -> None:
    """Everybody's browser, and the last pages that they looked at."""
    random = Random(SEED + 1)
    seen = {one.person_id: now - timedelta(hours=random.uniform(0.1, 4_000)) for one in people}
    columns = {
        "workspace_id": "uuid", "device_id": "uuid", "person_id": "uuid", "token_hash": "bytea",
        "locale": "text", "created_at": "timestamptz", "seen_at": "timestamptz",
    }  # fmt: skip
    rows = [
        (WORKSPACE, one.device_id, one.person_id, hashlib.sha256(one.device_id.bytes).digest(), one.language,
         one.created_at, seen[one.person_id])
        for one in people
    ]  # fmt: skip
    await insert_rows(connection, "device", columns, rows)
    views = {
        "workspace_id": "uuid", "page_view_id": "uuid", "device_id": "uuid", "person_id": "uuid", "url": "text",
        "title": "text", "viewed_at": "timestamptz",
    }  # fmt: skip
    looked = [
        (WORKSPACE, id_of("page_view", f"{one.person_id}/{step}"), one.device_id, one.person_id, site + path,
         title, seen[one.person_id] - timedelta(seconds=45 * step))
        for one in people
        for step, (path, title) in enumerate(random.sample(_PAGES, random.randrange(1, len(_PAGES))))
    ]  # fmt: skip
    await insert_rows(connection, "page_view", views, looked)
