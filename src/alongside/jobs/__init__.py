"""Work that is done after the transaction that asked for it: queued in the same database, tried again, replayed.

A room says what can be done, with `@job`, and asks for it with `enqueue` inside its own transaction. Facts of the
outbox reach those who subscribed through `Relay`, recurring jobs through `Recurrence` (listed in schedule.py).
Everything happens at least once: a job must be harmless to repeat. PgQueuer does the queueing.
"""

from alongside.jobs.model import Job, Retries, Running, job
from alongside.jobs.payloads import Payloads
from alongside.jobs.queue import enqueue
from alongside.jobs.recurrence import Recurrence, Recurring
from alongside.jobs.relay import Relay
from alongside.jobs.worker import Worker

__all__ = [
    "Job",
    "Payloads",
    "Recurrence",
    "Recurring",
    "Relay",
    "Retries",
    "Running",
    "Worker",
    "enqueue",
    "job",
]
