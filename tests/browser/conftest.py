"""Fixtures of the browser tests: the demo, once; Chromium, once; a fresh profile for everybody who sits at it.

Playwright's own event loop stands still but counts as running while a Chromium is open, and other tests need the
thread for theirs: everything here is closed when the last test of this folder has ended.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.running_demo import RunningDemo

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def demo() -> Iterator[RunningDemo]:
    """The demo, seeded and serving."""
    folder = Path(tempfile.mkdtemp(prefix="alongside-demo-", dir="/tmp"))
    folder.chmod(0o711)
    running = RunningDemo(folder)
    running.start()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()
