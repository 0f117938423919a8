"""Which rooms listen to which facts, and which jobs there are: the one place where all of them meet."""

from collections import defaultdict
from collections.abc import Mapping
from typing import cast

from alongside.automation import jobs as automation_jobs
from alongside.automation import listening
from alongside.conversations import events as conversation_events
from alongside.conversations import jobs as conversation_jobs
from alongside.jobs import Job, Payloads, forgetting
from alongside.jobs.relay import Subscriber
from alongside.kit.events import Fact
from alongside.people import events as people_events
from alongside.people import jobs as people_jobs
from alongside.team import events as team_events
from alongside.team import jobs as team_jobs
from alongside.web.rooms import Rooms
from alongside.workspaces import events as workspace_events

FACTS: tuple[type[Fact], ...] = (
    *conversation_events.FACTS,
    *people_events.FACTS,
    *team_events.FACTS,
    *workspace_events.FACTS,
)
LISTENERS: tuple[Mapping[type[Fact], tuple[Subscriber, ...]], ...] = (listening.SUBSCRIBERS,)


def subscribers() -> dict[type[Fact], tuple[Subscriber, ...]]:
    """Fact type → who is told of it. A fact that nobody listens to is here too, so that it can be told to nobody."""
    told: defaultdict[type[Fact], tuple[Subscriber, ...]] = defaultdict(tuple)
    for fact in FACTS:
        told[fact] = ()
    for listener in LISTENERS:
        for fact, subscribers in listener.items():
            told[fact] += subscribers
    return dict(told)


def payloads() -> Payloads:
    """What every job and fact carries. The jobs are only looked at here, so they are given nobody to work with."""
    return Payloads(jobs_of(cast(Rooms, _Nobody())), FACTS)


class _Nobody:
    def __getattr__(self, _name: str) -> None:
        return None


def jobs_of(rooms: Rooms) -> list[Job]:
    """Every job that a worker can do."""
    return [
        *automation_jobs.jobs(rooms.journal, rooms.bus),
        *conversation_jobs.jobs(rooms.files, rooms.clock),
        *forgetting.JOBS,
        *people_jobs.jobs(rooms.clock),
        *team_jobs.jobs(rooms.clock),
    ]
