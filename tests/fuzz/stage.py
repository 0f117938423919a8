"""A real server with people and things in it, for those who try everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

import httpx

from alongside.team.model import Role
from tests.faults.inviting import command, connect_as
from tests.faults.node import Node

PASSWORD = "measure-what-you-claim"
Somebody = Literal["nobody", "visitor", "agent", "administrator"]


@dataclass
class Stage:
    """The server, who may ask it, and the ids of what is there."""

    node: Node
    tokens: dict[Somebody, str] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the server answers."""
        return self.node.url

    def credentials(self, who: Somebody) -> dict[str, str]:
        """The headers by which somebody is known."""
        if who == "nobody":
            return {}
        if who == "visitor":
            return {"Authorization": f"Bearer {self.tokens[who]}"}
        return {"Cookie": f"alongside_session={self.tokens[who]}", "Origin": self.url}

    def asking(self, who: Somebody) -> httpx.AsyncClient:
        """A client of theirs."""
        return httpx.AsyncClient(base_url=self.url, headers=self.credentials(who), timeout=60)

    async def set_up(self) -> None:
        """Found the workspace; let an agent and a visitor come, and begin a conversation with a file in it."""
        await self._found()
        await self.renew("administrator")
        async with self.asking("administrator") as administrator:
            await _post(administrator, "/api/team", email=_email("agent"), name="Ines", role="agent",
                        password=PASSWORD)  # fmt: skip
        await self.renew("agent")
        await self._visit()
        await self._look_around()

    async def _found(self) -> None:
        async with self.asking("nobody") as client:
            await _post(client, "/api/setup", workspace_name="Luma", workspace_slug="luma", code=self.node.code,
                        name="Nora", email=_email("administrator"), password=PASSWORD)  # fmt: skip

    async def renew(self, role: Role) -> None:
        """A new session for one of the two agents."""
        async with self.asking("nobody") as client:
            answer = await client.post("/api/session", json={"email": _email(role), "password": PASSWORD})
            self.tokens[role] = answer.raise_for_status().cookies["alongside_session"]  # type: ignore[index]

    async def _visit(self) -> None:
        async with self.asking("nobody") as client:
            self.tokens["visitor"] = str(
                (await _post(client, "/api/widget/devices", workspace="luma"))["token"]
            )
        conversation_id = str(uuid4())
        async with connect_as(self.url, self.tokens["visitor"]) as socket:
            await command(socket, "start", conversation_id=conversation_id, text="Why is my bill so high?")
        async with self.asking("visitor") as client:
            file = await client.post("/api/files", content=b"a picture", headers={"X-File-Name": "a.txt"})
        self.ids |= {
            "conversation_id": [conversation_id],
            "file_id": [file.json().get("file_id", conversation_id)],
        }

    async def _look_around(self) -> None:
        async with self.asking("administrator") as client:
            people = (await client.get("/api/people")).json()["items"]
            team = (await client.get("/api/team")).json()["items"]
        self.ids["person_id"] = [each["person_id"] for each in people]
        self.ids["agent_id"] = [each["agent_id"] for each in team]


def _email(role: Role) -> str:
    return f"{role}@luma.example"


async def _post(client: httpx.AsyncClient, path: str, **body: str) -> dict[str, object]:
    answer = await client.post(path, json=body)
    found: dict[str, object] = answer.raise_for_status().json()
    return found


@asynccontextmanager
async def on_stage(folder: Path, **environment: str) -> AsyncIterator[Stage]:
    """A server over this folder with everything set up; `environment`: its settings."""
    stage = Stage(Node(folder, environment))
    await stage.node.start()
    try:
        await stage.set_up()
        yield stage
    finally:
        await stage.node.stop()
