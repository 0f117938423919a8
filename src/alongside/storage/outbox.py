"""The outbox: what happened is written down in the transaction in which it happened, and told later."""

from alongside.kit.events import Fact, encode_fact, type_of
from alongside.storage.connection import Connection

CHANNEL = "alongside_outbox"


async def announce(connection: Connection, fact: Fact) -> None:
    """Put a fact into the outbox of the workspace that the transaction is in. It is told at least once, if and
    only if the transaction commits, to every subscriber of its type (jobs/relay.py)."""
    await connection.execute(
        "insert into outbox (type, payload) values ($1, $2)", type_of(fact), encode_fact(fact)
    )
