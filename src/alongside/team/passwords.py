"""Passwords: which ones do, and how they are kept (argon2id, RFC 9106's second recommended option).

Hashing takes some 50 ms and 64 MiB: it runs in two threads of its own, so neither the loop nor the memory
suffers when many sign in at once.
"""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from alongside.kit.errors import Invalid
from alongside.team.frequent_passwords import FREQUENT

T = TypeVar("T")
SHORTEST, LONGEST = 10, 200
_argon = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def check(password: str, email: str, field: str = "password") -> None:
    """Raises Invalid, saying why, for a password that is easily guessed."""
    why = _weakness(password, email)
    if why:
        raise Invalid(
            message=f"This password {why}.",
            hint="Three or four words that don't belong together make a good one.",
            fields={field: why},
        )


def _weakness(password: str, email: str) -> str:
    plain = password.casefold()
    own = {part for part in (email.casefold(), email.casefold().partition("@")[0]) if part}
    if len(password) < SHORTEST:
        return f"is shorter than {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if plain in own or any(len(part) >= 5 and part in plain for part in own):
        return "holds your e-mail address"
    if plain in FREQUENT or len(set(plain)) < 4:
        return "is one of those that are guessed first"
    return ""


async def hashed(password: str) -> str:
    """What is stored instead of a password."""
    return await _in_a_thread(functools.partial(_argon.hash, password))


async def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password that was stored. With None (nobody has that address) it takes the same time
    and is never right."""
    right = await _in_a_thread(functools.partial(_verified, password, stored or _nobodys_hash()))
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's, and should be made anew."""
    return _argon.check_needs_rehash(stored)


def _verified(password: str, stored: str) -> bool:
    try:
        return _argon.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobodys_hash() -> str:
    return _argon.hash("nobody has this password")


async def _in_a_thread(work: functools.partial[T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)
