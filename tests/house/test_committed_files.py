"""What is committed works anywhere: no machine's paths, no registry's hosts, nothing that is built."""

import json
import re
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, committed_files, named

# Written in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com")
    )
    + "|yarn"
    + r"pkg\.com|deb\.debian"
    + r"\.org|crates"
    + r"\.io"
)
MACHINES = re.compile(r"(?<![\w.-])/(?:wor" + r"k|roo" + r"t|Use" + r"rs|hom" + r"e/[a-z]+)/(?=[\w.])")
SECRETS = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n")


def found_in_files(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{named(path)}: {found.group()}"
        for path in committed_files()
        if (text := text_of(path)) and (found := pattern.search(text))
    ]


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINES, SECRETS], ids=["registry", "machine", "secret"])
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    assert not found_in_files(pattern)


@pytest.mark.parametrize(
    "text", ["see /wor" + "k/main/x", "'/hom" + "e/mara/.cache/a'", "open(/roo" + "t/.config)"]
)
def test_a_path_of_a_machine_is_recognised(text: str) -> None:
    assert MACHINES.search(text)


def test_a_route_is_no_path_of_a_machine() -> None:
    assert not MACHINES.search("https://luma.example/wor" + "k/force and src/alongside/wor" + "k/x")


def test_the_lock_of_the_front_end_records_no_addresses() -> None:
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    assert packages
    assert not [name for name, entry in packages.items() if "://" in str(entry.get("resolved", ""))]


def test_the_python_locks_hold_nothing_but_pins() -> None:
    pin = re.compile(r"[a-z0-9-]+==[^\s:/]+( ; [^:/]+)?")
    lines = [line for lock in ROOT.glob("requirements*.lock") for line in lock.read_text().splitlines()]
    assert lines
    assert not [line for line in lines if not pin.fullmatch(line)]


def test_nothing_built_is_committed() -> None:
    built = re.compile(r"(^|/)(node_modules|web/static|dist|__pycache__)/|\.(whl|pyc|so)$")
    assert not [named(path) for path in committed_files() if built.search(named(path))]
