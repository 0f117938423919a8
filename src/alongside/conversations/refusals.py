"""Why an entry was not written, as errors."""

from alongside.conversations.appending import Outcome
from alongside.kit.errors import AlongsideError, Conflict, NotFound, Unavailable


class Declined(Conflict):
    """Not by a plain append: something has to happen to the conversation first. `outcome` says what."""

    def __init__(self, outcome: Outcome, code: str, message: str, hint: str) -> None:
        super().__init__(code, message, hint)
        self.outcome = outcome


def refusal(outcome: Outcome) -> AlongsideError:
    """The error for an outcome of `append_entries` that stored nothing."""
    if outcome in ("missing", "forbidden"):
        return no_conversation()
    if outcome in _DECLINED:
        return Declined(outcome, *_DECLINED[outcome])
    if outcome == "conflict":
        return Conflict(message="Another entry has this id already.", hint="Make a new id for what is new.")
    return Unavailable(message="The same entry is being written by another request.", hint="Try again.")


_DECLINED: dict[Outcome, tuple[str, str, str]] = {
    "closed": ("closed", "The conversation is closed.", "Reopen it first."),
    "not_joined": ("conflict", "You don't take part in this conversation.", "Join it first."),
    "not_holding": ("already_taken", "Somebody has taken over from the concierge.", "Stay silent."),
}


def no_conversation() -> NotFound:
    """There is none, or none that the asker may know of."""
    return NotFound(message="There is no such conversation.")


def already_taken(name: str | None) -> Conflict:
    """Somebody else was faster; `fields` says who."""
    who = name or "somebody else"
    return Conflict(
        "already_taken", f"{who} has taken this conversation.", "Choose another.", {"assignee": who}
    )
