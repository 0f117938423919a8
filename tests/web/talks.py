"""Conversations for tests of the edge."""

from uuid import UUID

import msgspec

from alongside.conversations import starting
from alongside.kit.actors import Actor, agent, person
from alongside.kit.ids import uuid7
from alongside.people.model import NewDevice
from alongside.realtime.commands import CommandRegistry
from alongside.realtime.sessions import Session
from alongside.team.model import Role
from alongside.web.conversing import act
from alongside.web.socket_commands import SocketCommands
from tests.web.rooms import Reception


class Talks:
    """A reception whose workspace has an inbox, and short ways to have conversations in it."""

    def __init__(self, reception: Reception) -> None:
        self.reception = reception
        self.rooms = reception.rooms
        self.workspace = reception.workspace
        self.commands: CommandRegistry = SocketCommands(reception.rooms).registry()

    async def set_up(self) -> None:
        """Make the inbox."""
        async with self.rooms.database.transaction(self.workspace) as connection:
            await connection.execute(
                "insert into inbox (workspace_id, inbox_id, channel, name) values ($1, $2, 'web', 'Site')",
                self.workspace,
                uuid7(),
            )

    async def started(self, device: NewDevice) -> UUID:
        """A new conversation of this visitor."""
        conversation_id = uuid7()
        await act(self.rooms, self.workspace, starting.start, device.person.person_id, conversation_id)
        return conversation_id

    async def visitor(self) -> Session:
        """A new visitor's session at the socket."""
        device = await self.reception.device()
        return self._session(person(device.person.person_id), device.device_id, None)

    async def agent(self, name: str, role: Role = "agent") -> Session:
        """A new agent's session at the socket."""
        member = await self.reception.add(name, role)
        return self._session(agent(member.agent_id), uuid7(), role)

    def _session(self, actor: Actor, session_id: UUID, role: Role | None) -> Session:
        return Session(
            actor=actor,
            workspace_id=self.workspace,
            workspace_slug="luma",
            workspace_name="Luma",
            session_id=session_id,
            audience="team" if role else "everyone",
            role=role,
        )

    async def run(self, session: Session, name: str, **data: object) -> dict[str, object]:
        """A command with this data; what it answers, as it travels."""
        answer = await self.commands.run(session, name, msgspec.Raw(msgspec.json.encode(data)))
        decoded: dict[str, object] = msgspec.json.decode(msgspec.json.encode(answer))
        return decoded
