"""The server's HTTP side, as far as a replay needs it: devices, sign-in, the desk's list and transcripts."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import httpx
import msgspec

from alongside.app.replay.failures import Refused, pause_after
from alongside.app.replay.script import CLIENT
from alongside.app.replay.transcript import Line
from alongside.app.replay.waits import Reason, Waits
from alongside.kit.errors import NotFound, Unavailable

COOKIE = "alongside_session"
_PAGE = 200
_PASSING = frozenset({429, 500, 502, 503, 504})


class _Listed(msgspec.Struct):
    conversation_id: UUID


class _List(msgspec.Struct):
    items: list[_Listed]
    next_cursor: str | None


class _Entries(msgspec.Struct):
    entries: list[Line]
    upto: int
    more: bool


class Door:
    """One server and one workspace. What fails in passing is tried again, for up to `patience` seconds."""

    def __init__(self, url: str, workspace: str, waits: Waits, patience: float) -> None:
        self.url = url.rstrip("/")
        self._workspace = workspace
        self._waits = waits
        self._patience = patience
        self._one_by_one = asyncio.Lock()
        headers = {"origin": self.url, "user-agent": CLIENT}
        self._client = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def look(self) -> None:
        """Whether anybody is there. Raises Unavailable if not, NotFound if the workspace is not."""
        try:
            answer = await self._client.get("/api/widget/config", params={"workspace": self._workspace})
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unavailable(
                message=f"Nothing answers at {self.url}.", hint="Start the server, or say where with --url."
            ) from error
        if answer.status_code in (404, 422):
            raise NotFound(
                message=f"There is no workspace {self._workspace!r} at {self.url}.",
                hint="Name one with --workspace.",
            )

    async def register(self) -> str:
        """A new device; gives its token. One after the other, so that only one at a time is told to wait."""
        async with self._one_by_one:
            body = {"workspace": self._workspace}
            answer = await self._ask("POST", "/api/widget/devices", "devices", json=body)
        return str(answer.json()["token"])

    async def sign_in(self, email: str, password: str) -> str:
        """Sign an agent in; gives the session's token. Raises Refused if they may not."""
        body = {"email": email, "password": password, "workspace": self._workspace}
        answer = await self._ask("POST", "/api/session", "sign_in", json=body)
        token = answer.cookies[COOKIE]
        self._client.cookies.clear()
        return str(token)

    async def sign_out(self, token: str) -> None:
        """End an agent's session, if the server is there: it ends by itself too."""
        with suppress(httpx.TransportError):
            await self._client.delete("/api/session", headers=_as_agent(token))

    async def conversations(self, token: str, **wanted: str) -> AsyncGenerator[UUID, None]:
        """The ids of the desk's list, in its order."""
        cursor: dict[str, str] = {}
        while True:
            params = {**wanted, **cursor, "limit": str(_PAGE)}
            answer = await self._ask("GET", "/api/conversations", headers=_as_agent(token), params=params)
            page = msgspec.json.decode(answer.content, type=_List)
            for item in page.items:
                yield item.conversation_id
            if page.next_cursor is None:
                return
            cursor = {"cursor": page.next_cursor}

    async def transcript(self, token: str, conversation_id: UUID) -> list[Line]:
        """A conversation from its beginning, as the desk gets it. Raises Refused `not_found`."""
        lines: list[Line] = []
        page = _Entries([], 0, True)
        while page.more:
            params = {"after": str(page.upto), "limit": str(_PAGE)}
            path = f"/api/conversations/{conversation_id}/entries"
            answer = await self._ask("GET", path, headers=_as_agent(token), params=params)
            page = msgspec.json.decode(answer.content, type=_Entries)
            lines += page.entries
        return lines

    async def _ask(self, method: str, path: str, reason: Reason = "requests", **more: Any) -> httpx.Response:
        try:
            async with asyncio.timeout(self._patience):
                return await self._answered(method, path, reason, **more)
        except TimeoutError:
            raise Refused("unavailable", f"{path} was not answered in {self._patience:g} seconds") from None

    async def _answered(self, method: str, path: str, reason: Reason, **more: Any) -> httpx.Response:
        tries = 0
        while True:
            try:
                answer = await self._client.request(method, path, **more)
            except httpx.TransportError:
                await asyncio.sleep(pause_after(tries))
            else:
                if answer.status_code not in _PASSING:
                    return _accepted(answer)
                await self._wait(answer, reason, tries)
            tries += 1

    async def _wait(self, answer: httpx.Response, reason: Reason, tries: int) -> None:
        told = _problem(answer).get("retry_after") or answer.headers.get("retry-after")
        if told is None:
            await asyncio.sleep(pause_after(tries))
        else:
            await self._waits.wait(reason, float(told))


def _as_agent(token: str) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={token}"}


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        problem = _problem(answer)
        words = f"{problem.get('detail', answer.reason_phrase)} {problem.get('hint', '')}"
        raise Refused(str(problem.get("code", answer.status_code)), words.strip())
    return answer


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    problem = msgspec.json.decode(answer.content)
    return problem if isinstance(problem, dict) else {}
