"""Every recurring job there is. Their names are those given to `@job` in the rooms; times are UTC."""

from datetime import timedelta

from alongside.jobs.recurrence import Recurring

SCHEDULE: tuple[Recurring, ...] = (
    Recurring("forget_dead_jobs", every=timedelta(days=1), offset=timedelta(hours=3)),
)
