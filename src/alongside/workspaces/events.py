"""The facts that this room announces."""

from uuid import UUID

from alongside.kit.events import Fact


class WorkspaceFounded(Fact, frozen=True, kw_only=True):
    """There is a new workspace."""

    workspace_id: UUID


class WorkspaceChanged(Fact, frozen=True, kw_only=True):
    """A workspace's settings are different now."""

    workspace_id: UUID


FACTS: tuple[type[Fact], ...] = (WorkspaceFounded, WorkspaceChanged)
