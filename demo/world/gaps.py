"""What fills the gaps of a dialogue: amounts, readings, dates, each told once and the same throughout."""

from datetime import datetime, timedelta
from random import Random

from demo.world.names import STREETS, TOWNS
from demo.world.population import Inhabitant
from demo.world.team import Colleague

_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
           "November", "Dezember"),
}  # fmt: skip
_VISITOR = "there"  # no agent ever addresses one by name: see building.py
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}


def gaps(
    random: Random, language: str, person: Inhabitant, colleague: Colleague, at: datetime
) -> dict[str, str]:
    """A value for every gap there is in the dialogues."""
    old = random.randrange(38_000, 92_000)
    high = int(old * random.uniform(1.5, 2.1))
    reading = random.randrange(14_000, 61_000)
    return {
        **_names(person, colleague),
        **_dates(random, language, at),
        "amount": _money(high, language),
        "old_amount": _money(old, language),
        "high_amount": _money(int(high * 1.22), language),
        "part": _money(high // 12, language),
        "kwh": _thousands(random.randrange(18, 62) * 100, language),
        "big_kwh": _thousands(random.randrange(22, 90) * 1_000, language),
        "kwp": str(random.randrange(4, 15)),
        "reading": _thousands(reading + random.randrange(1_200, 2_600), language),
        "true_reading": _thousands(reading, language),
        "meter": f"1LUM00{random.randrange(10**7, 10**8)}",
        "digits": f"{random.randrange(1000):03}",
        "street": random.choice(STREETS),
        "town": random.choice(TOWNS),
    }


def _names(person: Inhabitant, colleague: Colleague) -> dict[str, str]:
    name = person.name or _VISITOR
    first, last = name.split()[0], name.split()[-1]
    return {
        "name": name,
        "first": first,
        "last": last,
        "agent": colleague.name,
        "agent_first": colleague.first,
    }


def _dates(random: Random, language: str, at: datetime) -> dict[str, str]:
    day = at + timedelta(days=random.randrange(3, 40))
    return {
        "month": _MONTHS[language][at.month - 2],
        "day": str(day.day) if language == "de" else _ordinal(day.day),
        "weekday": _DAYS[language][(at - timedelta(days=random.randrange(1, 5))).weekday()],
        "time": f"{at - timedelta(minutes=40):%H:%M}",
        "later": f"{at + timedelta(hours=2):%H}:00",
    }


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _money(cents: int, language: str) -> str:
    text = f"{cents / 100:,.2f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def _thousands(number: int, language: str) -> str:
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", ".")
