"""The team over HTTP."""

import httpx

from alongside.kit import actors
from tests.web.rooms import Reception, code_of

NEW = {"email": "Ben@luma.example", "name": "Ben", "role": "agent", "password": "three-lamps-and-a-kettle"}


async def added(client: httpx.AsyncClient, **changes: str) -> str:
    answer = await client.post("/api/team", json=NEW | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["agent_id"])


async def test_an_administrator_adds_somebody_who_can_sign_in(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        ben = await added(client)
        assert (await client.get(f"/api/team/{ben}")).json()["email"] == "ben@luma.example"
        assert code_of(await client.post("/api/team", json=NEW)) == "email_taken"
    async with reception.asking() as client:
        answer = await client.post("/api/session", json={"email": NEW["email"], "password": NEW["password"]})
        assert answer.status_code == 201


async def test_a_weak_password_is_refused_for_a_new_agent_too(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        answer = await client.post("/api/team", json=NEW | {"password": "password123"})
    assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"password"})


async def test_no_answer_holds_a_hash(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        ben = await added(client)
        for path in ("/api/team", f"/api/team/{ben}", "/api/audit"):
            assert "argon2" not in (await client.get(path)).text


async def test_a_new_role_holds_at_once(reception: Reception) -> None:
    ben = await reception.add("Ben", "agent")
    async with (
        reception.signed_in("administrator") as client,
        reception.using(await reception.session(ben)) as bens,
    ):
        assert (await bens.get("/api/audit")).status_code == 403
        await client.patch(f"/api/team/{ben.agent_id}", json={"role": "administrator"})
        assert (await bens.get("/api/audit")).status_code == 200
    [revocation] = reception.revoked
    assert (revocation.actor, revocation.code) == (actors.agent(ben.agent_id), "changed")


async def test_deactivating_ends_every_session_and_its_sockets(reception: Reception) -> None:
    ben = await reception.add("Ben", "agent")
    phone, laptop = await reception.session(ben), await reception.session(ben)
    async with reception.signed_in("administrator") as client:
        answer = await client.patch(f"/api/team/{ben.agent_id}", json={"active": False})
        assert answer.json()["deactivated_at"]
        assert (await client.get("/api/team?active=false")).json()["items"][0]["name"] == "Ben"
    assert {each.session_id for each in reception.revoked} == {
        phone.signed_in.agent_session_id, laptop.signed_in.agent_session_id,
    }  # fmt: skip
    async with reception.using(phone) as bens:
        assert (await bens.get("/api/session")).status_code == 401


async def test_a_password_set_by_an_administrator_ends_the_sessions_but_their_own(
    reception: Reception,
) -> None:
    root, ben = await reception.add("Root", "administrator"), await reception.add("Ben")
    here, bens = await reception.session(root), await reception.session(ben)
    new = {"password": "a-bridge-in-the-rain"}
    async with reception.using(here) as client:
        assert (await client.patch(f"/api/team/{ben.agent_id}", json=new)).status_code == 200
        assert (await client.patch(f"/api/team/{root.agent_id}", json=new)).status_code == 200
        assert (await client.get("/api/session")).status_code == 200
    async with reception.using(bens) as client:
        assert (await client.get("/api/session")).status_code == 401


async def test_the_last_administrator_stays_one(reception: Reception) -> None:
    root = await reception.add("Root", "administrator")
    async with reception.using(await reception.session(root)) as client:
        for change in ({"role": "agent"}, {"active": False}):
            answer = await client.patch(f"/api/team/{root.agent_id}", json=change)
            assert (answer.status_code, code_of(answer)) == (409, "last_administrator")


async def test_what_cannot_be_is_refused_in_words(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        ben = await added(client)
        for change, field in (({"role": "king"}, "role"), ({"name": ""}, "name"), ({"salary": 1}, "data")):
            answer = await client.patch(f"/api/team/{ben}", json=change)
            assert (answer.status_code, code_of(answer)) == (422, "invalid")
            assert field in answer.json()["fields"]
        assert (await client.get("/api/team/0198b2f0-6f8c-7000-8000-0123456789ab")).status_code == 404
        assert (await client.get("/api/team/not-an-id")).status_code == 404


async def test_the_team_is_listed_in_pages(reception: Reception) -> None:
    for name in ("Ada", "Ben", "Cleo"):
        await reception.add(name)
    async with reception.signed_in("viewer", "Zoe") as client:
        first = (await client.get("/api/team?limit=3&sort=-name")).json()
        rest = (await client.get(f"/api/team?limit=3&sort=-name&cursor={first['next_cursor']}")).json()
        assert [one["name"] for one in first["items"] + rest["items"]] == ["Zoe", "Cleo", "Ben", "Ada"]
        assert rest["next_cursor"] is None
        wrong = await client.get(f"/api/team?sort=name&cursor={first['next_cursor']}")
        assert (wrong.status_code, wrong.json()["fields"].keys()) == (422, {"cursor"})
        for query in ("limit=0", "limit=201", "limit=x", "sort=shoe", "role=king", "cursor=" + "x" * 1001):
            answer = await client.get(f"/api/team?{query}")
            assert (query, answer.status_code, code_of(answer)) == (query, 422, "invalid")


async def test_another_workspace_s_team_is_not_there(reception: Reception, other_workspace: object) -> None:
    ben = await reception.add("Ben")
    elsewhere = Reception(reception.rooms, other_workspace)  # type: ignore[arg-type]
    async with elsewhere.signed_in("administrator") as client:
        assert (await client.get(f"/api/team/{ben.agent_id}")).status_code == 404
        assert (await client.patch(f"/api/team/{ben.agent_id}", json={"name": "X"})).status_code == 404
        assert [one["name"] for one in (await client.get("/api/team")).json()["items"]] == ["Administrator"]
