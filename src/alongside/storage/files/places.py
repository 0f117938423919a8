"""Where things lie in the store: everything of a workspace below its id, nothing by a name that somebody chose."""

from uuid import UUID


def content(workspace_id: UUID, sha256: bytes) -> str:
    """A finished file, by its hash."""
    digest = sha256.hex()
    return f"{workspace_id}/{digest[:2]}/{digest}"


def drafts(workspace_id: UUID) -> str:
    """The folder of what comes in by one request and has no hash yet."""
    return f"{workspace_id}/incoming"


def draft(workspace_id: UUID, draft_id: UUID) -> str:
    """One of those."""
    return f"{drafts(workspace_id)}/{draft_id}"


def uploads(workspace_id: UUID) -> str:
    """The folder of the unfinished uploads."""
    return f"{workspace_id}/uploads"


def parts(workspace_id: UUID, upload_id: UUID) -> str:
    """The folder of the parts of one of them."""
    return f"{uploads(workspace_id)}/{upload_id}"


def part(workspace_id: UUID, upload_id: UUID, part_id: UUID) -> str:
    """One part."""
    return f"{parts(workspace_id, upload_id)}/{part_id}"
