"""What can go wrong, in words that say what to do. Rooms raise these; only the edge knows HTTP.

    AlongsideError(code, message, hint, fields)
    ├── Unauthenticated   nobody, or nobody we know, is asking
    ├── Forbidden         we know who asks, and they may not
    ├── NotFound          there is no such thing (or not for the one who asks)
    ├── Gone              there was, and it will not come back
    ├── Invalid           what was sent cannot be understood or accepted as it is
    │   └── TooLarge      … because it is too much of it
    ├── Conflict          somebody was first, or the state does not allow it any more
    ├── TooMany           too often; `retry_after` seconds
    └── Unavailable       we cannot now; trying again later is right
        └── Misconfigured     … until somebody changes the installation

`code` is stable and for programs, `message` says what happened, `hint` says what to do, `fields` names what
is wrong with which field. None of them carries personal data or a secret.
"""

from collections.abc import Mapping


class AlongsideError(Exception):
    """The root. Raise one of its children."""

    default_code = "internal"

    def __init__(
        self,
        code: str | None = None,
        message: str = "",
        hint: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.code = code or self.default_code
        self.message = message or self.code.replace("_", " ").capitalize() + "."
        self.hint = hint
        self.fields = dict(fields or {})
        super().__init__(self.code, self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Unauthenticated(AlongsideError):
    """Nobody, or nobody we know, is asking."""

    default_code = "unauthenticated"


class Forbidden(AlongsideError):
    """We know who asks, and they may not."""

    default_code = "forbidden"


class NotFound(AlongsideError):
    """There is no such thing, or none that the asker may know of."""

    default_code = "not_found"


class Gone(AlongsideError):
    """It was there and will not come back."""

    default_code = "gone"


class Invalid(AlongsideError):
    """What was sent cannot be accepted as it is; `fields` says which part of it and why."""

    default_code = "invalid"


class TooLarge(Invalid):
    """More was sent than is taken; the hint names the limit."""

    default_code = "too_large"


class Conflict(AlongsideError):
    """Somebody was first, or the state does not allow it any more. `constraint` if the database said so."""

    default_code = "conflict"

    def __init__(
        self,
        code: str | None = None,
        message: str = "",
        hint: str = "",
        fields: Mapping[str, str] | None = None,
        *,
        constraint: str = "",
    ) -> None:
        super().__init__(code, message, hint, fields)
        self.constraint = constraint


class TooMany(AlongsideError):
    """Too often; worth another try after `retry_after` seconds."""

    default_code = "too_many"

    def __init__(
        self,
        code: str | None = None,
        message: str = "",
        hint: str = "",
        fields: Mapping[str, str] | None = None,
        *,
        retry_after: float = 1.0,
    ) -> None:
        super().__init__(code, message, hint, fields)
        self.retry_after = retry_after


class Unavailable(AlongsideError):
    """We cannot now; the same may work later."""

    default_code = "unavailable"


class Misconfigured(Unavailable):
    """We cannot until somebody changes the installation; the hint says what."""

    default_code = "misconfigured"
