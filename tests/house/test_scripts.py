"""bin/ explains itself at once, on a machine where nothing is set up yet."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.checkout import ROOT

SCRIPTS = sorted(path.name for path in (ROOT / "bin").iterdir())


@pytest.fixture
def bare_checkout(tmp_path: Path) -> Path:
    """A checkout with nothing in it but bin/."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    return tmp_path


def run(checkout: Path, script: str, option: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin" / script, option],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_scripts_that_others_rely_on_are_there() -> None:
    assert {"setup", "check", "test", "dev", "demo", "lock"} <= set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_explains_and_sets_nothing_up(bare_checkout: Path, script: str) -> None:
    said = run(bare_checkout, script, "--help")
    assert said.returncode == 0
    assert said.stdout.startswith(f"Usage: bin/{script}")
    assert [path.name for path in bare_checkout.iterdir()] == ["bin"]


@pytest.mark.parametrize("script", ["setup", "check", "dev", "lock"])
def test_an_unknown_option_is_refused_with_where_to_look(bare_checkout: Path, script: str) -> None:
    said = run(bare_checkout, script, "--nonsense")
    assert said.returncode == 2
    assert "--nonsense" in said.stderr
    assert f"bin/{script} --help" in said.stderr
