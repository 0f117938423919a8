"""What is logged while people come and go: nothing that tells who they are or opens a door."""

import logging

import pytest
from structlog.testing import capture_logs

from alongside.people import identity_secrets
from alongside.storage import Connection
from tests.people.site import signed
from tests.web.rooms import NOON, Reception

TYPED = "three-lamps-and-a-kettle"


async def test_signing_in_and_saying_who_one_is_leave_no_personal_data_in_the_log(
    reception: Reception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    async with reception.rooms.database.transaction(reception.workspace) as connection:
        made = await identity_secrets.make(connection, reception.workspace, reception.rooms.secrets, NOON)
    claims = {"sub": "customer-4711", "email": "mara@example.com", "name": "Mara Voss"}
    good, bad = signed(NOON, made.secret, **claims), signed(NOON, "x" * 43, **claims)
    with capture_logs() as lines:
        async with reception.asking(address="203.0.113.99", User_Agent="Mara's phone") as client:
            device = (await client.post("/api/widget/devices", json={"workspace": "luma"})).json()
            client.headers["Authorization"] = f"Bearer {device['token']}"
            for jwt in (bad, good, good):
                await client.post("/api/widget/identify", json={"jwt": jwt})
            await client.post("/api/session", json={"email": "mara@example.com", "password": TYPED})
            await client.post("/api/session", json={"email": 1, "password": TYPED})
            await client.get("/api/people?q=mara%40example.com")
            monkeypatch.setattr(Connection, "fetchrow", _broken)
            assert (await client.get("/api/widget/devices/current")).status_code == 500
    ours = [record for record in caplog.records if record.name != "httpx"]  # that is the test's own client
    said = f"{lines} {[record.getMessage() for record in ours]}"
    assert [line["event"] for line in lines] == ["request_failed"]
    for secret in ("mara", "Mara", "4711", TYPED, device["token"], made.secret, good, "203.0.113.99"):
        assert secret.lower() not in said.lower(), secret


async def _broken(*_args: object) -> None:
    raise RuntimeError("the value 'mara@example.com' is out of range")
