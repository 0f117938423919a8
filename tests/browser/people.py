"""The two who talk with each other, and how they use their screens: by what stands there, as people do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, ViewportSize, expect

from demo.customers import customer
from demo.world.team import PASSWORD as AGENT_PASSWORD
from tests.browser.running_demo import RunningDemo

PATIENCE = 20_000  # milliseconds that people wait for a screen; nothing is timed here
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1360, "height": 860}


class Screen:
    """Somebody before a screen, with a browser profile of their own."""

    def __init__(self, browser: Browser, demo: RunningDemo, size: ViewportSize = DESKTOP) -> None:
        self._demo = demo
        self.context: BrowserContext = browser.new_context(viewport=size, locale="en-GB")
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()

    def messages(self) -> list[str]:
        """The texts of all messages on the screen, from top to bottom."""
        raise NotImplementedError


class Visitor(Screen):
    """Somebody on Luma's site."""

    def visit(self, path: str = "/") -> Self:
        """Go to a page of Luma's."""
        self.page.goto(self._demo.luma + path)
        return self

    def sign_in(self, key: str) -> Self:
        """Sign in on Luma's own site."""
        known = customer(key)
        assert known is not None
        self.visit("/sign-in")
        self.page.get_by_role("button", name=re.compile(known.name.split()[0])).click()
        return self

    @property
    def widget(self) -> FrameLocator:
        """The widget's frame within the page."""
        return self.page.frame_locator("iframe[src*='/widget/frame']")

    def open_widget(self) -> Self:
        """Press the launcher."""
        self.page.get_by_role("button", name=re.compile("chat", re.IGNORECASE)).first.click()
        expect(self.composer).to_be_visible()
        return self

    def find_thread(self) -> None:
        """Open the widget if it is closed (on a phone a reload shows the page first) and go to the thread, which is
        there by itself or one tap away in the list of conversations."""
        if not self.page.locator("iframe[src*='/widget/frame']").is_visible():
            self.open_widget()
        thread = self.widget.locator(".bubble").first
        listed = self.widget.get_by_role("list", name="Your conversations").get_by_role("button").first
        expect(thread.or_(listed).first).to_be_visible()
        if not thread.is_visible():
            listed.click()
        expect(thread).to_be_visible()

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.widget.get_by_role("textbox", name="Message")

    def say(self, text: str) -> None:
        """Write and send a message."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def send_file(self, path: Path, words: str) -> None:
        """Attach a file and send it with a few words."""
        self.widget.locator("input[type=file]").set_input_files(path)
        expect(self.widget.get_by_role("button", name=f"Remove {path.name}")).to_be_visible()
        self.say(words)

    @contextmanager
    def without_network(self) -> Iterator[None]:
        """The network is gone for a while."""
        self.context.set_offline(True)
        try:
            yield
        finally:
            self.context.set_offline(False)

    def messages(self) -> list[str]:
        """The texts of all messages on the screen, from top to bottom."""
        return self.widget.locator(".bubble").all_inner_texts()


class Agent(Screen):
    """Somebody at the desk."""

    def sign_in(self, email: str) -> Self:
        """Sign in at the desk."""
        self.page.goto(self._demo.alongside + "/desk")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").first.fill(AGENT_PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("navigation").first).to_be_visible()
        return self

    def open_unassigned(self, words: str) -> Self:
        """Open the conversation without an agent whose preview has these words."""
        self.page.get_by_role("radio", name=re.compile("^Unassigned")).check()
        self.page.get_by_role("link", name=re.compile(re.escape(words))).first.click()
        return self

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name=re.compile("^Reply to"))

    def say(self, text: str) -> None:
        """Write and send a message."""
        self.composer.fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def send_file(self, path: Path, words: str) -> None:
        """Attach a file and send it with a few words."""
        self.page.locator("input[type=file]").set_input_files(path)
        expect(self.page.get_by_role("button", name=f"Remove {path.name}")).to_be_visible()
        self.say(words)

    def messages(self) -> list[str]:
        """The texts of all messages on the screen, from top to bottom."""
        return self.page.locator("article.message .text").all_inner_texts()
