"""Log lines tell operators what happened and nothing about people."""

import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from alongside.kit.logs import configure_logs, drop_personal_data, logger


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


def test_personal_data_is_dropped_wherever_it_is_nested() -> None:
    event = {
        "event": "signed in",
        "agent_id": "1",
        "email": "mara@example.com",
        "Token": "ses_1",
        "detail": {"ip": "192.0.2.1", "count": 2, "inner": [{"phone": "1", "seq": 3}]},
    }
    assert drop_personal_data(None, "info", event) == {
        "event": "signed in",
        "agent_id": "1",
        "detail": {"count": 2, "inner": [{"seq": 3}]},
    }


def test_json_lines_are_json_also_those_of_other_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "info")
    logger("alongside.test").info("stored", seq=3, text="a private word")
    logging.getLogger("library").warning("watch out")
    logging.getLogger("library").debug("too much")
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (first["event"], first["seq"], first["level"], first["logger"]) == (
        "stored",
        3,
        "info",
        "alongside.test",
    )
    assert "text" not in first
    assert second["event"] == "watch out"
