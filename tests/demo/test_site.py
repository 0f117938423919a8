"""Luma's site, page by page, as a browser asks for it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from alongside.people.identity_tokens import verify
from demo.customers import CUSTOMERS, PASSWORD
from demo.luma import bills, outages, shapes, tariffs, wording
from demo.luma.config import LumaConfig
from demo.luma.moving import wrong_fields
from demo.luma.sessions import customer_of, signed
from demo.luma.site import build_site

ALONGSIDE = "http://127.0.0.1:8000"
SECRET = "a secret of forty-three characters or so, yes"
CONFIG = LumaConfig(ALONGSIDE, "luma", SECRET, "the site's own key for its cookies")
PUBLIC = ("/", "/tariffs", "/outages", "/help", "/help/bill-higher", "/sign-in", "/moving")
Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A browser on the site."""
    async with AsyncTestClient(build_site(CONFIG)) as opened:
        yield opened


async def sign_in(client: Client, key: str) -> None:
    """Tap on a customer."""
    answer = await client.post(
        "/sign-in", data={"customer": key, "password": PASSWORD}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("path", PUBLIC)
async def test_every_page_is_there_in_both_languages(client: Client, path: str, language: str) -> None:
    page = await client.get(path, params={"lang": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert page.text.count("<h1>") == 1


@pytest.mark.parametrize("path", PUBLIC)
async def test_every_page_embeds_the_widget_and_lets_nothing_else_in(client: Client, path: str) -> None:
    page = await client.get(path)
    assert f'<script src="{ALONGSIDE}/widget/loader.js" data-workspace="luma"' in page.text
    policy = page.headers["content-security-policy"]
    assert f"script-src 'self' {ALONGSIDE};" in policy
    assert f"frame-src {ALONGSIDE};" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=", page.text)


async def test_the_chosen_language_is_remembered(client: Client) -> None:
    await client.get("/", params={"lang": "de"})
    assert '<html lang="de"' in (await client.get("/tariffs")).text


async def test_without_a_choice_the_browser_s_language_is_spoken(client: Client) -> None:
    page = await client.get("/", headers={"accept-language": "fr, de-AT;q=0.8, en;q=0.5"})
    assert '<html lang="de"' in page.text


@pytest.mark.parametrize("customer", CUSTOMERS, ids=lambda customer: str(customer.key))
async def test_everyone_of_the_three_can_sign_in_and_sees_their_account(
    client: Client, customer: object
) -> None:
    key = next(one.key for one in CUSTOMERS if one is customer)
    await sign_in(client, key)
    page = await client.get("/account")
    assert page.status_code == 200
    assert f'data-customer="{key}"' in page.text


async def test_a_wrong_password_leads_back_to_the_form(client: Client) -> None:
    answer = await client.post("/sign-in", data={"email": CUSTOMERS[0].email, "password": "guess"})
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert (await client.get("/account", follow_redirects=False)).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/identity", "/moving"])
async def test_a_form_of_another_site_is_refused(client: Client, path: str) -> None:
    await sign_in(client, "mara")
    answer = await client.post(
        path, data={"customer": "walter", "password": PASSWORD}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


async def test_the_token_says_to_alongside_who_is_signed_in(client: Client) -> None:
    await sign_in(client, "mara")
    token = (await client.post("/identity")).text
    claims = verify(token, [SECRET.encode()], "luma", datetime.now(UTC))
    assert (claims.sub, claims.name, claims.email) == ("L-204817", "Mara Vogel", "mara.vogel@example.com")
    again = (await client.post("/identity")).text
    assert verify(again, [SECRET.encode()], "luma", datetime.now(UTC)).jti != claims.jti


async def test_nobody_who_is_not_signed_in_gets_a_token_or_a_bill(client: Client) -> None:
    assert (await client.post("/identity")).status_code == 401
    assert (await client.get("/account/bills/2026-10.pdf")).status_code == 401


async def test_signing_out_ends_it(client: Client) -> None:
    await sign_in(client, "mara")
    await client.post("/sign-out", follow_redirects=False)
    client.cookies.clear()
    assert (await client.get("/account", follow_redirects=False)).headers["location"] == "/sign-in"


def test_a_cookie_with_another_signature_is_nobody_s() -> None:
    mine = signed("mara", "key")
    assert customer_of(mine, "key") is CUSTOMERS[0]
    assert customer_of(mine.replace("mara", "walter"), "key") is None
    assert customer_of(mine, "another key") is None
    assert customer_of("mära.ü", "key") is None
    assert customer_of(None, "key") is None


async def test_a_bill_is_a_pdf_of_one_s_own(client: Client) -> None:
    await sign_in(client, "mara")
    numbers = re.findall(r"/account/bills/([\d-]+\.pdf)", (await client.get("/account")).text)
    bill = await client.get(f"/account/bills/{numbers[0]}")
    assert bill.headers["content-type"] == "application/pdf"
    assert b"Mara Vogel" in bill.content
    assert (await client.get("/account/bills/1999-01.pdf")).status_code == 404


def test_mara_s_last_bill_is_about_twice_that_of_a_year_before() -> None:
    *_, last = bills.months(CUSTOMERS[0], date(2026, 11, 22))
    assert last.first == date(2026, 10, 1)
    assert last.kwh / last.year_before > 1.9
    assert not last.paid
    assert [bar.high for bar in shapes.bars(bills.months(CUSTOMERS[0], date(2026, 1, 5)))][-2:] == [
        True,
        True,
    ]


async def test_an_address_that_does_not_exist_says_so_kindly(client: Client) -> None:
    page = await client.get("/nowhere", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "<h1>" in page.text
    assert (await client.get("/help/goodwill-limits", headers={"accept": "text/html"})).status_code == 404


async def test_a_use_that_makes_no_sense_is_refused(client: Client) -> None:
    assert (await client.get("/tariffs?kwh=-3")).status_code == 400


def test_the_cheapest_tariff_comes_first_and_depends_on_how_one_lives() -> None:
    plain, car = tariffs.offers(2_800), tariffs.offers(6_000, car=True)
    assert [offer.yearly for offer in plain] == sorted(offer.yearly for offer in plain)
    assert {offer.tariff.key for offer in plain} == {"home", "flow"}
    assert car[0].tariff.key == "drive"
    assert "sun" in {offer.tariff.key for offer in tariffs.offers(4_000, panels=True)}
    home = next(offer for offer in plain if offer.tariff.key == "home")
    assert home.yearly == pytest.approx(2_800 * 0.314 + 12 * 11.90)


async def test_the_outage_map_knows_every_postcode_of_aurental(client: Client) -> None:
    known = outages.outages(datetime.now(UTC))
    for district in outages.DISTRICTS:
        page = await client.get("/outages", params={"postcode": district.postcode})
        assert f'class="notice {outages.state_of(district, known)}"' in page.text
    assert "00000" in (await client.get("/outages", params={"postcode": "00000"})).text


async def test_what_somebody_types_is_never_taken_for_markup(client: Client) -> None:
    page = await client.get("/outages", params={"postcode": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


async def test_moving_takes_four_steps_and_keeps_what_was_entered(client: Client) -> None:
    steps = (
        {"old_address": "Lindenweg 14", "move_out": "2026-12-01"},
        {"new_address": "Uferstraße 2", "new_postcode": "48202", "move_in": "2026-12-02"},
        {"reading": "", "new_meter": "1LUM0099"},
    )
    entered: dict[str, str] = {}
    for number, fields in enumerate(steps):
        entered |= fields
        page = await client.post("/moving", data={"step": str(number), "go": "on", **entered})
        assert page.status_code == 200
    assert "Uferstraße 2" in page.text
    done = await client.post("/moving", data={"step": "3", "go": "on", **entered})
    assert "M-" in done.text


async def test_a_step_that_is_not_filled_in_stays_and_says_what_is_missing(client: Client) -> None:
    page = await client.post(
        "/moving", data={"step": "1", "go": "on", "new_address": "x", "new_postcode": "12"}
    )
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 2
    back = await client.post("/moving", data={"step": "1", "go": "back", "old_address": "Lindenweg 14"})
    assert "Lindenweg 14" in back.text


def test_the_form_s_checks_name_the_field() -> None:
    assert set(wrong_fields(0, {})) == {"old_address", "move_out"}
    assert set(wrong_fields(1, {"new_address": "x", "new_postcode": "abc", "move_in": "soon"})) == {
        "new_postcode",
        "move_in",
    }
    assert wrong_fields(2, {}) == {}


def test_both_languages_have_the_same_messages() -> None:
    english, german = (
        json.loads((Path(wording.__file__).parent / f"messages/{language}.json").read_text("utf-8"))
        for language in wording.LANGUAGES
    )
    assert list(english) == list(german)
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", str(text))) == sorted(re.findall(r"{\w+}", str(german[key]))), key


def test_numbers_money_and_dates_are_written_as_people_write_them() -> None:
    english, german = wording.Wording("en"), wording.Wording("de")
    assert (english.euro(1234.5), german.euro(1234.5)) == ("€1,234.50", "1.234,50 €")
    assert (english.day(date(2026, 3, 7)), german.day(date(2026, 3, 7))) == ("7 March 2026", "7. März 2026")
