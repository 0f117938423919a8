"""Where Chromium is: `python -m tests.chromium` prints its path, or what to install, and fails."""

import os
import shutil
import sys
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/snap/bin",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
WHAT_TO_INSTALL = (
    "no Chromium found for the browser tests: on Debian and Ubuntu `apt-get install chromium`, "
    "or name one with CHROMIUM=/path/to/chromium, or leave these tests out with bin/test --no-browser"
)


def find_chromium() -> str | None:
    """The path of a Chromium: CHROMIUM if set, else from PATH, else from the usual places."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    on_path = (shutil.which(name) for name in NAMES)
    elsewhere = (
        str(path) for place in PLACES for path in _candidates(Path(place)) if os.access(path, os.X_OK)
    )
    return next((path for path in (*on_path, *elsewhere) if path), None)


def _candidates(place: Path) -> list[Path]:
    return [place] if place.is_file() else [place / name for name in NAMES]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; the test fails with what to install where there is none."""
    return find_chromium() or pytest.fail(WHAT_TO_INSTALL, pytrace=False)


if __name__ == "__main__":
    found = find_chromium()
    print(found or WHAT_TO_INSTALL, file=sys.stdout if found else sys.stderr)
    sys.exit(0 if found else 1)
