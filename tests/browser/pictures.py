"""Take the pictures of the documentation anew: `python -m tests.browser.pictures`. Look at them before committing."""

import base64
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.people import PHONE, Agent, Visitor
from tests.browser.running_demo import RunningDemo
from tests.chromium import WHAT_TO_INSTALL, find_chromium

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SHEET = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 40px; display: flex; gap: 40px; align-items: center; background: #e9ece8; width: 1760px; }
img { border-radius: 14px; box-shadow: 0 18px 50px rgb(20 30 60 / .22); display: block; }
.desk { width: 1330px; } .phone { width: 390px; border-radius: 34px; }
</style><img class="phone" src="data:image/png;base64,{phone}"><img class="desk" src="data:image/png;base64,{desk}">"""


def main() -> None:
    """Start the demo, let the two talk, and take the pictures."""
    chromium = find_chromium() or sys.exit(WHAT_TO_INSTALL)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="alongside-pictures-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        demo = RunningDemo(Path(folder))
        demo.start()
        try:
            with sync_playwright() as playwright:
                _story(playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS), demo)
        finally:
            demo.stop()


def _story(browser: Browser, demo: RunningDemo) -> None:
    mara = Visitor(browser, demo, PHONE).sign_in("mara").open_widget()
    agent = Agent(browser, demo).sign_in("priya@luma.example")
    mara.say("Why is my bill so much higher than last year?")
    expect(mara.widget.locator(".bubble")).to_have_count(2)
    mara.say("Could I talk to a human, please?")
    agent.open_unassigned("Mara Vogel")
    agent.page.get_by_role("button", name="Accept", exact=True).click()
    agent.say(
        "Hello Mara, Priya here. I have your October bill before me: the heating came on three weeks early."
    )
    expect(mara.widget.get_by_text(re.compile("three weeks early"))).to_be_visible()
    mara.say("Ah, that explains it. Can I spread it over two months?")
    expect(agent.page.get_by_text("Can I spread it over two months?").first).to_be_visible()
    agent.say("Of course. I have set that up, you'll see it in your account in a minute.")
    expect(mara.widget.get_by_text(re.compile("set that up"))).to_be_visible()
    agent.page.mouse.move(0, 0)
    _sheet(browser, mara, agent)
    browser.close()


def _sheet(browser: Browser, mara: Visitor, agent: Agent) -> None:
    """Both screens side by side."""
    phone, desk = (base64.b64encode(who.page.screenshot()).decode() for who in (mara, agent))
    page = browser.new_page(viewport={"width": 1840, "height": 960})
    page.set_content(SHEET.replace("{phone}", phone).replace("{desk}", desk))
    page.screenshot(path=FOLDER / "story.png", full_page=True)


if __name__ == "__main__":
    main()
