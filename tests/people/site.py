"""A customer's site, as far as it says who its visitors are."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "this-is-the-secret-of-luma-energy-with-43-ch"
AUDIENCE = "luma"


def claims(now: datetime = NOON, **changes: Any) -> dict[str, Any]:
    """Claims that do; a change to None leaves one out."""
    at = int(now.timestamp())
    usual = {"sub": "customer-17", "aud": AUDIENCE, "exp": at + 600, "iat": at, "jti": str(uuid4())}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(now: datetime = NOON, secret: str = SECRET, **changes: Any) -> str:
    """A token signed with HS256."""
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims(now, **changes), OctKey.import_key(secret))


def seconds(moment: datetime, **by: float) -> int:
    """A moment some time later, as a JWT says it."""
    return int((moment + timedelta(**by)).timestamp())
