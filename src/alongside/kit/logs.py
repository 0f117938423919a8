"""Log lines: structured, on standard error, without personal data."""

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PERSONAL = frozenset(
    {
        "address", "authorization", "body", "claims", "cookie", "email", "file_name", "headers", "ip", "jwt",
        "locale", "name", "password", "payload", "person", "phone", "preview", "query", "referrer", "secret",
        "text", "title", "token", "url", "user_agent", "username", "value",
    }
)  # fmt: skip


def drop_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out what may be about a person or open a door, wherever it is nested. Ids stay."""
    return {key: _cleaned(value) for key, value in event.items() if key.lower() not in PERSONAL}


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items() if str(key).lower() not in PERSONAL}
    if isinstance(value, list | tuple):
        return [_cleaned(inner) for inner in value]
    return value


def configure_logs(form: Literal["console", "json"], level: str) -> None:
    """Send structlog's and the standard library's lines through the same processors to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        drop_personal_data,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _route_standard_logging(shared, form, level)


def _route_standard_logging(shared: list[Processor], form: str, level: str) -> None:
    renderer: Processor = structlog.processors.JSONRenderer()
    if form == "console":
        # Never the default, which prints the variables of every frame: messages, tokens and all.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    finish: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        finish.append(structlog.processors.format_exc_info)
    outlet = logging.StreamHandler(sys.stderr)
    outlet.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*finish, renderer])
    )
    root = logging.getLogger()
    root.handlers[:] = [outlet]
    root.setLevel(level.upper())


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for a module: `log = logger(__name__)`."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound
