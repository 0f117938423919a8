"""Log lines tell operators what happened and nothing about people."""

import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from alongside.kit.logs import configure_logs, logger


@pytest.fixture(autouse=True)
def logging_put_back() -> Iterator[None]:
    root, before = logging.getLogger(), structlog.get_config()
    outlets, level = root.handlers[:], root.level
    yield
    root.handlers[:] = outlets
    root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_failure_is_logged_without_the_variables_that_held_a_message(
    form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(form, "info")
    message = "my bill doubled"
    try:
        raise LookupError(len(message))
    except LookupError:
        logger("alongside.somewhere").exception("could not answer", conversation_id="c1")
    said = capsys.readouterr().err
    assert "could not answer" in said
    assert "LookupError" in said
    assert "c1" in said
    assert message not in said
