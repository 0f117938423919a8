"""Luma's team, one and more for every role."""

from typing import Literal
from uuid import UUID

import msgspec

from demo.world.ids import id_of

PASSWORD = "copper-river-lamp"  # printed at every start: the demo's agents have no secrets


class Colleague(msgspec.Struct, frozen=True):
    """Somebody who works at Luma."""

    name: str
    role: Literal["administrator", "supervisor", "agent", "specialist", "viewer"]
    locale: str = "en"

    @property
    def email(self) -> str:
        """Their address: the first name at luma.example."""
        return f"{self.first}@luma.example".lower()

    @property
    def first(self) -> str:
        """What they sign with."""
        return self.name.split()[0]

    @property
    def agent_id(self) -> UUID:
        """The same in every world."""
        return id_of("agent", self.email)


TEAM = (
    Colleague("Nora Lindgren", "administrator"),
    Colleague("Tomasz Zielinski", "supervisor"),
    Colleague("Aylin Demir", "agent", "de"),
    Colleague("Jonas Weber", "agent", "de"),
    Colleague("Priya Nair", "agent"),
    Colleague("Lucas Moreau", "agent"),
    Colleague("Ines Carvalho", "specialist"),
    Colleague("Ben Okafor", "viewer"),
)

ANSWERING = tuple(one for one in TEAM if one.role in ("agent", "supervisor"))
