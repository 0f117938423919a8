"""The browser tests find a Chromium where people have one, and say what to do where they have none."""

from pathlib import Path

import pytest

from tests import chromium


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any browser; the folder given is where systems keep theirs."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(chromium, "PLACES", (str(tmp_path),))
    return tmp_path


def program(path: Path) -> str:
    path.touch(mode=0o755)
    return str(path)


def test_a_machine_without_a_browser_has_none(bare: Path) -> None:
    assert chromium.find_chromium() is None


def test_a_browser_that_the_path_hides_is_found_where_systems_keep_it(bare: Path) -> None:
    hidden = program(bare / "chromium-browser")
    assert chromium.find_chromium() == hidden


def test_the_one_that_is_named_comes_first(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "chromium")
    mine = program(tmp_path / "mine")
    monkeypatch.setenv("CHROMIUM", mine)
    assert chromium.find_chromium() == mine


def test_a_name_that_leads_nowhere_is_not_replaced_by_another(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "chromium")
    monkeypatch.setenv("CHROMIUM", str(bare / "nowhere"))
    assert chromium.find_chromium() is None
