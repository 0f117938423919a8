"""Ids that are the same in every seeded world."""

from uuid import UUID, uuid5

_LUMA = UUID("6c756d61-0000-4000-8000-656e65726779")


def id_of(kind: str, name: object) -> UUID:
    """The id of a thing by its kind and name: `id_of("person", 17)`."""
    return uuid5(_LUMA, f"{kind}/{name}")


WORKSPACE = id_of("workspace", "luma")
INBOX = id_of("inbox", "web")
