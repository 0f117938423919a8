"""Where the concierge stands: whose it is, what it may offer, and what else is known for the handoff."""

import msgspec

from alongside.automation.concierge.model import Option
from alongside.conversations.model import Page


class Stage(msgspec.Struct, frozen=True):
    """One workspace's concierge in front of one customer.

    `greetings` are the workspace's own words by language; `team_language` is what its agents read."""

    concierge: str
    greetings: dict[str, str] = {}
    topics: tuple[Option, ...] = ()
    team_language: str = "en"
    pages: tuple[Page, ...] = ()
