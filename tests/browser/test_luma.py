"""Luma's site in a real browser: readable for everybody at every size, and a good neighbour of the widget."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.people import DESKTOP, PHONE, Visitor
from tests.browser.running_demo import ROOT, RunningDemo

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = (
    "/",
    "/tariffs?car=true",
    "/outages?postcode=48205",
    "/moving",
    "/help",
    "/help/solar",
    "/sign-in",
    "/account",
)
ColorScheme = Literal["light", "dark"]
TOKEN = "alongside:luma"
LOOKS: tuple[tuple[ViewportSize, ColorScheme, str], ...] = (
    (PHONE, "light", "en"),
    (PHONE, "dark", "de"),
    (DESKTOP, "light", "de"),
    (DESKTOP, "dark", "en"),
)


@pytest.fixture
def visitor(browser: Browser, demo: RunningDemo) -> Iterator[Visitor]:
    """Somebody on the site."""
    somebody = Visitor(browser, demo)
    yield somebody
    somebody.context.close()


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_every_page_fits_reads_well_and_breaks_none_of_its_own_rules(
    visitor: Visitor, size: ViewportSize, scheme: ColorScheme, language: str
) -> None:
    page, complaints = visitor.page, list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visitor.sign_in("mara").visit(f"/?lang={language}")
    for path in PAGES:
        visitor.visit(path)
        expect(page.locator("alongside-widget")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert _violations(page) == [], path
    assert complaints == []


def _violations(page: Page) -> list[str]:
    """What axe finds on Luma's own part of the page, by rule and place."""
    page.evaluate(Path(AXE).read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run({exclude: ['alongside-widget']}, {runOnly: rules})", RULES
    )
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found["violations"]]


def test_who_signs_in_is_known_to_the_widget_and_forgotten_when_they_leave(visitor: Visitor) -> None:
    visitor.sign_in("mara").open_widget()
    page = visitor.page
    expect(page.locator("alongside-widget")).to_be_attached()
    visitor.say("Hello, I have a question")
    expect(visitor.widget.locator(".bubble").first).to_be_visible()
    assert page.evaluate("name => localStorage.getItem(name)", TOKEN)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.evaluate("name => localStorage.getItem(name)", TOKEN) is None
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_the_whole_site_can_be_used_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.visit("/").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Find your tariff")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tariffs")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator("output")).to_have_text("2,900")


def test_the_menu_opens_and_closes_on_a_phone(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size(PHONE)
    visitor.visit("/")
    menu = page.get_by_role("button", name="Menu")
    way = page.get_by_role("navigation", name="Main").get_by_role("link", name="Tariffs")
    expect(way).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(way).to_be_visible()
