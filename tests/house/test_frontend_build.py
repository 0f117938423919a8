"""What the build hook decides: which Node, and whether to build at all."""

import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.checkout import ROOT


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout whose npm writes down what it is asked, and builds what is needed."""
    (tmp_path / "frontend/desk/src").mkdir(parents=True)
    (tmp_path / "frontend/package-lock.json").write_text("{}")
    (tmp_path / "frontend/desk/src/main.ts").write_text("one")

    def npm(folder: Path, *arguments: str) -> None:
        (folder / "node_modules").mkdir(exist_ok=True)
        with (tmp_path / "asked").open("a") as asked:
            asked.write(f"{arguments[0]} ")
        for name in hook.NEEDED_OUTPUT:
            output = tmp_path / "src/alongside/web/static" / name
            output.parent.mkdir(parents=True, exist_ok=True)
            output.touch()

    monkeypatch.setattr(hook, "npm", npm)
    return tmp_path


@pytest.fixture
def build(hook: ModuleType, checkout: Path) -> Callable[[], str]:
    """Builds, and tells what npm was asked to do for it."""

    def build_and_tell() -> str:
        asked = checkout / "asked"
        asked.write_text("")
        hook.Frontend(checkout).build()
        return asked.read_text().strip()

    return build_and_tell


def test_unchanged_sources_are_not_built_again(build: Callable[[], str]) -> None:
    assert build() == "ci run"
    assert build() == ""


def test_a_changed_source_is_built_without_installing_again(build: Callable[[], str], checkout: Path) -> None:
    build()
    (checkout / "frontend/desk/src/main.ts").write_text("two")
    assert build() == "run"


def test_a_renamed_source_counts_as_changed(build: Callable[[], str], checkout: Path) -> None:
    build()
    (checkout / "frontend/desk/src/main.ts").rename(checkout / "frontend/desk/src/other.ts")
    assert build() == "run"


def test_a_changed_lock_is_installed(build: Callable[[], str], checkout: Path) -> None:
    build()
    (checkout / "frontend/package-lock.json").write_text('{"x": 1}')
    assert build() == "ci run"


def test_a_changed_test_is_no_reason_to_build(build: Callable[[], str], checkout: Path) -> None:
    build()
    (checkout / "frontend/desk/src/main.test.ts").write_text("it('is fine')")
    assert build() == ""


def test_missing_output_is_built_again(build: Callable[[], str], checkout: Path) -> None:
    build()
    (checkout / "src/alongside/web/static/widget/loader.js").unlink()
    assert build() == "run"


@pytest.mark.parametrize(
    ("said", "good"), [("v18.20.1", False), ("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True)]
)
def test_only_a_recent_node_is_used(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch, said: str, good: bool
) -> None:
    monkeypatch.setattr(hook.shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(
        hook.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, stdout=f"{said}\n")
    )
    assert bool(hook.npm_on_path()) is good
