"""What people at the desk ask for over HTTP: opening a thread, their lists, searching. One at a time, timed."""

import http.client
import statistics
import time
from collections.abc import Sequence

from bench.seeding import Customer
from bench.stand import Server

# What is asked for, and how often in one go; a search may take long where there is much to look through.
LISTS = {
    "list, newest first": ("/api/conversations?view=all&limit=50", 40),
    "list, open and unassigned": ("/api/conversations?view=unassigned&status=open&limit=50", 40),
    "list, longest waiting first": ("/api/conversations?view=all&status=open&sort=waiting&limit=50", 20),
    "list, closed ones": ("/api/conversations?view=all&status=closed&limit=50", 40),
    "list of people": ("/api/people?limit=50", 5),
    "search, a word of many": ("/api/conversations?view=all&q=refund&limit=50", 20),
    "search, the address of one": ("/api/conversations?view=all&q=customer77%40example.com&limit=50", 5),
    "search, what nobody has": ("/api/conversations?view=all&q=xyzzy&limit=50", 5),
}


class Desk:
    """An agent's browser, as far as it asks."""

    def __init__(self, server: Server, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers = {"Cookie": f"alongside_session={cookie}"}

    def lists(self) -> dict[str, float]:
        """Milliseconds for each of `LISTS`, the median."""
        return {f"{name}, ms": self._median([path] * times) for name, (path, times) in LISTS.items()}

    def threads(self, customers: Sequence[Customer]) -> dict[str, float]:
        """Milliseconds to open a thread, the median over these customers' conversations."""
        ones = [f"/api/conversations/{each.conversation_id}" for each in customers]
        return {
            "open a conversation, ms": self._median(ones),
            "its newest 50 entries, ms": self._median([f"{one}/entries?limit=50" for one in ones]),
        }

    def _median(self, paths: Sequence[str]) -> float:
        self._ask(paths[0])
        return statistics.median(self._ask(path) for path in paths)

    def _ask(self, path: str) -> float:
        begin = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:400]!r}")
        return 1e3 * (time.perf_counter() - begin)

    def close(self) -> None:
        """Leave."""
        self._connection.close()
