"""What is to be played."""

from collections.abc import Sequence

import msgspec

CLIENT = "alongside-replay"


class SignIn(msgspec.Struct, frozen=True):
    """An agent's credentials."""

    email: str
    password: str


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A replay. `rate`: conversations a second, 0 for as fast as they go; `concurrency`: visitors at once.

    `agents`: so many answer in the desk, all with `sign_in`; with it and none, somebody only looks on there.
    `patience`: seconds until something is given up that the server does not answer; `answer_patience`: seconds
    that a visitor stays for the answer of concierge or agent."""

    url: str
    workspace: str
    questions: Sequence[str]
    rate: float = 10.0
    concurrency: int = 100
    ask_human: bool = False
    agents: int = 0
    sign_in: SignIn | None = None
    patience: float = 120.0
    answer_patience: float = 30.0
