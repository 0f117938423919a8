"""Fixtures for every test."""

import structlog

pytest_plugins = ["tests.chromium", "tests.database", "tests.s3", "tests.fuzz.options"]


def pytest_configure() -> None:
    """Log lines of failed tests stay short: no variables of every frame."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, renderer])
