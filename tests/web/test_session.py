"""Signing in and out over HTTP."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from alongside.team import passwords
from alongside.web.security import COOKIE
from tests.web.rooms import ORIGIN, Reception, code_of, with_settings

PASSWORD = "three-lamps-and-a-kettle"


async def ada(reception: Reception) -> None:
    await reception.add("Ada", "supervisor", await passwords.hashed(PASSWORD))


async def sign_in(
    client: httpx.AsyncClient, email: str = "ada@luma.example", password: str = PASSWORD
) -> httpx.Response:
    return await client.post("/api/session", json={"email": email, "password": password})


async def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_gets(reception: Reception) -> None:
    await ada(reception)
    async with reception.asking(User_Agent="Firefox") as client:
        answer = await sign_in(client, " ADA@luma.example ")
        assert answer.status_code == 201
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("alongside_session=ses_")
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "max-age=1209600" in cookie
        assert "secure" not in cookie
        me = (await client.get("/api/session")).json()
    assert (me["name"], me["email"], me["role"]) == ("Ada", "ada@luma.example", "supervisor")
    assert "conversation.assign" in me["permissions"]
    assert "team.change" not in me["permissions"]


async def test_behind_https_the_cookie_is_secure(reception: Reception) -> None:
    await ada(reception)
    safe = Reception(with_settings(reception.rooms, public_url="https://help.example"), reception.workspace)
    async with safe.asking(origin="https://help.example") as client:
        answer = await sign_in(client)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


async def test_a_wrong_password_and_an_unknown_address_look_the_same(reception: Reception) -> None:
    await ada(reception)
    async with reception.asking() as client:
        wrong = await sign_in(client, password="three-lamps-and-a-cattle")
        unknown = await sign_in(client, email="eve@luma.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert code_of(wrong) == "wrong_credentials"
    assert "set-cookie" not in wrong.headers
    assert await reception.audited() == ["agent.added", "session.sign_in_failed", "session.sign_in_failed"]


async def test_a_deactivated_agent_looks_the_same_too(reception: Reception) -> None:
    await ada(reception)
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        await connection.execute("update agent set deactivated_at = now()")
    async with reception.asking() as client:
        assert code_of(await sign_in(client)) == "wrong_credentials"


async def test_guessing_is_slowed_down_and_the_wait_is_told(reception: Reception) -> None:
    await ada(reception)
    async with reception.asking() as client:
        for _ in range(5):
            assert (await sign_in(client, password="wrong")).status_code == 401
        slow = await sign_in(client)
        assert slow.status_code == 429
        assert code_of(slow) == "too_many"
        assert slow.headers["retry-after"] == "2"
        assert slow.json()["retry_after"] == 2
        reception.clock.advance(timedelta(seconds=2))
        assert (await sign_in(client)).status_code == 201


async def test_an_unknown_address_is_slowed_down_just_the_same(reception: Reception) -> None:
    async with reception.asking() as client:
        codes = [(await sign_in(client, email="nobody@luma.example")).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]


async def test_many_guesses_at_once_are_not_let_through_together(reception: Reception) -> None:
    await ada(reception)
    async with reception.asking() as client:
        done = await asyncio.gather(*(sign_in(client, password="wrong") for _ in range(12)))
    assert sorted(answer.status_code for answer in done) == [401] * 5 + [429] * 7


async def test_one_address_cannot_try_without_end(reception: Reception) -> None:
    async with reception.asking() as client:
        codes = [(await sign_in(client, email=f"{n}@x")).status_code for n in range(31)]
    assert codes == [401] * 30 + [429]
    async with reception.asking(address="192.0.2.77") as client:
        assert (await sign_in(client, email="else@x")).status_code == 401


async def test_signing_in_from_another_site_is_refused(reception: Reception) -> None:
    await ada(reception)
    for origin in ("https://evil.example", "null", "http://help.example:8001"):
        async with reception.asking(origin=origin) as client:
            answer = await sign_in(client)
        assert (answer.status_code, code_of(answer)) == (403, "forbidden")
    async with reception.asking(Sec_Fetch_Site="same-site") as client:
        assert (await sign_in(client)).status_code == 403


async def test_without_a_workspace_named_several_are_a_question(
    reception: Reception, other_workspace: object
) -> None:
    await ada(reception)
    async with reception.asking() as client:
        answer = await sign_in(client)
        assert (answer.status_code, answer.json()["fields"]) == (422, {"workspace": "missing"})
        named = {"email": "ada@luma.example", "password": PASSWORD, "workspace": "luma"}
        assert (await client.post("/api/session", json=named)).status_code == 201
        assert (
            code_of(await client.post("/api/session", json=named | {"workspace": "nowhere"})) == "not_found"
        )
        assert (
            code_of(await client.post("/api/session", json=named | {"workspace": "other"}))
            == "wrong_credentials"
        )


async def test_signing_out_ends_the_session_and_takes_the_cookie(reception: Reception) -> None:
    async with reception.signed_in() as client:
        token = client.cookies[COOKIE]
        answer = await client.delete("/api/session")
        assert answer.status_code == 204
        assert "max-age=0" in answer.headers["set-cookie"].lower()
        client.cookies.set(COOKIE, token)
        assert (await client.get("/api/session")).status_code == 401


async def test_sessions_are_seen_and_ended(reception: Reception) -> None:
    agent = await reception.add("Ada")
    here, phone, tablet = [await reception.session(agent) for _ in range(3)]
    async with reception.using(here) as client:
        listed = (await client.get("/api/sessions")).json()["items"]
        assert sorted(one["current"] for one in listed) == [False, False, True]
        gone = f"/api/sessions/{phone.signed_in.agent_session_id}"
        assert (await client.delete(gone)).status_code == 204
        assert (await client.delete(gone)).status_code == 404
        assert (await client.delete("/api/sessions")).json() == {"ended": 1}
        assert len((await client.get("/api/sessions")).json()["items"]) == 1
    async with reception.using(tablet) as client:
        assert (await client.get("/api/session")).status_code == 401


async def test_another_s_session_is_not_there(reception: Reception) -> None:
    ben = await reception.session(await reception.add("Ben"))
    async with reception.signed_in() as client:
        answer = await client.delete(f"/api/sessions/{ben.signed_in.agent_session_id}")
    assert code_of(answer) == "not_found"


async def test_use_keeps_a_session_alive_and_the_cookie_too(reception: Reception) -> None:
    async with reception.signed_in() as client:
        for _ in range(3):
            reception.clock.advance(timedelta(days=10))
            answer = await client.get("/api/session")
            assert answer.status_code == 200
            assert "max-age=1209600" in answer.headers["set-cookie"].lower()
        reception.clock.advance(timedelta(days=14))
        assert (await client.get("/api/session")).status_code == 401


async def test_changing_one_s_password_needs_the_present_one_and_ends_the_other_sessions(
    reception: Reception,
) -> None:
    agent = await reception.add("Ada", "agent", await passwords.hashed(PASSWORD))
    here, phone = await reception.session(agent), await reception.session(agent)
    async with reception.using(here) as client:
        new = {"password": "a-bridge-in-the-rain"}
        for present in ({}, {"present_password": "wrong"}):
            refused = await client.patch("/api/session", json=new | present)
            assert (refused.status_code, refused.json()["fields"]) == (422, {"present_password": "wrong"})
        weak = await client.patch(
            "/api/session", json={"password": "password123", "present_password": PASSWORD}
        )
        assert weak.json()["fields"].keys() == {"password"}
        done = await client.patch(
            "/api/session", json=new | {"present_password": PASSWORD, "name": "Ada Byron"}
        )
        assert (done.status_code, done.json()["name"]) == (200, "Ada Byron")
        assert (await client.get("/api/session")).status_code == 200
    async with reception.using(phone) as client:
        assert (await client.get("/api/session")).status_code == 401
    async with reception.asking() as client:
        assert (await sign_in(client, password="a-bridge-in-the-rain")).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"{", 400), (b"[]", 422), (b'{"email":"a"}', 422), (b'{"email":1,"password":"x"}', 422),
        (b'{"email":"a","password":"b","admin":true}', 422), (b'{"email":"a","password":"' + b"x" * 1001 + b'"}', 422),
    ],
)  # fmt: skip
async def test_what_is_no_sign_in_is_refused_in_words(reception: Reception, body: bytes, status: int) -> None:
    async with reception.asking(Content_Type="application/json") as client:
        answer = await client.post("/api/session", content=body)
    assert answer.status_code == status
    assert code_of(answer) in ("malformed", "invalid")
    assert answer.json()["hint"]


async def test_an_odd_cookie_is_nobody(reception: Reception) -> None:
    for token in (
        "x",
        "ses_" + "0" * 32 + "_" + "a" * 43,
        "%00",
        "dev_" + reception.workspace.hex + "_" + "a" * 43,
    ):
        async with reception.asking(Cookie=f"{COOKIE}={token}", origin=ORIGIN) as client:
            assert code_of(await client.get("/api/session")) == "unauthenticated"
