"""The stable codes of errors, goodbyes and revocations, and the number with which the socket is then closed."""

from typing import NamedTuple


class Code(NamedTuple):
    """What a code means and what a client should do. `close`: the WebSocket close number if we end with it."""

    meaning: str
    advice: str
    close: int | None = None


CODES: dict[str, Code] = {
    "malformed": Code("The frame is no JSON object of the shape its type needs.", "Mend the client.", 4400),
    "unknown_type": Code("No frame has this `type`, or no command has this `name`.", "Mend the client."),
    "too_large": Code("The frame is larger than `limits.frame_bytes`.", "Send less; files go over HTTP."),
    "unsupported_protocol": Code("The server does not speak this protocol.", "Update the client.", 4406),
    "hello_expected": Code("The first frame must be `hello`, within ten seconds.", "Say hello.", 4408),
    "unauthenticated": Code("Nobody we know: a token or session that is wrong, expired or ended.",
                            "Sign in again, or get a new device token; then connect.", 4401),
    "forbidden": Code("We know you, and you may not.", "Don't repeat it.", 4403),
    "not_found": Code("There is no such thing, or not for you.", "Don't repeat it."),
    "invalid": Code("The data does not do; `fields` says what and why.", "Change what `fields` names."),
    "conflict": Code("Somebody was first, or the state no longer allows it.", "Look at the state again."),
    "already_taken": Code("Another agent has accepted the conversation.", "Show who has it."),
    "closed": Code("The conversation is closed for this.", "Reopen it first."),
    "gone": Code("It was there and will not come back.", "Forget it."),
    "too_many": Code("Too often, or too much at once.", "Wait `retry_after` seconds, then repeat.", 4429),
    "too_slow": Code("You read more slowly than the server writes.", "Connect again and resume.", 4410),
    "silent": Code("Nothing was heard from you for too long.", "Connect again and resume.", 4411),
    "changed": Code("Who you are has changed (signed in, signed out, joined).", "Connect again.", 4412),
    "unavailable": Code("Not possible now.", "Repeat after `retry_after` seconds.", 4503),
    "restarting": Code("The server stops or restarts.", "Connect again and resume.", 1012),
    "internal": Code("Our mistake; it is logged.", "Repeat once with the same ids, then tell a human.", 1011),
}  # fmt: skip


def close_code(code: str) -> int:
    """The WebSocket close number that goes with a code; 4400 for codes that have none of their own."""
    known = CODES.get(code)
    return known.close if known and known.close else 4400
