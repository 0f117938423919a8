"""A film over a bad network: it goes on where it was, and arrives whole."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.browser.people import Visitor
from tests.browser.running_demo import RunningDemo

MEGABYTE = 1024 * 1024


@pytest.fixture
def visitor(browser: Browser, demo: RunningDemo) -> Iterator[Visitor]:
    """Somebody with the widget open."""
    visitor = Visitor(browser, demo)
    yield visitor.visit().open_widget()
    visitor.context.close()


def film(folder: Path, megabytes: int) -> Path:
    path = folder / "Zähler 电表.bin"
    path.write_bytes(b"".join(number.to_bytes(4, "big") * (MEGABYTE // 4) for number in range(megabytes)))
    return path


@pytest.mark.timeout(300)
def test_a_film_goes_on_when_the_network_comes_back(visitor: Visitor, tmp_path: Path) -> None:
    arrived: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            arrived.append(request.headers["upload-offset"])

    visitor.context.on("requestfinished", note)
    visitor.say("Hello, I have a film for you")
    path = film(tmp_path, 20)
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 4 * MEGABYTE}
    session.send("Network.emulateNetworkConditions", conditions)
    with visitor.context.expect_event("requestfinished", lambda request: request.method == "PATCH"):
        visitor.widget.locator("input[type=file]").set_input_files(path)
    with visitor.without_network():
        expect(
            visitor.widget.get_by_text(re.compile("offline|connection", re.IGNORECASE)).first
        ).to_be_visible()
    session.send("Network.emulateNetworkConditions", conditions | {"uploadThroughput": -1})
    expect(visitor.widget.locator(".chip.done")).to_be_visible(timeout=120_000)
    visitor.say("The film")
    expect(visitor.widget.locator(".bubble", has_text="The film")).to_be_visible()
    card = visitor.widget.locator("bdi.name", has_text=path.name).last
    expect(card).to_be_visible()
    assert sorted({int(offset) for offset in arrived})[:2] == [0, 8 * MEGABYTE]
