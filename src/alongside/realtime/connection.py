"""What the rest needs of a transport, so that one can be swapped for another."""

from typing import Protocol

from alongside.realtime.outbox import Outbox


class Connection(Protocol):
    """A WebSocket as a transport sees it. It takes frames from an `Outbox` as fast as its peer reads them.

    The transport calls `client.received(...)` for each message and `client.lost()` once at the end.
    """

    remote_address: str

    def attach(self, outbox: Outbox) -> None:
        """Where the frames to write come from."""
        ...

    def flush(self) -> None:
        """There is something in the outbox: write as much as the transport takes, the rest when it resumes.
        Called for each frame, so it must be quick; does not block."""
        ...

    def pause_reading(self) -> None:
        """Read nothing more from the peer for now."""
        ...

    def resume_reading(self) -> None:
        """Read again."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Write what is in the outbox, then close; cut the line if the peer does not read it in time."""
        ...
