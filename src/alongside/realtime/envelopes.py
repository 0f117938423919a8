"""Opening what another node sent, which may be of an older or a newer version than this one.

What is unknown is passed over, message by message: a type that is not known here, a field that a struct does not
have, more members in an array than are read. A message that lacks what this version needs is passed over too.
"""

from collections.abc import Iterable, Iterator

import msgspec

from alongside.kit.logs import logger
from alongside.realtime.bus import AnyMessage, Envelope
from alongside.realtime.metrics import BUS_HEARD, BUS_LOST

log = logger(__name__)


class _Sealed(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """An envelope with its messages still closed."""

    sender: str
    messages: list[msgspec.Raw]
    number: int | None = None


_envelope = msgspec.json.Decoder(Envelope)
_sealed = msgspec.json.Decoder(_Sealed)
_message: msgspec.json.Decoder[AnyMessage] = msgspec.json.Decoder(AnyMessage)


def opened(payload: str | bytes) -> Envelope | None:
    """The envelope with the messages that this version understands; None for what is no envelope at all."""
    try:
        return _envelope.decode(payload)
    except msgspec.ValidationError:
        return _open_one_by_one(payload)
    except (msgspec.DecodeError, UnicodeError) as error:
        _malformed(error)
        return None


def _open_one_by_one(payload: str | bytes) -> Envelope | None:
    try:
        sealed = _sealed.decode(payload)
    except msgspec.ValidationError as error:
        _malformed(error)
        return None
    return Envelope(sealed.sender, list(_known(sealed.messages)), sealed.number)


def _known(messages: list[msgspec.Raw]) -> Iterator[AnyMessage]:
    for message in messages:
        try:
            yield _message.decode(message)
        except msgspec.ValidationError:
            BUS_HEARD.labels("unknown").inc()


def _malformed(error: Exception) -> None:
    BUS_LOST.labels("malformed").inc()
    log.error("bus_message_malformed", why=str(error))


def groups(parts: Iterable[bytes], room: int) -> Iterator[list[bytes]]:
    """Encoded messages, as many together as have room (in bytes, with a comma between two); none may be longer."""
    group: list[bytes] = []
    size = 0
    for part in parts:
        if group and size + len(part) + 1 > room:
            yield group
            group, size = [], 0
        group.append(part)
        size += len(part) + 1
    if group:
        yield group


def name_of(message: AnyMessage) -> str:
    """Its type as the metrics call it."""
    return str(type(message).__struct_config__.tag)
