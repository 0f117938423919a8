"""The files of this checkout, as the house's rules see them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE_ENDINGS = {".py", ".ts", ".js", ".svelte", ".css", ".sql"}


@cache
def committed_files() -> tuple[Path, ...]:
    """Every file that git has or would take, without those that are deleted but not committed yet."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(listing.stdout.split("\0")) - {""})
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    """The source files below `folders`, named from the top of the checkout."""
    tops = tuple(ROOT / folder for folder in folders)
    return [
        path
        for path in committed_files()
        if path.suffix in SOURCE_ENDINGS and any(path.is_relative_to(top) for top in tops)
    ]


def named(path: Path) -> str:
    """The path from the top of the checkout, for messages."""
    return path.relative_to(ROOT).as_posix()
