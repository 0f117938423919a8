"""Passwords: which do, and that only their hash is kept."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from alongside.kit.errors import Invalid
from alongside.team import passwords
from alongside.team.frequent_passwords import FREQUENT
from tests.team.crew import PASSWORD


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short-one", "shorter"),
        ("x" * 201, "longer"),
        ("Password123", "guessed first"),
        ("willkommen123", "guessed first"),
        ("aaaaaaaaaaaa", "guessed first"),
        ("ababababab", "guessed first"),
        ("ada.lovelace@luma.example", "e-mail"),
        ("ADA.LOVELACE", "e-mail"),
        ("xx-ada.lovelace-1", "e-mail"),
    ],
)
def test_what_is_easily_guessed_is_refused_and_the_reason_told(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as caught:
        passwords.check(password, "ada.lovelace@luma.example")
    assert caught.value.fields.keys() == {"password"}
    assert password not in str(caught.value)


@pytest.mark.parametrize("password", [PASSWORD, "fünf Äpfel im Korb", "Zq8!kd02-x"])
def test_others_do(password: str) -> None:
    passwords.check(password, "ada@luma.example")


def test_a_short_name_in_the_address_forbids_nothing() -> None:
    passwords.check("adamant-kettles", "ada@luma.example")


def test_the_list_of_common_passwords_holds_only_such_as_are_long_enough_to_matter() -> None:
    assert [one for one in FREQUENT if len(one) < passwords.SHORTEST and " " not in one] == []


async def test_a_hash_is_argon2id_and_fits_its_password_only() -> None:
    stored = await passwords.hashed(PASSWORD)
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored
    assert await passwords.matches(PASSWORD, stored)
    assert not await passwords.matches(PASSWORD + "!", stored)
    assert not passwords.is_outdated(stored)


async def test_without_a_hash_or_with_a_broken_one_nothing_fits() -> None:
    assert not await passwords.matches("nobody has this password", None)
    assert not await passwords.matches(PASSWORD, "not a hash")


async def test_a_hash_of_weaker_parameters_still_fits_and_is_known_to_be_outdated() -> None:
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert await passwords.matches(PASSWORD, stored)
    assert passwords.is_outdated(stored)


async def test_hashing_happens_in_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[str] = set()

    def noted(_password: str, _stored: str) -> bool:
        threads.add(threading.current_thread().name)
        return True

    monkeypatch.setattr(passwords, "_verified", noted)
    await asyncio.gather(*(passwords.matches("x", "y") for _ in range(8)))
    assert 1 <= len(threads) <= 2
    assert threading.main_thread().name not in threads
