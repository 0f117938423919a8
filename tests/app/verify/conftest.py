"""A database with everything in it that a conversation leaves, and a way to damage it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
import pytest_asyncio

from alongside.app.verify.check import Flaw
from alongside.app.verify.checking import verify
from alongside.conversations import accepting, assigning, closing, handing_over, reopening, sending
from alongside.conversations.drafts import message, note
from alongside.conversations.journal import Journal
from alongside.conversations.model import FileCard
from alongside.kit.actors import CONCIERGE
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage import Database, FileStore, Logins
from alongside.storage.files import open_file_store
from tests.conversations.scene import RecordingBus, Scene

Verify = Callable[..., Awaitable[list[Flaw]]]


@pytest.fixture
def files(settings: Settings) -> FileStore:
    return open_file_store(settings)


@pytest_asyncio.fixture
async def scene(database: Database, workspace: UUID, files: FileStore) -> Scene:
    scene = Scene(database, workspace, Journal(database, RecordingBus()))
    await scene.set_up()
    for end in (_waiting, _answered, _closed, _reopened, _given_away):
        await end(scene)
    await _with_a_file(scene, files)
    await scene.sql("delete from outbox where workspace_id = $1")
    await scene.sql(
        "insert into outbox (workspace_id, type, payload, attempts) values ($1, 'put_off', '{}', 1)"
    )
    return scene


async def _waiting(scene: Scene) -> None:
    talk = await scene.started()
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "Is anybody there?"))
    await scene.do(handing_over.hand_over, scene.customer, talk, uuid7(), "asked", farewell="One moment.")


async def _answered(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(accepting.accept, scene.agent.id, talk, uuid7())
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "Hello"))
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.agent, "Good morning!"))
    await scene.journal.append(scene.workspace_id, note(talk, uuid7(), scene.agent, "A regular."))


async def _closed(scene: Scene) -> None:
    talk = await scene.started()
    await scene.journal.append(scene.workspace_id, scene.says(talk, scene.customer, "Thanks"))
    await scene.do(closing.close, scene.agent, talk, uuid7())


async def _reopened(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(closing.close, scene.agent, talk, uuid7())
    await scene.do(reopening.reopen, scene.agent, talk, uuid7())
    await scene.journal.append(scene.workspace_id, scene.says(talk, CONCIERGE, "Welcome back."))


async def _given_away(scene: Scene) -> None:
    talk = await scene.started()
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), scene.second.id)
    await scene.do(assigning.assign, scene.agent, talk, uuid7(), None)


async def _with_a_file(scene: Scene, files: FileStore) -> None:
    async def content() -> object:
        yield b"a bill"

    talk = await scene.started()
    stored = await files.put(scene.workspace_id, content(), limit=100)  # type: ignore[arg-type]
    card = FileCard(uuid7(), "bill.pdf", stored.media_type, stored.size)
    await scene.sql(
        "insert into file (workspace_id, file_id, sha256, name, media_type, size, uploader_kind, uploader_id)"
        " values ($1, $2, $3, $4, $5, $6, 'person', $7)",
        card.file_id, stored.sha256, card.name, card.media_type, card.size, scene.customer.id,
    )  # fmt: skip
    await scene.do(sending.send, message(talk, uuid7(), scene.customer, "", files=[card]))


@pytest.fixture
def look(settings: Settings, logins: Logins, files: FileStore, scene: Scene) -> Verify:
    """Verify the test's database; gives what is wrong with it."""

    async def look(**more: object) -> list[Flaw]:
        verdict = await verify(settings, logins, lambda _what, _done, _all: None, files=files, **more)  # type: ignore[arg-type]
        return verdict.flaws

    return look


@pytest.fixture
def damage(database: Database, scene: Scene) -> Callable[[str], Awaitable[None]]:
    """Change rows and tables as nobody but the tables' owner can, in the scene's workspace."""

    async def damage(*statements: str) -> None:
        async with database.owner() as connection:
            await connection.execute(
                f"select set_config('alongside.workspace', '{scene.workspace_id}', false)"
            )
            for statement in statements:
                await connection.execute(statement)

    return damage
