"""docs/protocol/asyncapi.json, written from the frames and commands: `python -m alongside.web.socket_page`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast, get_type_hints

import msgspec

from alongside.conversations.model import Summary
from alongside.realtime.codes import CODES
from alongside.realtime.commands import CommandKind
from alongside.realtime.frames import (
    CLIENT_FRAMES,
    SERVER_FRAMES,
    SUBPROTOCOL,
    ClientFrame,
    ServerFrame,
    type_of,
)
from alongside.web.rooms import Rooms
from alongside.web.socket_commands import SocketCommands
from alongside.web.socket_digest import TeamLine
from alongside.web.socket_topics import ConversationState, DeskState

PATH = Path("docs/protocol/asyncapi.json")
TOPIC_STATES: dict[str, Any] = {
    "conversation": ConversationState,
    "desk": DeskState,
    "mine": list[Summary],
    "team": list[TeamLine],
}
TOPIC_EVENTS: dict[str, list[str]] = {
    "conversation": ["page", "presence", "read", "summary", "typing"],
    "desk": ["counts", "summary"],
    "mine": ["summary"],
    "team": ["agent"],
}

_REFERENCE = "#/components/schemas/{name}"
_Frame = type[ClientFrame] | type[ServerFrame]


def command_kinds() -> list[CommandKind[Any]]:
    """Every command of the socket; they need no rooms as long as nobody runs them."""
    return SocketCommands(cast("Rooms", None)).registry().kinds()


def asyncapi() -> dict[str, Any]:
    """The protocol as an AsyncAPI 3.0 document. What AsyncAPI has no words for stands under `x-`."""
    commands = command_kinds()
    named = [*CLIENT_FRAMES, *SERVER_FRAMES, *(kind.data for kind in commands)]
    results = [_result(kind) for kind in commands]
    schemas, components = msgspec.json.schema_components(
        [*named, *results, *TOPIC_STATES.values()], ref_template=_REFERENCE
    )
    found = list(schemas)
    data, given, states = found[len(_frames()) : len(named)], found[len(named) :], found[-len(TOPIC_STATES) :]
    return {
        **_head(),
        "components": {
            "messages": {
                type_of(each): _message(each, schema) for each, schema in zip(_frames(), found, strict=False)
            },
            "schemas": components,
        },
        "x-commands": {
            kind.name: {"actors": sorted(kind.actors), "data": takes, "result": gives}
            for kind, takes, gives in zip(commands, data, given, strict=False)
        },
        "x-topics": {
            name: {"state": state, "events": TOPIC_EVENTS[name]}
            for name, state in zip(TOPIC_STATES, states, strict=True)
        },
        "x-codes": {code: known._asdict() for code, known in CODES.items()},
    }


def _frames() -> list[_Frame]:
    return [*CLIENT_FRAMES, *SERVER_FRAMES]


def _result(kind: CommandKind[Any]) -> Any:
    return get_type_hints(kind.run).get("return", Any)


def _message(frame: _Frame, schema: dict[str, Any]) -> dict[str, Any]:
    words = " ".join((frame.__doc__ or "").split())
    return {"name": type_of(frame), "summary": words, "contentType": "application/json", "payload": schema}


def _head() -> dict[str, Any]:
    operations: dict[str, Sequence[_Frame]] = {"receive": CLIENT_FRAMES, "send": SERVER_FRAMES}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Alongside's socket",
            "version": "1",
            "description": "README.md beside this file says in words how it is used.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/socket",
                "description": f"A WebSocket with the subprotocol {SUBPROTOCOL}; every frame is one text message.",
                "messages": {type_of(each): _link("components/messages", each) for each in _frames()},
            }
        },
        "operations": {
            f"{action}Frames": {
                "action": action,
                "channel": {"$ref": "#/channels/socket"},
                "messages": [_link("channels/socket/messages", each) for each in kinds],
            }
            for action, kinds in operations.items()
        },
    }


def _link(where: str, frame: _Frame) -> dict[str, str]:
    return {"$ref": f"#/{where}/{type_of(frame)}"}


def written() -> bytes:
    """The document as it stands in the file."""
    return msgspec.json.format(msgspec.json.encode(asyncapi()), indent=2) + b"\n"


def main() -> None:
    """Write the document into the present folder's docs/."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_bytes(written())


if __name__ == "__main__":
    main()
