"""Errors have a stable code, and words that say what to do."""

import pytest

from alongside.kit import errors
from alongside.kit.errors import AlongsideError, Conflict, Invalid, NotFound, TooLarge, TooMany


def kinds() -> list[type[AlongsideError]]:
    return [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AlongsideError)
    ]


@pytest.mark.parametrize("kind", kinds())
def test_every_error_has_a_code_and_words_of_its_own(kind: type[AlongsideError]) -> None:
    error = kind()
    assert error.code == kind.default_code
    assert error.message
    assert str(error)


def test_codes_are_distinct() -> None:
    codes = [kind.default_code for kind in kinds()]
    assert len(set(codes)) == len(codes)


def test_a_room_gives_its_own_code_words_and_fields() -> None:
    error = Invalid("bad_mail", "That is no address.", "Look for a typing mistake.", {"email": "has no @"})
    assert (error.code, error.fields) == ("bad_mail", {"email": "has no @"})
    assert str(error) == "That is no address. Look for a typing mistake."


def test_what_is_too_large_is_invalid_and_what_is_too_often_says_when_to_return() -> None:
    assert isinstance(TooLarge(), Invalid)
    assert TooMany(retry_after=30).retry_after == 30
    assert Conflict(constraint="agent_email").constraint == "agent_email"
    assert NotFound("no_such_page").message == "No such page."


def test_the_drawing_names_every_error() -> None:
    assert errors.__doc__
    assert [kind.__name__ for kind in kinds() if kind.__name__ not in errors.__doc__] == []
