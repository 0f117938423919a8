"""The jobs of this room: shells of a few lines."""

from alongside.jobs import Job, Running, job
from alongside.jobs.recurrence import Nothing
from alongside.kit.clock import Clock
from alongside.people.tidying import tidy


def jobs(clock: Clock) -> list[Job]:
    """What a worker can do for this room."""

    @job("tidy_people", Nothing)
    async def tidy_people(running: Running, _: Nothing) -> None:
        async with running.transaction() as connection:
            await tidy(connection, running.workspace_id, clock.now())

    return [tidy_people]
