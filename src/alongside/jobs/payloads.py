"""What jobs and facts carry, by their names: so that what a person mended is held to it before it is tried."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from alongside.jobs.model import Job
from alongside.kit.errors import Invalid
from alongside.kit.events import Fact, type_of


class Payloads:
    """The structs of every job and fact that this program knows."""

    def __init__(self, jobs: Iterable[Job] = (), facts: Iterable[type[Fact]] = ()) -> None:
        self._structs: Mapping[str, Mapping[str, type[msgspec.Struct]]] = {
            "job": {job.name: job.payload for job in jobs},
            "fact": {type_of(fact): fact for fact in facts},
        }

    def check(self, kind: Literal["job", "fact"], name: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload as its job would read it. Raises Invalid, naming the field that does not fit."""
        struct = self._structs[kind].get(name)
        if struct is None:
            raise Invalid(
                "unknown_job",
                f"This program does not know {name!r}, so nobody can say what it needs.",
                "Mend it with the version that made it, or discard it.",
            )
        try:
            read: Any = msgspec.json.decode(msgspec.json.encode(payload), type=struct)
        except msgspec.ValidationError as error:
            raise _unfit(str(error)) from None
        _refuse_unknown(struct, payload)
        fitting: dict[str, Any] = msgspec.to_builtins(read)
        return fitting


def _refuse_unknown(struct: type[msgspec.Struct], payload: dict[str, Any]) -> None:
    """A name that was mistyped would silently be left out."""
    known = {field.encode_name for field in msgspec.structs.fields(struct)} | {
        struct.__struct_config__.tag_field
    }
    for name in payload:
        if name not in known:
            raise _unfit(f"It has no field of this name - at `$.{name}`")


def _unfit(words: str) -> Invalid:
    """msgspec says `Expected `int`, got `str` - at `$.name``."""
    what, _, where = words.partition(" - at ")
    field = where.strip("`").removeprefix("$").lstrip(".") or "payload"
    return Invalid(
        message="The payload does not fit the job.", hint="Change what `fields` names.", fields={field: what}
    )
