"""Luma's tariffs and what they cost. Invented prices, in euros and cents."""

from typing import Literal

import msgspec

_NIGHT_SHARE = {True: 0.58, False: 0.25}
_FEED_IN = 0.082
_OWN_SHARE = 0.3

TariffKey = Literal["home", "flow", "drive", "sun"]


class Tariff(msgspec.Struct, frozen=True):
    """Cents a kilowatt-hour by day and by night, euros a month."""

    key: TariffKey
    day: float
    night: float
    monthly: float


class Offer(msgspec.Struct, frozen=True):
    """A tariff and what it costs in euros a year."""

    tariff: Tariff
    yearly: float

    @property
    def monthly(self) -> float:
        """What it costs a month."""
        return self.yearly / 12


TARIFFS = (
    Tariff("home", 31.4, 31.4, 11.90),
    Tariff("flow", 30.2, 24.6, 13.90),
    Tariff("drive", 33.4, 21.9, 12.90),
    Tariff("sun", 32.4, 32.4, 10.90),
)


def offers(kwh: int, *, car: bool = False, panels: bool = False) -> list[Offer]:
    """What each tariff that fits costs for a use in kilowatt-hours a year, the cheapest first.

    With a car more than half of it is used at night. With panels a third of it need not be bought, and as much
    is sold."""
    fitting = (one for one in TARIFFS if (one.key != "sun" or panels) and (one.key != "drive" or car))
    return sorted(
        (Offer(one, _yearly(one, kwh, car, panels)) for one in fitting), key=lambda offer: offer.yearly
    )


def _yearly(tariff: Tariff, kwh: int, car: bool, panels: bool) -> float:
    bought = kwh * (1 - _OWN_SHARE) if panels else float(kwh)
    night = bought * _NIGHT_SHARE[car]
    cents = (bought - night) * tariff.day + night * tariff.night
    sold = kwh * _OWN_SHARE * _FEED_IN if panels and tariff.key == "sun" else 0.0
    return cents / 100 + tariff.monthly * 12 - sold
