"""The main job from end to end: from a web page to a live human, in one conversation, whatever happens meanwhile."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.files import write_letter, write_picture
from tests.browser.people import PHONE, Agent, Screen, Visitor
from tests.browser.running_demo import RunningDemo
from tests.browser.waiting import until

NUMBERED = re.compile(r"№(\d+)")
A_WHILE = 10_000  # milliseconds


class Story:
    """Who takes part, and what was said: each message has a number, so that one can see that all of them are there
    once and in order."""

    def __init__(self, browser: Browser, demo: RunningDemo) -> None:
        self.browser, self.demo = browser, demo
        self.mara = Visitor(browser, demo, PHONE)
        self.agent = Agent(browser, demo)
        self._screens: list[Screen] = [self.mara, self.agent]
        self._said = 0

    def numbered(self, words: str) -> str:
        """The words with the next number behind them."""
        self._said += 1
        return f"{words} №{self._said}"

    def joined_by(self, screen: Screen) -> None:
        """One more screen has to show everything from now on."""
        self._screens.append(screen)

    def everybody_reads_everything(self, *but: Screen) -> None:
        """Every message is on every screen, once and in order. Waits until it is so; fails with what is there."""
        wanted = [str(number + 1) for number in range(self._said)]
        for screen in self._screens:
            if screen not in but:
                until(lambda screen=screen: _numbers_on(screen), wanted)  # type: ignore[misc]

    def end(self) -> None:
        """Everybody leaves."""
        for screen in self._screens:
            screen.context.close()


def _numbers_on(screen: Screen) -> list[str]:
    return [number for text in screen.messages() for number in NUMBERED.findall(text)]


@pytest.fixture
def story(browser: Browser, demo: RunningDemo) -> Iterator[Story]:
    """A story that begins: Mara on Luma's site with her phone, an agent at the desk."""
    beginning = Story(browser, demo)
    beginning.mara.sign_in("mara").open_widget()
    beginning.agent.sign_in("priya@luma.example")
    yield beginning
    beginning.end()


@pytest.mark.timeout(600)
def test_from_a_web_page_to_a_live_human_in_one_conversation(story: Story, tmp_path: Path) -> None:
    she_asks_and_wants_a_human(story)
    an_agent_takes_it_with_everything_said_before(story)
    both_write_and_send_files(story, tmp_path)
    she_reloads(story)
    she_loses_the_network_while_both_write(story)
    she_goes_on_from_a_second_browser(story)
    the_server_is_killed_and_comes_back(story)
    a_fresh_look_shows_the_same(story)


def she_asks_and_wants_a_human(story: Story) -> None:
    story.mara.say(story.numbered("Why is my bill twice as high as last month?"))
    story.everybody_reads_everything(story.agent)
    story.mara.say(story.numbered("A human, please"))
    expect(story.mara.widget.get_by_text("You asked for a human").first).to_be_visible()


def an_agent_takes_it_with_everything_said_before(story: Story) -> None:
    story.agent.open_unassigned("Mara Vogel")
    story.agent.page.get_by_role("button", name="Accept", exact=True).click()
    expect(story.mara.widget.get_by_text("Priya Nair has joined").first).to_be_visible()
    story.everybody_reads_everything()


def both_write_and_send_files(story: Story, folder: Path) -> None:
    story.agent.say(story.numbered("Hello Mara, I have your bill before me."))
    story.everybody_reads_everything()
    story.mara.send_file(write_picture(folder / "meter reading.png"), story.numbered("This is my meter"))
    story.everybody_reads_everything()
    letter = write_letter(folder / "Zählerstand & Rechnung.txt")
    story.agent.send_file(letter, story.numbered("And this is what we have on record"))
    story.everybody_reads_everything()
    shown = story.agent.page.locator("article.message img[src^='blob:']")
    until(lambda: shown.evaluate("picture => picture.naturalWidth"), 64)
    expect(story.mara.widget.get_by_text(letter.name).first).to_be_visible()


def she_reloads(story: Story) -> None:
    story.mara.page.reload()
    story.mara.find_thread()
    story.everybody_reads_everything()


def she_loses_the_network_while_both_write(story: Story) -> None:
    with story.mara.without_network():
        story.mara.say(story.numbered("I am in the train now,"))
        story.mara.page.wait_for_timeout(A_WHILE // 2)
        story.mara.say(story.numbered("and in a tunnel, I think."))
        story.mara.page.wait_for_timeout(A_WHILE // 2)
        expect(story.mara.widget.get_by_text("No connection.").first).to_be_visible()
    story.everybody_reads_everything()
    with story.mara.without_network():
        story.agent.say(story.numbered("Take your time, nothing gets lost."))
        story.everybody_reads_everything(story.mara)
        story.mara.page.wait_for_timeout(A_WHILE)
    story.everybody_reads_everything()


def she_goes_on_from_a_second_browser(story: Story) -> None:
    tablet = Visitor(story.browser, story.demo).sign_in("mara").open_widget()
    tablet.find_thread()
    story.joined_by(tablet)
    story.everybody_reads_everything()
    tablet.say(story.numbered("I am at home now."))
    story.everybody_reads_everything()


def the_server_is_killed_and_comes_back(story: Story) -> None:
    story.demo.kill_server()
    story.mara.say(story.numbered("Are you still there?"))
    story.demo.start()
    story.everybody_reads_everything()
    story.agent.say(story.numbered("I am, and so is everything we said."))
    story.everybody_reads_everything()


def a_fresh_look_shows_the_same(story: Story) -> None:
    story.agent.page.reload()
    story.mara.page.reload()
    story.mara.find_thread()
    story.everybody_reads_everything()
