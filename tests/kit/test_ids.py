"""Ids sort by time, tokens cannot be guessed."""

import time
from datetime import UTC, datetime
from uuid import RFC_4122

import pytest

from alongside.kit.ids import new_token, same_secret, token_hash, uuid7


def test_ids_are_version_7_and_tell_their_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= after + 1
    assert datetime.fromtimestamp((made.int >> 80) / 1000, UTC).year >= 2026


def test_ids_of_one_process_sort_in_the_order_in_which_they_were_made() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_do_not_go_back_when_the_clock_does(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert uuid7() > before


def test_a_token_shows_its_kind_and_hides_256_bits() -> None:
    tokens = {new_token("dev") for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(token.startswith("dev_") and len(token) >= 4 + 43 for token in tokens)
    assert all(
        set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
        for token in tokens
    )


def test_only_a_tokens_hash_is_stored() -> None:
    token = new_token("ses")
    assert len(token_hash(token)) == 32
    assert token_hash(token) == token_hash(token) != token_hash(token + "x")
    assert token.encode() not in token_hash(token)


def test_secrets_are_compared_whole() -> None:
    assert same_secret("secret", b"secret")
    assert not same_secret("secret", "secreT")
    assert not same_secret("secret", "secret ")
