"""Ids that sort by time, and tokens that nobody can guess."""

import hashlib
import hmac
import secrets
import threading
import time
from uuid import UUID


class _Ticks:
    """Milliseconds and 1/4096ths of one, each later than any given out before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """The present one, or the one after the last."""
        nanoseconds = time.time_ns()
        tick = (nanoseconds // 1_000_000) << 12 | (nanoseconds % 1_000_000 * 4096) // 1_000_000
        with self._lock:
            self._last = max(tick, self._last + 1)
            return self._last


_ticks = _Ticks()


def uuid7() -> UUID:
    """A new UUID version 7 (RFC 9562, method 3): 48 bits of Unix milliseconds, 12 bits of their fraction,
    62 random bits. Ids of one process never go backwards, even when its clock does."""
    tick = _ticks.next()
    random = secrets.randbits(62)
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | random
    return UUID(int=value)


def new_token(prefix: str) -> str:
    """A secret with 256 random bits, url-safe, its kind readable in front: `dev_3q2-…`."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> bytes:
    """What is stored instead of a token: SHA-256, 32 bytes. A random token needs no salt and no stretching."""
    return hashlib.sha256(token.encode()).digest()


def same_secret(one: str | bytes, other: str | bytes) -> bool:
    """Whether two secrets are equal, taking the same time wherever they differ."""
    return hmac.compare_digest(_as_bytes(one), _as_bytes(other))


def _as_bytes(secret: str | bytes) -> bytes:
    return secret.encode() if isinstance(secret, str) else secret
