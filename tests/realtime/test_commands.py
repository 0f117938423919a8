"""Commands by name, with typed data, for those who may."""

from typing import Any

import msgspec
import pytest

from alongside.kit.errors import Forbidden, Invalid
from alongside.realtime.commands import AGENTS, CommandRegistry, UnknownCommand
from alongside.realtime.sessions import Session
from tests.realtime.world import agent, person


class Send(msgspec.Struct):
    text: str
    files: list[int] = []


async def send(session: Session, data: Send) -> Any:
    return {"who": session.name, "text": data.text}


@pytest.fixture
def registry() -> CommandRegistry:
    registry = CommandRegistry()
    registry.add("send", Send, send)
    registry.add("note", Send, send, actors=AGENTS)
    return registry


async def run(registry: CommandRegistry, name: str, data: bytes, session: Session | None = None) -> Any:
    return await registry.run(session or person(), name, msgspec.Raw(data))


async def test_a_command_gets_its_data_and_gives_its_result(registry: CommandRegistry) -> None:
    assert await run(registry, "send", b'{"text":"hi"}') == {"who": "Mara", "text": "hi"}


async def test_an_unknown_command_is_told_which_there_are(registry: CommandRegistry) -> None:
    with pytest.raises(UnknownCommand) as unknown:
        await run(registry, "dance", b"{}")
    assert (unknown.value.code, unknown.value.hint) == ("unknown_type", "Known: note, send.")


async def test_who_may_not_is_refused_before_the_data_is_looked_at(registry: CommandRegistry) -> None:
    with pytest.raises(Forbidden):
        await run(registry, "note", b"nonsense")
    assert await run(registry, "note", b'{"text":"psst"}', agent())


@pytest.mark.parametrize(
    ("data", "field"),
    [(b"{}", "data"), (b'{"text":7}', "text"), (b'{"text":"a","files":["x"]}', "files[0]"), (b"[", "data")],
)
async def test_data_that_does_not_fit_is_named(registry: CommandRegistry, data: bytes, field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        await run(registry, "send", data)
    assert list(invalid.value.fields) == [field]
    assert invalid.value.hint


def test_a_name_is_given_once(registry: CommandRegistry) -> None:
    with pytest.raises(ValueError, match="send"):
        registry.add("send", Send, send)
    assert [kind.name for kind in registry.kinds()] == ["note", "send"]
