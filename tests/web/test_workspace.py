"""The workspace's settings and secrets over HTTP."""

from typing import Any

import pytest

from tests.web.rooms import Reception, code_of


async def test_settings_are_changed_and_what_changed_is_audited(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        change = {
            "name": "Luma Energy",
            "allowed_origins": ["https://WWW.luma.example/", "https://*.luma.example"],
        }
        answer = await client.patch("/api/workspace", json=change)
        assert answer.json()["allowed_origins"] == ["https://www.luma.example", "https://*.luma.example"]
        await client.patch("/api/workspace", json=change)
        audited = (await client.get("/api/audit?action=workspace.")).json()["items"]
    assert [entry["detail"] for entry in audited] == [{"changed": ["name", "allowed_origins"]}]


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "}, {"name": "x" * 121}, {"locale": "english please"}, {"brand_colour": "red"},
        {"allowed_origins": ["luma.example"]}, {"allowed_origins": ["https://luma.example/path"]},
        {"allowed_origins": ["https://*"]}, {"allowed_origins": ["https://a.example; script-src *"]},
        {"allowed_origins": ["https://u:p@luma.example"]}, {"allowed_origins": ["javascript://x"]},
        {"allowed_origins": [f"https://{n}.example" for n in range(51)]}, {"concierge_name": "\x07"},
        {"greeting": {"english please": "Hi"}}, {"greeting": {"en": "x" * 1001}},
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_and_named(reception: Reception, change: dict[str, Any]) -> None:
    async with reception.signed_in("administrator") as client:
        answer = await client.patch("/api/workspace", json=change)
    assert (answer.status_code, code_of(answer)) == (422, "invalid")
    assert answer.json()["fields"].keys() == change.keys()


async def test_the_slug_cannot_be_changed(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        assert (await client.patch("/api/workspace", json={"slug": "lumen"})).status_code == 422


async def test_a_secret_is_shown_once_and_retired(reception: Reception) -> None:
    async with reception.signed_in("administrator") as client:
        made = (await client.post("/api/workspace/identity-secrets")).json()
        await client.post("/api/workspace/identity-secrets")
        third = await client.post("/api/workspace/identity-secrets")
        assert (third.status_code, code_of(third)) == (409, "two_secrets")
        listed = await client.get("/api/workspace/identity-secrets")
        assert made["secret"] not in listed.text
        path = f"/api/workspace/identity-secrets/{made['identity_secret_id']}"
        assert (await client.delete(path)).status_code == 204
        assert (await client.delete(path)).status_code == 404
        listed = await client.get("/api/workspace/identity-secrets")
        assert [bool(one["retired_at"]) for one in listed.json()["items"]] == [False, True]
    audited = [action for action in await reception.audited() if action.startswith("identity_secret")]
    assert audited == ["identity_secret.created", "identity_secret.created", "identity_secret.retired"]
