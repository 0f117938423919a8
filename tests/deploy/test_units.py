"""The units for systemd."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from alongside.kit.settings import Settings, load_settings
from tests.deploy.installation import DEPLOY
from tests.house.checkout import committed_files

FOLDER = DEPLOY / "systemd"
SERVICES = ("alongside.service", "alongside@.service")


@pytest.fixture
def analyze() -> str:
    """Its path."""
    return shutil.which("systemd-analyze") or pytest.skip(
        "no systemd-analyze here; Debian has it in `systemd`"
    )


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_understands_it(analyze: str, tmp_path: Path, name: str) -> None:
    """In a copy that names a program which exists here."""
    text = (FOLDER / name).read_text().replace("/opt/alongside/bin/alongside", shutil.which("true") or "")
    (tmp_path / name).write_text(text.replace("/usr/bin/curl", shutil.which("true") or ""))
    shutil.copy(FOLDER / "alongside.target", tmp_path)
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_it_is_well_contained(analyze: str, name: str) -> None:
    command = [analyze, "security", "--offline=yes", str(FOLDER / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze cannot judge a unit that is not installed (250 can)")
    exposure = re.search(r"Overall exposure level for .*: ([\d.]+)", done.stdout)
    assert exposure is not None, done.stderr
    assert float(exposure[1]) < 2.5  # of 10


@pytest.mark.parametrize("name", SERVICES)
def test_the_database_is_stopped_by_the_server_and_not_under_it(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert "KillMode=mixed" in text
    given = float(re.findall(r"TimeoutStopSec=(\d+)", text)[0])
    assert given > _settings_given()["drain_notice"] + Settings().drain_limit + 30


def _settings_given() -> dict[str, float]:
    notice = re.findall(
        r"^ALONGSIDE_DRAIN_NOTICE=(\d+)$", (FOLDER / "alongside.env").read_text(), re.MULTILINE
    )
    return {"drain_notice": float(notice[0])}


def test_the_two_are_contained_alike() -> None:
    one, many = ((FOLDER / name).read_text().partition("StateDirectory=")[2] for name in SERVICES)
    assert one.partition("[Install]")[0] == many.partition("[Install]")[0]


def test_the_server_takes_the_settings_of_the_example(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (FOLDER / "alongside.env").read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            monkeypatch.setenv(name, value.strip("'"))
    settings = load_settings()
    assert settings.trusted_proxies == ("127.0.0.1", "::1")
    assert settings.log_format == "json"


# Told to compose, Caddy or a reader, not to the server.
OTHERS = {
    "CONFIG",
    "IMAGE",
    "NODES",
    "NODES_NAME",
    "NODES_PORT",
    "SITE",
    "UPSTREAMS",
    "PROXY_ADDRESS",
    "EDGE_SUBNET",
}


def test_every_variable_that_is_named_here_exists() -> None:
    named: dict[str, set[str]] = {}
    for path in (path for path in committed_files() if path.is_relative_to(DEPLOY)):
        for name in re.findall(r"\bALONGSIDE_([A-Z][A-Z_]*[A-Z])\b", path.read_text()):
            named.setdefault(name, set()).add(path.name)
    known = {name.upper() for name in Settings.model_fields} | OTHERS
    assert {name: files for name, files in named.items() if name not in known} == {}
