"""Who may do what: the whole of it, on one screen.

A permission is a word of the form `thing.deed`. A route, a topic or a command names the one it needs;
nothing else in the program asks for a role.
"""

from alongside.kit.errors import Forbidden
from alongside.team.model import ROLES, Role, SignedIn

_EVERYONE = frozenset(ROLES)
_WRITERS: frozenset[Role] = frozenset({"administrator", "supervisor", "agent", "specialist"})
_AGENTS: frozenset[Role] = frozenset({"administrator", "supervisor", "agent"})
_LEADS: frozenset[Role] = frozenset({"administrator", "supervisor"})
_ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})

PERMISSIONS: dict[str, frozenset[Role]] = {
    "session.own": _EVERYONE,  # one's own sign-ins
    "conversation.read": _EVERYONE,
    "conversation.note": _WRITERS,
    "conversation.write": _WRITERS,  # specialists only where they take part: `conversation.write_anywhere`
    "conversation.write_anywhere": _AGENTS,
    "conversation.accept": _AGENTS,
    "conversation.assign": _AGENTS,
    "conversation.close": _AGENTS,
    "file.read": _EVERYONE,
    "file.write": _WRITERS,
    "person.read": _EVERYONE,
    "person.join": _LEADS,  # undo a wrong join
    "team.read": _EVERYONE,
    "team.change": _ADMINISTRATORS,
    "workspace.read": _EVERYONE,
    "workspace.change": _ADMINISTRATORS,
    "identity_secret.read": _ADMINISTRATORS,
    "identity_secret.change": _ADMINISTRATORS,
    "audit.read": _ADMINISTRATORS,
    "job.read": _ADMINISTRATORS,  # payloads may be about anybody
    "job.change": _ADMINISTRATORS,
}


def allows(role: Role, permission: str) -> bool:
    """Whether a role may. KeyError for a permission that the table above does not name."""
    return role in PERMISSIONS[permission]


def require(signed_in: SignedIn, permission: str) -> None:
    """Raises Forbidden, naming the permission, unless the agent's role has it."""
    if not allows(signed_in.role, permission):
        raise Forbidden(
            message=f"Your role may not do this ({permission}).",
            hint="Ask an administrator of your workspace.",
        )
