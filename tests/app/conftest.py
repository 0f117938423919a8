"""Fixtures of this folder."""

import shutil
from collections.abc import Iterator

import pytest

from tests.app.server_process import ServerProcess
from tests.database import reachable_folder


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server with the workspace `luma`, whose concierge knows only its manners."""
    folder = reachable_folder()
    running = ServerProcess(folder)
    try:
        running.start()
        running.set_up()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
