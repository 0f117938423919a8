"""Members of the team: who there is, adding them, changing what they may do."""

import re
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from alongside.kit.actors import Actor
from alongside.kit.actors import agent as agent_actor
from alongside.kit.errors import Conflict, Invalid, NotFound
from alongside.kit.ids import uuid7
from alongside.kit.paging import Page, decode_cursor, encode_cursor, page_of
from alongside.storage import Connection, announce
from alongside.team import agent_store, audit
from alongside.team.events import AgentChanged
from alongside.team.model import Agent, Role

AgentOrder = Literal["name", "-name", "created_at", "-created_at"]


class AgentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which agents to show. `q` is looked for in names and e-mail addresses."""

    q: str | None = None
    role: Role | None = None
    active: bool | None = True
    sort: AgentOrder = "name"
    cursor: str | None = None
    limit: int = 50


class NewAgent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be added to the team."""

    email: str
    name: str
    role: Role
    password: str
    locale: str | None = None


class AgentChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    locale: str | msgspec.UnsetType | None = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET
    password: str | msgspec.UnsetType = msgspec.UNSET


async def listing(connection: Connection, workspace_id: UUID, query: AgentQuery) -> Page[Agent]:
    """A page of the team. Raises Invalid for a cursor of another list."""
    column, descending = query.sort.lstrip("-"), query.sort.startswith("-")
    place = None
    if query.cursor:
        kind = str if column == "name" else datetime
        place = (*decode_cursor(query.cursor, query.sort, kind, UUID),)
    found = await agent_store.agents_page(
        connection,
        workspace_id,
        query.q,
        query.role,
        query.active,
        column,
        descending,
        place,
        query.limit + 1,
    )
    return page_of(
        found, query.limit, lambda last: encode_cursor(query.sort, getattr(last, column), last.agent_id)
    )


async def find(connection: Connection, workspace_id: UUID, agent_id: UUID) -> Agent:
    """An agent, active or not. Raises NotFound."""
    agent = await agent_store.agent_by_id(connection, workspace_id, agent_id)
    if agent is None:
        raise _no_such_agent()
    return agent


async def add(
    connection: Connection, workspace_id: UUID, actor: Actor, new: NewAgent, password_hash: str, now: datetime
) -> Agent:
    """Add an agent; `password_hash` is of a password that passed `passwords.check`. Raises Invalid for an unusable
    address or name, Conflict if the address is taken."""
    agent = Agent(uuid7(), tidy_email(new.email), tidy_name(new.name), new.role, new.locale, now, None)
    try:
        await agent_store.insert_agent(connection, workspace_id, agent, password_hash)
    except Conflict:
        raise Conflict(
            "email_taken",
            "Somebody on the team has this e-mail address.",
            "Change or reactivate them instead.",
            {"email": "taken"},
        ) from None
    await audit.record(
        connection,
        workspace_id,
        actor,
        "agent.added",
        ("agent", agent.agent_id),
        {"role": agent.role},
        now=now,
    )
    await announce(connection, AgentChanged(agent_id=agent.agent_id))
    return agent


async def change(
    connection: Connection,
    workspace_id: UUID,
    actor: Actor,
    agent_id: UUID,
    change: AgentChange,
    password_hash: str | None,
    now: datetime,
) -> tuple[Agent, Agent]:
    """Change an agent; gives them as they were and as they are. A new role, password or deactivation is for the
    edge to act upon: it ends their sessions and revokes their sockets. Raises NotFound; Conflict if nobody would
    be left who may administer the workspace."""
    administrators = await agent_store.lock_administrators(connection, workspace_id)
    before = await agent_store.agent_by_id(connection, workspace_id, agent_id, lock=True)
    if before is None:
        raise _no_such_agent()
    after = _changed(before, change, now)
    if administrators == {agent_id} and (after.role != "administrator" or after.deactivated_at):
        raise Conflict(
            "last_administrator",
            "This is the last administrator.",
            "Make somebody else an administrator first.",
        )
    await agent_store.update_agent(connection, workspace_id, after)
    if password_hash:
        await agent_store.set_password(connection, workspace_id, agent_id, password_hash)
    await _note_change(connection, workspace_id, actor, before, after, password_hash is not None, now)
    return before, after


async def _note_change(
    connection: Connection,
    workspace_id: UUID,
    actor: Actor,
    before: Agent,
    after: Agent,
    password: bool,
    now: datetime,
) -> None:
    """One entry in the audit for each thing that changed; who is called what is on record as a fact, not as text."""
    notes: list[tuple[str, dict[str, str]]] = []
    if before.role != after.role:
        notes.append(("agent.role_changed", {"from": before.role, "to": after.role}))
    if bool(before.deactivated_at) != bool(after.deactivated_at):
        notes.append(("agent.deactivated" if after.deactivated_at else "agent.reactivated", {}))
    if password:
        notes.append(("agent.password_set", {}))
    if (before.name, before.locale) != (after.name, after.locale):
        notes.append(("agent.changed", {}))
    for action, detail in notes:
        await audit.record(
            connection, workspace_id, actor, action, ("agent", after.agent_id), detail, now=now
        )
    if notes:
        await announce(connection, AgentChanged(agent_id=after.agent_id))


def _changed(agent: Agent, change: AgentChange, now: datetime) -> Agent:
    wanted = {
        name: value
        for name in ("name", "role", "locale")
        if (value := getattr(change, name)) is not msgspec.UNSET
    }
    if "name" in wanted:
        wanted["name"] = tidy_name(wanted["name"])
    if change.active is not msgspec.UNSET:
        wanted["deactivated_at"] = None if change.active else agent.deactivated_at or now
    return msgspec.structs.replace(agent, **wanted)


def actor_of(agent: Agent) -> Actor:
    """The agent as one who acts."""
    return agent_actor(agent.agent_id)


def tidy_email(text: str) -> str:
    """In lower case, without space around it. Raises Invalid for what is no e-mail address."""
    email = text.strip().lower()
    if not 3 <= len(email) <= 254 or not re.fullmatch(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+", email):
        raise Invalid(message="That is no e-mail address.", fields={"email": "not an e-mail address"})
    return email


def tidy_name(text: str) -> str:
    """A name in one line. Raises Invalid unless it has 1 to 120 characters."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise Invalid(message="A name has 1 to 120 characters.", fields={"name": "1 to 120 characters"})
    return name


def _no_such_agent() -> NotFound:
    return NotFound(message="There is no such agent.", hint="Load the team again.")
