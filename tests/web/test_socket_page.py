"""The protocol's pages say what the program does."""

import re

import pytest

from alongside.realtime.codes import CODES
from alongside.realtime.frames import CLIENT_FRAMES, SERVER_FRAMES, type_of
from alongside.realtime.limits import Limits
from alongside.web.limits import RATES
from alongside.web.socket_admission import ConnectionLimits
from alongside.web.socket_page import TOPIC_EVENTS, TOPIC_STATES, asyncapi, command_kinds, written
from tests.house.checkout import ROOT

PAGE = (ROOT / "docs/protocol/README.md").read_text("utf-8")
SENT, RECEIVED = [type_of(kind) for kind in CLIENT_FRAMES], [type_of(kind) for kind in SERVER_FRAMES]
FRAMES = [*SENT, *RECEIVED]


def section(title: str) -> str:
    """What stands under a heading, up to the next of its kind."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"There is no section {title!r}."
    return found.group(1)


def rows(text: str) -> dict[str, list[str]]:
    """The rows of a section's tables by what their first cell names."""
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()
        if line[:1] == "|"
    ]
    return {name: row for row in cells for name in re.findall(r"`([^`]+)`", row[0])}


@pytest.mark.parametrize("frame", FRAMES)
def test_every_frame_has_its_paragraph_and_an_example(frame: str) -> None:
    where = "What you send" if frame in SENT else "What you receive"
    paragraph = re.search(rf"^### `{frame}`\n(.*?)(?=^### |\Z)", section(where), re.MULTILINE | re.DOTALL)
    assert paragraph
    assert f'"type": "{frame}"' in paragraph.group(1)


@pytest.mark.parametrize("frame", [*CLIENT_FRAMES, *SERVER_FRAMES])
def test_every_field_of_a_frame_is_named(frame: type) -> None:
    fields = frame.__struct_fields__  # type: ignore[attr-defined]  # all frames are structs
    assert [field for field in fields if f'"{field}"' not in PAGE and f"`{field}`" not in PAGE] == []


def test_the_page_names_no_frame_that_does_not_exist() -> None:
    named = re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE)
    assert named == FRAMES


def test_every_command_stands_in_the_table_with_who_may_and_its_data() -> None:
    table = rows(section("Commands"))
    commands = {kind.name: kind for kind in command_kinds()}
    assert set(commands) == set(table) - {"seq"}
    for name, kind in commands.items():
        assert table[name][1] == ("both" if len(kind.actors) == 2 else next(iter(kind.actors)))
        fields = set(re.findall(r"\b([a-z_]+)\b", table[name][2]))
        assert set(kind.data.__struct_fields__) <= fields, name


def test_every_code_stands_in_the_table_as_the_program_has_it() -> None:
    table = rows(section("Codes"))
    assert {code: row[1:] for code, row in table.items() if code in CODES} == {
        code: [str(known.close or "–"), known.meaning, known.advice] for code, known in CODES.items()
    }


def test_every_topic_and_event_stands_in_the_tables() -> None:
    table = rows(section("Topics"))
    assert set(TOPIC_EVENTS) == set(TOPIC_STATES)
    for topic, events in TOPIC_EVENTS.items():
        row = table["conversation:<uuid>" if topic == "conversation" else topic]
        assert set(re.findall(r"`(\w+)`", row[3])) == set(events)
        assert set(events) <= set(table)


def test_the_limits_are_those_of_the_program() -> None:
    limits, connections = Limits(), ConnectionLimits()

    def at(name: str) -> str:
        return f"{RATES[name].per_second} a second, {RATES[name].burst:,} at once"

    text = section("Limits")
    for row in (
        f"| a frame | {limits.frame_bytes:,} bytes",
        f"| commands | {limits.commands_per_second:g} a second, {limits.command_burst} at once |",
        f"| all frames | {limits.frames_per_second:g} a second, {limits.frame_burst} at once |",
        f"| subscriptions of a connection | {limits.subscriptions} |",
        f"| frames that had to be refused | {limits.strikes} at once, 1 a second |",
        f"over all its connections | {at('command_session')} |",
        f"| conversations that a device starts | one in 20 seconds, {RATES['start_session'].burst} at once |",
        f"| subscriptions that a session asks for | {at('subscribe_session')} |",
        f"| connections of one session | {limits.sockets_per_session} |",
        f"| connections of one person | {limits.sockets_per_person} |",
        f"| connections that one address opens | {at('handshake_address')} |",
        f"| connections of one address | {connections.per_address:,} ",
        f"| unread data | {limits.outbox_bytes // 2**20} MiB |",
        f"| requests waiting for an answer | {limits.waiting_requests} |",
    ):
        assert row in text
    assert f"Up to {limits.early_returns} frames" in text
    assert f"nothing for {limits.silence_seconds:g} seconds" in section("Heartbeat")
    assert f"within {limits.hello_seconds:g} seconds" in section("Connecting")


def test_the_asyncapi_document_is_fresh() -> None:
    assert (ROOT / "docs/protocol/asyncapi.json").read_bytes() == written(), (
        "Write it anew: python -m alongside.web.socket_page"
    )


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    references = set(re.findall(r'"\$ref":\s*"#/([^"]+)"', written().decode()))
    assert references
    for reference in references:
        found = document
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_the_document_has_every_frame_in_its_direction() -> None:
    operations = asyncapi()["operations"]
    for action, names in {"receive": SENT, "send": RECEIVED}.items():
        links = operations[f"{action}Frames"]["messages"]
        assert [link["$ref"].rsplit("/", 1)[1] for link in links] == names
