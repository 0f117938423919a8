"""Everybody who ever wrote to Luma: some known by name and number, some only visitors."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import msgspec

from demo.customers import CUSTOMERS
from demo.world.ids import id_of
from demo.world.names import FAMILY, GIVEN

SIZE = 400
_KNOWN = 0.78
_GERMAN = 0.3
_PLAIN = {ord("ö"): "oe", ord("ü"): "ue", ord("ä"): "ae", ord("ß"): "ss", ord(" "): "."}


class Known(msgspec.Struct, frozen=True):
    """An identifier of a person and how strongly it is theirs."""

    kind: str
    value: str
    strength: str
    source: str


class Inhabitant(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the seeded world; `name` is None for a visitor who never said."""

    person_id: UUID
    name: str | None
    language: str
    created_at: datetime
    known: tuple[Known, ...] = ()

    @property
    def device_id(self) -> UUID:
        """Their browser."""
        return id_of("device", self.person_id)


def population(random: Random, now: datetime) -> list[Inhabitant]:
    """The three who can sign in, and the others."""
    demo = [
        Inhabitant(
            person_id=id_of("person", one.key),
            name=one.name,
            language=one.language,
            created_at=now - timedelta(days=180, hours=number),
            known=_known(one.sub, one.email, one.phone),
        )
        for number, one in enumerate(CUSTOMERS)
    ]
    return demo + [_inhabitant(random, number, now) for number in range(SIZE - len(demo))]


def _inhabitant(random: Random, number: int, now: datetime) -> Inhabitant:
    name = f"{random.choice(GIVEN)} {random.choice(FAMILY)}" if random.random() < _KNOWN else None
    phone = f"+4930556{number:03}" if random.random() < 0.4 else None
    return Inhabitant(
        person_id=id_of("person", number),
        name=name,
        language="de" if random.random() < _GERMAN else "en",
        created_at=now - timedelta(days=182, minutes=number),
        known=_known(f"L-{300_000 + number * 37}", _mail(name, number), phone) if name else (),
    )


def _mail(name: str, number: int) -> str:
    plain = name.lower().translate(_PLAIN)
    return f"{plain}{number}@example.com"


def _known(sub: str, email: str, phone: str | None) -> tuple[Known, ...]:
    known = [Known("external", sub, "verified", "site"), Known("email", email, "verified", "site")]
    return (*known, Known("phone", phone, "claimed", "site")) if phone else tuple(known)
