"""The signed token by which a site says who its visitor is.

A JWT (RFC 7519) signed with HS256 and one of the workspace's identity secrets:

    sub    who it is in the site's own books, 1 to 200 characters
    aud    the workspace's slug
    exp    at most one hour ahead (seconds since 1970)
    jti    an id of this very token; it is good for one use
    iat, nbf                                  optional; not in the future
    name, email, email_verified, phone_number, phone_number_verified   optional

Clocks may differ by a minute. Nothing here touches the database.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from alongside.kit.errors import Invalid

LARGEST = 4096
LIFE = timedelta(hours=1)
SKEW = timedelta(seconds=60)
CODE = "identity_token_refused"

_WORDS_FOR_NOBODY = (
    "null undefined none nil nan guest anonymous anon unknown visitor user 0 -1 true false n/a"
)
_NOBODY = {*_WORDS_FOR_NOBODY.split(), "", "[object object]", "00000000-0000-0000-0000-000000000000"}
_TEMPLATE = re.compile(r"\{\{.*\}\}|\$\{.*\}|<%.*%>")


class _Sent(msgspec.Struct):
    """The claims as they are sent, of the right types."""

    sub: str
    exp: float
    aud: str | list[str]
    jti: str
    iat: float | None = None
    nbf: float | None = None
    name: str | None = None
    email: str | None = None
    email_verified: bool = False
    phone_number: str | None = None
    phone_number_verified: bool = False


class Claims(msgspec.Struct, frozen=True):
    """What the site says, checked and tidied. `expires_at` includes the allowed clock skew."""

    sub: str
    jti: str
    expires_at: datetime
    name: str | None
    email: str | None
    email_verified: bool
    phone: str | None
    phone_verified: bool


def verify(token: str, secrets: Sequence[bytes], audience: str, now: datetime) -> Claims:
    """The claims of a token signed with one of these secrets. Raises Invalid (`identity_token_refused`), its
    words saying what to mend; they never repeat what the token holds."""
    if len(token) > LARGEST:
        raise refused("is too long", f"Keep it under {LARGEST} characters.")
    sent = _typed(_signed(token, secrets))
    _check_audience(sent, audience)
    _check_times(sent, now)
    _check_names(sent)
    return _tidied(sent)


def refused(why: str, hint: str, field: str = "jwt") -> Invalid:
    """The error for a token that we do not believe."""
    return Invalid(CODE, f"The identity token {why}.", hint, {field: why})


def _signed(token: str, secrets: Sequence[bytes]) -> dict[str, object]:
    """The payload, if one of the secrets made the signature. Only HS256 is ever tried, whatever the token says."""
    for secret in secrets:
        try:
            return jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims
        except (JoseError, ValueError, RecursionError):
            continue
    raise refused(
        "is not signed by a live identity secret", "Sign it with HS256 and a secret that is not retired."
    )


def _typed(claims: dict[str, object]) -> _Sent:
    try:
        return msgspec.convert(claims, _Sent)
    except msgspec.ValidationError as error:
        raise refused("lacks a claim or has one of a wrong type", str(error)) from None


def _check_audience(sent: _Sent, audience: str) -> None:
    audiences = [sent.aud] if isinstance(sent.aud, str) else sent.aud
    if audience not in audiences:
        raise refused("is for another audience", f"`aud` must be the workspace's slug, {audience!r}.", "aud")


def _check_times(sent: _Sent, now: datetime) -> None:
    at, skew = now.timestamp(), SKEW.total_seconds()
    if not math.isfinite(sent.exp) or sent.exp > at + LIFE.total_seconds() + skew:
        raise refused("lives too long", "`exp` may be at most one hour ahead.", "exp")
    if sent.exp <= at - skew:
        raise refused("has expired", "Make a new one for each page.", "exp")
    if any(since is not None and not since <= at + skew for since in (sent.iat, sent.nbf)):
        raise refused("is not valid yet", "Check the clock of the server that signs.", "nbf")


def _check_names(sent: _Sent) -> None:
    sub = sent.sub.strip()
    if sub.lower() in _NOBODY or _TEMPLATE.search(sub):
        raise refused("names nobody", "`sub` must be the visitor's own id; send no token for a guest.", "sub")
    if len(sub) > 200 or not sub.isprintable():
        raise refused("has an unusable `sub`", "Use 1 to 200 printable characters.", "sub")
    if not 1 <= len(sent.jti) <= 200 or not sent.jti.isprintable():
        raise refused("has an unusable `jti`", "Use 1 to 200 printable characters, such as a UUID.", "jti")


def _tidied(sent: _Sent) -> Claims:
    expires_at = datetime.fromtimestamp(sent.exp, UTC) + SKEW
    email, phone = _email(sent.email), _phone(sent.phone_number)
    name = "".join(c for c in sent.name or "" if c.isprintable()).strip()[:200] or None
    return Claims(
        sent.sub.strip(),
        sent.jti,
        expires_at,
        name,
        email,
        sent.email_verified,
        phone,
        sent.phone_number_verified,
    )


def _email(text: str | None) -> str | None:
    """In lower case; None for what is no e-mail address."""
    tidy = (text or "").strip().lower()
    return tidy if len(tidy) <= 254 and re.fullmatch(r"[^@\s]+@[^@\s]+", tidy) else None


def _phone(text: str | None) -> str | None:
    """`+` and digits (E.164); None for what is no international number."""
    tidy = re.sub(r"[\s().\-/]", "", text or "")
    return tidy if re.fullmatch(r"\+[1-9][0-9]{6,14}", tidy) else None
