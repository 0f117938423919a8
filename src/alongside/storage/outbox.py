"""The outbox: what happened is written down in the transaction in which it happened, and told later."""

from collections.abc import Callable

from alongside.kit.events import Fact, encode_fact, type_of
from alongside.storage.connection import Connection

Ring = Callable[[], None]


class Bell:
    """Rung after each commit of this process that put something into the outbox.

    Not a NOTIFY: that would let no two commits of a whole database become durable together. What other processes
    put there, or one that died before it rang, is found by looking now and then."""

    def __init__(self) -> None:
        self._heard: list[Ring] = []

    def hear(self, heard: Ring) -> None:
        """Be called at each ring."""
        self._heard.append(heard)

    def forget(self, heard: Ring) -> None:
        """Not any more."""
        self._heard.remove(heard)

    def ring(self) -> None:
        """There is something."""
        for heard in self._heard:
            heard()


async def announce(connection: Connection, fact: Fact) -> None:
    """Put a fact into the outbox of the workspace that the transaction is in. It is told at least once, if and
    only if the transaction commits, to every subscriber of its type (jobs/relay.py)."""
    await connection.execute(
        "insert into outbox (type, payload) values ($1, $2)", type_of(fact), encode_fact(fact)
    )
    connection.ring_after_commit()
