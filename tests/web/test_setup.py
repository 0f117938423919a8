"""First run: once, and only by who can read the terminal."""

import asyncio

import httpx
import pytest

from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings
from alongside.storage import Database
from alongside.web.rooms import Rooms
from alongside.workspaces import founding
from tests.web.rooms import Reception, code_of, make_rooms


@pytest.fixture
def fresh(settings: Settings, database: Database) -> Reception:
    """A server that nobody has set up."""
    return Reception(make_rooms(settings, database), uuid7())


def form(rooms: Rooms, **changes: str) -> dict[str, str]:
    code = founding.setup_code(rooms.secrets.derive("setup"))
    usual = {"workspace_name": "Luma Energy", "workspace_slug": "luma", "name": "Ada", "email": "ada@luma.example",
             "password": "three-lamps-and-a-kettle", "locale": "de", "code": code}  # fmt: skip
    return usual | changes


async def set_up(client: httpx.AsyncClient, fresh: Reception, **changes: str) -> httpx.Response:
    return await client.post("/api/setup", json=form(fresh.rooms, **changes))


async def test_the_first_administrator_is_signed_in_to_a_workspace_with_an_inbox(fresh: Reception) -> None:
    async with fresh.asking() as client:
        assert (await client.get("/api/setup")).json() == {"needed": True, "code_required": True}
        assert (await client.get("/")).headers["location"] == "/setup"
        assert (await set_up(client, fresh)).status_code == 201
        me = (await client.get("/api/session")).json()
        assert (me["name"], me["role"], me["locale"]) == ("Ada", "administrator", "de")
        assert (await client.get("/api/workspace")).json()["slug"] == "luma"
        assert (await client.get("/api/setup")).json()["needed"] is False
        assert (await client.get("/")).headers["location"] == "/desk"
        actions = [entry["action"] for entry in (await client.get("/api/audit")).json()["items"]]
        config = (await client.get("/api/widget/config?workspace=luma")).json()
    assert sorted(actions) == ["agent.added", "workspace.founded"]
    assert config["greeting"].keys() == {"en", "de"}
    async with fresh.rooms.database.read(None) as connection:
        workspace_id = await connection.fetchval("select sole_workspace()")
    async with fresh.rooms.database.read(workspace_id) as connection:
        inboxes = await connection.fetch("select channel, name from inbox")
    assert [tuple(inbox) for inbox in inboxes] == [("web", "Website")]


async def test_without_the_code_of_the_terminal_nobody_sets_it_up(fresh: Reception) -> None:
    async with fresh.asking() as client:
        for code in ("", "AAAA-AAAA-AAAA-AAAA", "é"):
            answer = await set_up(client, fresh, code=code)
            assert (answer.status_code, code_of(answer)) == (403, "wrong_setup_code")
        assert (await client.get("/api/setup")).json()["needed"] is True


async def test_the_code_may_be_typed_in_small_letters_without_hyphens(fresh: Reception) -> None:
    code = form(fresh.rooms)["code"].lower().replace("-", " ")
    async with fresh.asking() as client:
        assert (await set_up(client, fresh, code=code)).status_code == 201


async def test_guessing_the_code_is_slowed_down(fresh: Reception) -> None:
    async with fresh.asking() as client:
        codes = [(await set_up(client, fresh, code="AAAA")).status_code for _ in range(12)]
    assert codes[:10] == [403] * 10
    assert 429 in codes[10:]


async def test_of_two_at_the_same_moment_one_succeeds(fresh: Reception) -> None:
    async with fresh.asking() as client:
        done = await asyncio.gather(*(set_up(client, fresh, workspace_slug=f"luma-{n}") for n in range(3)))
    assert sorted(answer.status_code for answer in done) == [201, 409, 409]
    assert {code_of(answer) for answer in done if answer.status_code == 409} == {"already_set_up"}


async def test_afterwards_even_the_code_is_worth_nothing(fresh: Reception) -> None:
    async with fresh.asking() as client:
        await set_up(client, fresh)
        answer = await set_up(client, fresh, workspace_slug="second", email="eve@evil.example")
    assert (answer.status_code, code_of(answer)) == (409, "already_set_up")


@pytest.mark.parametrize(
    ("field", "value"),
    [("workspace_name", ""), ("workspace_slug", "Luma Energy"), ("workspace_slug", "-x"), ("name", ""),
     ("email", "ada"), ("password", "short"), ("password", "ada@luma.example"), ("locale", "x")],
)  # fmt: skip
async def test_what_is_wrong_is_named_as_in_the_form_and_nothing_is_made(
    fresh: Reception, field: str, value: str
) -> None:
    async with fresh.asking() as client:
        answer = await set_up(client, fresh, **{field: value})
        assert answer.status_code == 422
        assert answer.json()["fields"].keys() == {field}
        assert (await client.get("/api/setup")).json()["needed"] is True


async def test_another_site_s_page_sets_nothing_up(fresh: Reception) -> None:
    async with fresh.asking(origin="https://evil.example") as client:
        assert code_of(await set_up(client, fresh)) == "forbidden"


def test_the_code_follows_from_the_server_s_key() -> None:
    one, other = founding.setup_code(b"one key"), founding.setup_code(b"another key")
    assert one != other
    assert one == founding.setup_code(b"one key")
    assert [len(group) for group in one.split("-")] == [4, 4, 4, 4]
