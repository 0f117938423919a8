"""Tokens that name their fence: `dev_<32 hex digits>_<secret>`.

A token is looked up in one workspace only, so the workspace is read from the token before the database is
asked anything; the secret behind it is stored hashed.
"""

import re
from uuid import UUID

from alongside.kit.ids import new_token

_SHAPE = re.compile(r"([a-z]{3})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


def new_fenced_token(prefix: str, fence: UUID) -> str:
    """A new secret of 256 random bits within a fence; `prefix` (3 letters) says what kind it is."""
    return new_token(f"{prefix}_{fence.hex}")


def fence_of(token: str, prefix: str) -> UUID | None:
    """The fence a token names, or None if it is not a token of this kind. Asks nobody: it may be forged."""
    shape = _SHAPE.fullmatch(token) if len(token) < 100 else None
    return UUID(shape[2]) if shape and shape[1] == prefix else None
