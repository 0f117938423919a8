"""Facts: what a room announces after it has happened, so that rooms above it can act."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec


def _tag_of(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=_tag_of):
    """Something that happened, in the past tense. A subclass `EntriesAppended` travels as `entries_appended`."""


def type_of(fact: Fact | type[Fact]) -> str:
    """The name by which a fact is stored: `entries_appended`."""
    return str(fact.__struct_config__.tag)


def encode_fact(fact: Fact) -> dict[str, Any]:
    """A fact as plain values that JSON can carry, its type inside."""
    encoded: dict[str, Any] = msgspec.to_builtins(fact)
    return encoded


class FactRegistry:
    """The facts that an installation knows; made once, where everything is put together."""

    def __init__(self, types: Iterable[type[Fact]]) -> None:
        self._types: dict[str, type[Fact]] = {}
        for kind in types:
            if self._types.setdefault(type_of(kind), kind) is not kind:
                raise ValueError(f"Two facts are both called {type_of(kind)!r}: rename one of them.")

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def decode(self, encoded: dict[str, Any]) -> Fact:
        """The fact that `encode_fact` made these values of. KeyError if its type is unknown here,
        `msgspec.ValidationError` if the values do not fit the type."""
        return msgspec.convert(encoded, self._types[encoded["type"]])
