"""Every recurring job there is. Their names are those given to `@job` in the rooms; times are UTC."""

from datetime import timedelta

from alongside.jobs.recurrence import Recurring

SCHEDULE: tuple[Recurring, ...] = (
    Recurring("forget_dead_jobs", every=timedelta(days=1), offset=timedelta(hours=3)),
    Recurring("sweep_files", every=timedelta(hours=1), offset=timedelta(minutes=40)),
    Recurring("sweep_uploads", every=timedelta(hours=1), offset=timedelta(minutes=30)),
    Recurring("tidy_people", every=timedelta(hours=1), offset=timedelta(minutes=10)),
    Recurring("tidy_team", every=timedelta(days=1), offset=timedelta(hours=3, minutes=20)),
)
