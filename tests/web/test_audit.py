"""The audit over HTTP."""

from datetime import timedelta

from tests.web.rooms import NOON, Reception, code_of


async def test_what_was_done_is_found_by_what_by_whom_and_when(reception: Reception) -> None:
    ada = await reception.add("Ada", "administrator")
    async with reception.using(await reception.session(ada)) as client:
        await client.patch("/api/workspace", json={"name": "Lumen"})
        reception.clock.advance(timedelta(hours=1))
        await client.post("/api/workspace/identity-secrets")
        for query, expected in (
            ("", ["identity_secret.created", "workspace.changed", "agent.added"]),
            ("sort=at&limit=1", ["agent.added"]),
            ("action=workspace.", ["workspace.changed"]),
            (f"actor_id={ada.agent_id}", ["identity_secret.created", "workspace.changed"]),
            (
                f"since={(NOON + timedelta(minutes=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}",
                ["identity_secret.created"],
            ),
        ):
            items = (await client.get(f"/api/audit?{query}")).json()["items"]
            assert [entry["action"] for entry in items] == expected


async def test_signing_in_and_failing_to_is_on_record_without_what_was_typed(reception: Reception) -> None:
    async with reception.asking() as client:
        await client.post("/api/session", json={"email": "eve@evil.example", "password": "let-me-in-please"})
    async with reception.signed_in("administrator") as client:
        answer = await client.get("/api/audit?action=session.sign_in_failed")
    assert len(answer.json()["items"]) == 1
    assert "eve" not in answer.text
    assert "let-me-in" not in answer.text


async def test_only_administrators_read_it(reception: Reception) -> None:
    async with reception.signed_in("supervisor") as client:
        assert code_of(await client.get("/api/audit")) == "forbidden"
