"""Tokens that name their fence."""

from uuid import uuid4

import pytest

from alongside.kit.tokens import fence_of, new_fenced_token


def test_a_token_names_its_fence_and_no_two_are_alike() -> None:
    fence = uuid4()
    one, other = new_fenced_token("dev", fence), new_fenced_token("dev", fence)
    assert fence_of(one, "dev") == fence_of(other, "dev") == fence
    assert one != other
    assert len(one) == 80


def test_a_token_of_another_kind_names_none() -> None:
    assert fence_of(new_fenced_token("dev", uuid4()), "ses") is None


@pytest.mark.parametrize(
    "token", ["", "dev", "dev__", f"dev_{'0' * 31}_{'a' * 43}", f"dev_{'G' * 32}_{'a' * 43}", "x" * 99]
)
def test_what_is_no_token_names_none(token: str) -> None:
    assert fence_of(token, "dev") is None


def test_space_around_a_token_is_not_passed_over() -> None:
    token = new_fenced_token("dev", uuid4())
    for spaced in (f" {token}", f"{token}\n", f"{token} "):
        assert fence_of(spaced, "dev") is None
