"""One leader among several servers, for what only one of them may do at a time.

A lease in a row of the database, renewed every two seconds and good for six. It ends by the database's clock, whatever
has become of its holder: killed, frozen, cut off. Who acts as the leader says so to the database in the same
transaction (`confirm`): one that was frozen and wakes up with its lease gone can do nothing any more. Why this and
not an advisory lock: docs/decisions/0013-one-leader.md
"""

from datetime import timedelta

from alongside.jobs.metrics import LEADING
from alongside.kit.errors import Conflict
from alongside.kit.ids import uuid7
from alongside.kit.logs import logger
from alongside.storage import Connection, Database

log = logger(__name__)
RENEW_SECONDS = 2.0
LEASE = timedelta(seconds=6)
# A leader that is frozen between `confirm` and its commit must not hold up the next one for longer.
_LONGEST_SILENCE = "set local idle_in_transaction_session_timeout = '3s'"
_FREE = """
    select not exists (
        select from lease where name = $1 and holder <> $2
            and until between clock_timestamp() and clock_timestamp() + 2 * $3::interval)
"""
_TAKE = """
    insert into lease as held (name, holder, until) values ($1, $2, clock_timestamp() + $3::interval)
    on conflict (name) do update set holder = excluded.holder, until = excluded.until,
        term = held.term + case when held.holder = excluded.holder then 0 else 1 end
    where held.holder = excluded.holder
        or held.until not between clock_timestamp() and clock_timestamp() + 2 * $3::interval
    returning term
"""
_CONFIRM = """
    select true from lease where name = $1 and holder = $2 and term = $3 and until > clock_timestamp() for share
"""


class Leading:
    """One server's claim to one task. `term` while it leads, as far as it knows: `confirm` knows for certain."""

    def __init__(self, database: Database, name: str, lease: timedelta = LEASE) -> None:
        self.term: int | None = None
        self._database = database
        self._name = name
        self._lease = lease
        self._holder = uuid7()

    async def renew(self) -> bool:
        """Take the lease if it is free, renew it if it is ours; gives whether it is ours now. To be called every
        `RENEW_SECONDS`. A lease that lasts impossibly long is free: the database's clock was set back."""
        earlier, self.term = self.term, None
        async with self._database.transaction(None) as connection:
            if await connection.fetchval(_FREE, self._name, self._holder, self._lease):
                self.term = await connection.fetchval(_TAKE, self._name, self._holder, self._lease)
        self._tell(earlier)
        return self.term is not None

    def _tell(self, earlier: int | None) -> None:
        LEADING.labels(self._name).set(self.term is not None)
        if self.term != earlier:
            log.info(
                "leading" if self.term else "no longer leading", task=self._name, term=self.term or earlier
            )

    async def confirm(self, connection: Connection) -> None:
        """To be called in each transaction of the leader's work: nobody else takes over before it has ended.

        Raises Conflict if somebody else leads, or nobody does."""
        await connection.execute(_LONGEST_SILENCE)
        if not await connection.fetchval(_CONFIRM, self._name, self._holder, self.term):
            self.term = None
            raise Conflict("not_leading", "Another server has taken this over.", "Nothing is to be done.")

    async def resign(self) -> None:
        """Leave it to others at once."""
        if self.term is not None:
            async with self._database.transaction(None) as connection:
                await connection.execute(
                    "update lease set until = '-infinity' where name = $1 and holder = $2",
                    self._name,
                    self._holder,
                )
            self.term = None
            self._tell(None)
