"""The driver's errors in our own words. Nothing above this room sees another."""

import asyncpg

from alongside.kit.errors import (
    AlongsideError,
    Conflict,
    Forbidden,
    Invalid,
    Misconfigured,
    Unavailable,
)

# InternalClientError: the server ended the connection while nobody used it, and then somebody did.
DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


def translated(error: BaseException) -> BaseException:
    """The kit's error for one of the driver's; errors that are ours, or are mistakes in our SQL, stay.

    Never the server's DETAIL: it quotes values of rows."""
    if isinstance(error, AlongsideError):
        return error
    if isinstance(error, asyncpg.PostgresError):
        return _of_the_server(error)
    if isinstance(error, asyncpg.InterfaceError) and not _is_lost(error):
        return error
    return _unavailable()


def _of_the_server(error: asyncpg.PostgresError) -> BaseException:
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return _broken_constraint(error)
    if isinstance(error, asyncpg.TransactionRollbackError):
        return Conflict("retry", "Somebody changed the same thing at the same moment.", "Try again.")
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return Forbidden("forbidden", "The database refuses this: it would cross the workspace's fence.")
    if isinstance(error, asyncpg.QueryCanceledError | asyncpg.LockNotAvailableError):
        return Unavailable("too_slow", "The database took too long.", "Try again.")
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError | asyncpg.InvalidCatalogNameError):
        return Misconfigured(
            message=f"The database refuses the login: {error.args[0]}.", hint="Check DATABASE_URL."
        )
    if isinstance(error, asyncpg.DataError):
        return _unfit(error)
    return _unavailable() if _is_outage(error) else error


def _broken_constraint(error: asyncpg.IntegrityConstraintViolationError) -> AlongsideError:
    name = error.constraint_name or ""
    if isinstance(error, asyncpg.UniqueViolationError | asyncpg.ExclusionViolationError):
        return Conflict("conflict", "There is one like it already.", constraint=name)
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Conflict(
            "conflict", "It refers to something that is not there, or is still needed.", constraint=name
        )
    field = error.column_name or name
    return Invalid("invalid", "A value is missing or not allowed.", fields={field: "missing or not allowed"})


def _unfit(error: asyncpg.PostgresError) -> BaseException:
    """Text that PostgreSQL cannot keep comes from outside (NUL characters); other data errors are our mistakes."""
    if isinstance(error, asyncpg.UntranslatableCharacterError | asyncpg.CharacterNotInRepertoireError):
        return Invalid(
            "invalid", "The text has characters that cannot be stored.", "Leave out NUL characters."
        )
    return error


def _is_outage(error: asyncpg.PostgresError) -> bool:
    kinds = (
        asyncpg.PostgresConnectionError,
        asyncpg.InsufficientResourcesError,
        asyncpg.OperatorInterventionError,
        asyncpg.PostgresSystemError,
        asyncpg.CannotConnectNowError,
    )
    return isinstance(error, kinds)


def _is_lost(error: asyncpg.InterfaceError) -> bool:
    words = ("connection is closed", "connection was closed", "released back to the pool")
    return any(part in str(error) for part in words)


def _unavailable() -> Unavailable:
    return Unavailable("unavailable", "The database cannot be reached just now.", "Try again in a moment.")
