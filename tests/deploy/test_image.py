"""The container image, as far as it can be made without an engine: its linter, its context, its wheel, its start."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.database import reachable_folder
from tests.deploy.conftest import Tools
from tests.deploy.installation import DEPLOY
from tests.deploy.tools import FOLDER
from tests.faults.cluster import free_port
from tests.house.checkout import ROOT, committed_files

DOCKERFILE = DEPLOY / "Dockerfile"
BUILT = "src/alongside/web/static"


def instructions(name: str) -> list[str]:
    """What stands behind each instruction of this name, lines put together."""
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in text.splitlines() if line.startswith(name + " ")]


def environment() -> dict[str, str]:
    """The variables of the last stage."""
    stage = "ENV " + instructions("ENV")[-1]
    return dict(re.findall(r"([A-Z_]+)=(\S+)", stage))


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's /opt/alongside/bin: an environment with what its first stage installs, and nothing else. It is
    kept for the next run with the same dependencies."""
    folder = tmp_path_factory.mktemp("image")
    wheel = _build_wheel(_context(folder / "source"), folder / "wheels")
    locked = zlib.crc32((ROOT / "requirements.lock").read_bytes())
    place = FOLDER / f"image-{locked:08x}"
    for outdated in set(FOLDER.glob("image-*")) - {place}:
        shutil.rmtree(outdated)
    if not (place / "whole").exists():
        _install_dependencies(place)
        (place / "whole").touch()
    _run([*_installer(place), "--no-deps", "--force-reinstall", str(wheel)])
    return place / "bin"


def _context(source: Path) -> Path:
    """Only what is copied into the image, without what is never sent to the builder."""
    source.mkdir()
    for instruction in instructions("COPY")[:4]:
        for name in (name for name in instruction.split()[:-1] if name != "."):
            _copy_committed(name, source)
    assert (ROOT / BUILT / ".fingerprint").is_file(), "the front end is not built: run bin/setup"
    shutil.copytree(ROOT / BUILT, source / BUILT)  # as the build would make it again, from the same sources
    return source


def _copy_committed(name: str, source: Path) -> None:
    found = [path for path in committed_files() if path.is_relative_to(ROOT / name)]
    assert found, name
    for path in found:
        place = source / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)


def _build_wheel(source: Path, wheels: Path) -> Path:
    _run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)], source
    )
    return next(wheels.glob("*.whl"))


def _install_dependencies(place: Path) -> None:
    """From what bin/setup has downloaded, if it was uv that did; else from the index."""
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(place)])
    locked = ["-r", str(ROOT / "requirements.lock")]
    if subprocess.run([*_installer(place), *locked], capture_output=True, check=False).returncode:
        _run([*_pip(place), *locked])


def _installer(place: Path) -> list[str]:
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        return _pip(place)
    return [str(uv), "pip", "install", "--quiet", "--offline", "--python", str(place)]


def _pip(place: Path) -> list[str]:
    return [sys.executable, "-m", "pip", "--python", str(place), "install", "--quiet"]


def _run(command: list[str], folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_linter_finds_nothing(tool: Tools) -> None:
    done = subprocess.run([tool("hadolint"), DOCKERFILE], capture_output=True, text=True, check=False)
    assert done.stdout.replace("All checks passed!", "").strip() == ""
    assert done.returncode == 0


def test_it_runs_as_an_ordinary_user_and_keeps_nothing_outside_its_volume() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("VOLUME") == [environment()["ALONGSIDE_DATA_DIR"]]
    assert not any("secret" in name.lower() or "password" in name.lower() for name in environment())


def test_all_that_is_copied_is_let_through_to_the_builder() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    let_through = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {name for copy in instructions("COPY") if "--from" not in copy for name in copy.split()[:-1]}
    assert {name.removeprefix("./") for name in copied} == let_through


@pytest.mark.timeout(300)
def test_what_is_installed_into_it_serves_and_is_found_healthy(programs: Path) -> None:
    """With the image's own variables, entry point, command and health check; the database is the one it brings."""
    data = reachable_folder()
    given = environment() | {"ALONGSIDE_PORT": str(free_port()), "ALONGSIDE_DATA_DIR": str(data)}
    given["PATH"] = f"{programs}{os.pathsep}{os.defpath}"
    words = [word for name in ("ENTRYPOINT", "CMD") for word in _words(instructions(name)[-1])]
    server = subprocess.Popen(
        words, env=given, cwd=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None
        said = list(_until_ready(server.stdout))
        assert server.poll() is None, "".join(said)
        check = _words(instructions("HEALTHCHECK")[0].partition("CMD ")[2])
        subprocess.run(check, env=given, check=True, timeout=30)
    finally:
        server.terminate()
        server.communicate(timeout=60)
        shutil.rmtree(data, ignore_errors=True)
    assert server.returncode == 0


def _until_ready(lines: Iterable[str]) -> Iterator[str]:
    """What it says, up to the line with which it is ready."""
    for line in lines:
        yield line
        if line.startswith("ready "):
            return


def _words(form: str) -> list[str]:
    """The words of an instruction in exec form; `python` is looked for where the image has it."""
    return [word.strip(",") for word in shlex.split(form.strip("[]"))]
