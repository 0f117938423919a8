"""The jobs of this room: shells of a few lines."""

from alongside.conversations import sweeping
from alongside.jobs import Job, Running, job
from alongside.jobs.recurrence import Nothing
from alongside.kit.clock import Clock
from alongside.storage import FileStore


def jobs(files: FileStore, clock: Clock) -> list[Job]:
    """What a worker can do for this room."""

    @job("sweep_uploads", Nothing)
    async def sweep_uploads(running: Running, _: Nothing) -> None:
        workspace_id, now = running.workspace_id, clock.now()
        async with running.transaction() as connection:
            gone = await sweeping.give_up_expired(connection, workspace_id, now)
        left = await files.parts.uploads(workspace_id)
        async with running.read() as connection:
            gone += await sweeping.strays(connection, workspace_id, left)
        for upload_id in gone:
            await files.parts.remove_all(workspace_id, upload_id)
        await files.remove_drafts(workspace_id, now - sweeping.DRAFTS)

    @job("sweep_files", Nothing)
    async def sweep_files(running: Running, _: Nothing) -> None:
        workspace_id, now = running.workspace_id, clock.now()
        async with running.transaction() as connection:
            await sweeping.forget_unsent(connection, workspace_id, now)
            loose = await sweeping.loose(connection, workspace_id, now)
        for sha256 in loose:
            async with running.transaction() as connection:
                await sweeping.take_away(connection, files, workspace_id, sha256)

    return [sweep_uploads, sweep_files]
