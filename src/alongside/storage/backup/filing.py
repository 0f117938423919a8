"""Uploaded files to and from the place of the backups. They never change, so each is copied once, by its hash."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from alongside.storage.backup.place import Place

_WORKSPACE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONTENT = re.compile(r"[0-9a-f]{64}")
PREFIX = "files/"


def content_below(files: Path, since: float = 0.0) -> Iterator[tuple[str, list[Path]]]:
    """The folders of uploaded content (`WORKSPACE/ab`) that changed since a time, each with its files."""
    for workspace in _folders(files, _WORKSPACE):
        for folder in _folders(workspace, re.compile("[0-9a-f]{2}")):
            if folder.stat().st_mtime >= since:
                found = [path for path in sorted(folder.iterdir()) if _CONTENT.fullmatch(path.name)]
                yield f"{workspace.name}/{folder.name}", found


def send_new(files: Path, place: Place, since: float = 0.0) -> int:
    """Copy content that is not at the place yet; gives how many files that were."""
    count = 0
    for folder, found in content_below(files, since):
        known = place.things(f"{PREFIX}{folder}/")
        for path in found:
            name = f"{PREFIX}{folder}/{path.name}"
            if name not in known and path.exists():
                place.put(name, path)
                count += 1
    return count


def _folders(root: Path, name: re.Pattern[str]) -> list[Path]:
    try:
        return sorted(Path(entry) for entry in os.scandir(root) if name.fullmatch(entry.name))
    except FileNotFoundError:
        return []
