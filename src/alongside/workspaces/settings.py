"""A workspace's settings: reading and changing them."""

from typing import Any
from uuid import UUID

import msgspec

from alongside.storage import Connection, announce
from alongside.workspaces import model, store
from alongside.workspaces.events import WorkspaceChanged
from alongside.workspaces.model import Workspace, WorkspaceChange

_TIDY = {
    "name": model.tidy_name,
    "locale": model.tidy_locale,
    "brand_colour": model.tidy_colour,
    "allowed_origins": model.tidy_origins,
    "concierge_name": lambda text: model.tidy_name(text, "concierge_name"),
    "greeting": model.tidy_greeting,
}


async def read(connection: Connection, workspace_id: UUID) -> Workspace:
    """The workspace's settings. Raises NotFound."""
    return await store.workspace_by_id(connection, workspace_id)


async def change(
    connection: Connection, workspace_id: UUID, wanted: WorkspaceChange
) -> tuple[Workspace, list[str]]:
    """Change what `wanted` names; gives the workspace and the names of what is different now, for the audit.
    Raises Invalid."""
    before = await store.workspace_by_id(connection, workspace_id, lock=True)
    after = msgspec.structs.replace(before, **_tidied(wanted))
    different = [name for name in _TIDY if getattr(before, name) != getattr(after, name)]
    if different:
        await store.update_workspace(connection, after)
        await announce(connection, WorkspaceChanged(workspace_id=workspace_id))
    return after, different


def _tidied(wanted: WorkspaceChange) -> dict[str, Any]:
    tidied: dict[str, Any] = {}
    for name, tidy in _TIDY.items():
        value = getattr(wanted, name)
        if value is not msgspec.UNSET:
            tidied[name] = tidy(value)  # type: ignore[operator]
    return tidied
