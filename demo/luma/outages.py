"""The map of Aurental and what is out of order there; a demo's faults, the same every day."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

State = Literal["fine", "out", "works", "restored"]


class District(msgspec.Struct, frozen=True):
    """A district: its postcode, its outline on a map of 640 × 420, where its name stands."""

    key: str
    name: str
    postcode: str
    outline: str
    x: int
    y: int


class Outage(msgspec.Struct, frozen=True):
    """Something that is out of order, or was until just now. `back` is when the power is expected."""

    district: str
    state: State
    reason: str
    homes: int
    since: datetime
    back: datetime


DISTRICTS = (
    District("old", "Altstadt", "48201", "M250 150 L345 128 L392 190 L352 258 L262 246 L226 196 Z", 308, 196),
    District(
        "river", "Uferpark", "48202", "M226 196 L262 246 L240 330 L130 348 L86 268 L150 204 Z", 172, 272
    ),
    District("hill", "Sonnenhang", "48203", "M250 150 L226 196 L150 204 L92 138 L148 54 L254 62 Z", 172, 128),
    District("station", "Bahnhof", "48204", "M345 128 L254 62 L330 30 L452 44 L470 118 L392 190 Z", 384, 96),
    District(
        "mill", "Am Mühlbach", "48205", "M392 190 L470 118 L566 150 L574 252 L478 292 L352 258 Z", 474, 208
    ),
    District(
        "meadow", "Wiesengrund", "48206", "M352 258 L478 292 L500 374 L372 396 L240 330 L262 246 Z", 380, 330
    ),
)


def outages(now: datetime) -> list[Outage]:
    """What is known at this moment."""
    since = now.replace(minute=10, second=0, microsecond=0) - timedelta(hours=2)
    return [
        Outage("mill", "out", "cable", 412, since, now.replace(minute=0, second=0) + timedelta(hours=2)),
        Outage("meadow", "works", "works", 58, since, now.replace(minute=30, second=0) + timedelta(hours=1)),
        Outage("station", "restored", "station", 1_240, since - timedelta(hours=4), since),
    ]


def state_of(district: District, known: list[Outage]) -> State:
    """How a district is."""
    return next((one.state for one in known if one.district == district.key), "fine")


def district_at(postcode: str) -> District | None:
    """The district with this postcode."""
    return next((one for one in DISTRICTS if one.postcode == postcode.strip()), None)
