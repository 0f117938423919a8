"""The geometry of the usage chart, in the units of its view box."""

from collections.abc import Sequence

import msgspec

from demo.luma.bills import Month

WIDTH, HEIGHT, FLOOR = 720, 260, 220
_TOP = 24


class Bar(msgspec.Struct, frozen=True):
    """A month's bar and, beside it, that of the year before."""

    month: Month
    x: float
    width: float
    top: float
    top_before: float
    high: bool


class Line(msgspec.Struct, frozen=True):
    """A line of the grid."""

    y: float
    kwh: int


def bars(months: Sequence[Month]) -> list[Bar]:
    """One bar a month; `high` if it is half as much again as a year before."""
    if not months:
        return []
    slot = WIDTH / len(months)
    most = ceiling(months)
    return [
        Bar(
            month=month,
            x=round(at * slot + slot * 0.14, 1),
            width=round(slot * 0.36, 1),
            top=_y(month.kwh, most),
            top_before=_y(month.year_before, most),
            high=month.kwh > 1.5 * month.year_before,
        )
        for at, month in enumerate(months)
    ]


def grid(months: Sequence[Month]) -> list[Line]:
    """Three lines, the top one above every bar."""
    most = ceiling(months) if months else 0
    return [Line(_y(most * part // 3, most), most * part // 3) for part in (1, 2, 3)] if most else []


def ceiling(months: Sequence[Month]) -> int:
    """The chart's highest value: the next multiple of 150 kWh."""
    most = max(max(month.kwh, month.year_before) for month in months)
    return -(-most // 150) * 150


def _y(kwh: float, most: int) -> float:
    return round(FLOOR - (FLOOR - _TOP) * kwh / most, 1)
