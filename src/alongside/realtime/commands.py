"""Commands: what can be done over the socket. Each is given by the room's thin file in `web`."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from alongside.kit.actors import ActorKind
from alongside.kit.errors import AlongsideError, Forbidden, Invalid
from alongside.realtime.frames import UNREADABLE, why_unreadable
from alongside.realtime.sessions import Session

Data = TypeVar("Data")
Run = Callable[[Session, Data], Awaitable[Any]]
Submit = Callable[[Session, Data, "Reply"], bool]
ANYBODY: tuple[ActorKind, ...] = ("person", "agent")
PERSONS: tuple[ActorKind, ...] = ("person",)
AGENTS: tuple[ActorKind, ...] = ("agent",)


class UnknownCommand(AlongsideError):
    """No command has this name."""

    default_code = "unknown_type"


class Reply(Protocol):
    """Where what came of a submitted command is said, once."""

    def done(self, result: Any) -> None:
        """It is done."""
        ...

    def failed(self, error: AlongsideError) -> None:
        """It is refused."""
        ...

    def run_instead(self) -> None:
        """The short way does not do for this one: run it, before anything else that comes from this client."""
        ...


class CommandKind(NamedTuple, Generic[Data]):
    """A command: the type of its data (a msgspec struct), who may try it, and what it does."""

    name: str
    data: type[Data]
    run: Run[Data]
    actors: Collection[ActorKind] = ANYBODY
    submit: Submit[Data] | None = None
    quota: str = "command"


class CommandRegistry:
    """The commands of an installation, put together once."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[CommandKind[Any], msgspec.json.Decoder[Any]]] = {}

    def add(
        self,
        name: str,
        data: type[Data],
        run: Run[Data],
        actors: Collection[ActorKind] = ANYBODY,
        submit: Submit[Data] | None = None,
        quota: str = "command",
    ) -> None:
        """Add a command. `run` gets the session and the decoded data; what it returns travels as `done.data`.
        It raises `kit.errors`, which travel as `error`. ValueError if the name is taken.

        `submit` is a shorter way for commands that come in masses: without a task of their own, and without
        waiting for the one before. It gives False if `run` has to do it, and may raise what `run` may.
        `quota`: of what it takes, see `quotas.Quota`."""
        if name in self._kinds:
            raise ValueError(f"There is a command {name!r} already.")
        self._kinds[name] = (CommandKind(name, data, run, actors, submit, quota), msgspec.json.Decoder(data))

    async def run(self, session: Session, name: str, data: msgspec.Raw) -> Any:
        """Do it and return what came of it. Raises UnknownCommand, Forbidden, Invalid and what `run` raises."""
        kind, decoder = self._find(name)
        _check_actor(session, kind)
        return await kind.run(session, _decode(decoder, data))

    def submit(self, session: Session, name: str, data: msgspec.Raw, reply: Reply) -> bool:
        """Begin it the short way, if it has one; gives whether it has. Raises what `run` raises."""
        kind, decoder = self._kinds.get(name, _NONE)
        if kind is None or kind.submit is None:
            return False
        _check_actor(session, kind)
        return kind.submit(session, _decode(decoder, data), reply)

    def quota_of(self, name: str) -> str:
        """Of what a command takes; that of an unknown one is like any other's."""
        kind, _ = self._kinds.get(name, _NONE)
        return kind.quota if kind else "command"

    def _find(self, name: str) -> tuple[CommandKind[Any], msgspec.json.Decoder[Any]]:
        try:
            return self._kinds[name]
        except KeyError:
            known = ", ".join(sorted(self._kinds))
            raise UnknownCommand(message="There is no such command.", hint=f"Known: {known}.") from None

    def __contains__(self, name: str) -> bool:
        return name in self._kinds

    def kinds(self) -> list[CommandKind[Any]]:
        """All commands, sorted by name."""
        return [kind for _, (kind, _) in sorted(self._kinds.items())]


_NONE: tuple[None, msgspec.json.Decoder[Any]] = (None, msgspec.json.Decoder())


def _check_actor(session: Session, kind: CommandKind[Any]) -> None:
    if session.actor.kind not in kind.actors:
        raise Forbidden(message=f"The command {kind.name!r} is not for you.")


def _decode(decoder: msgspec.json.Decoder[Data], data: msgspec.Raw) -> Data:
    try:
        return decoder.decode(data)
    except UNREADABLE as error:
        message, _, path = why_unreadable(error).partition(" - at `$")
        field = path.strip("`.") or "data"
        raise Invalid(
            message="The command's data cannot be used.", hint=message, fields={field: message}
        ) from None
