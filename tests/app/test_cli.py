"""The command line as an operator uses it: each command in a process of its own."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import alongside
from alongside.kit.settings import Settings

COMMANDS = (
    "serve", "doctor", "migrate", "settings", "openapi", "replay", "version", "backup", "restore", "verify", "jobs",
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data folder"


def run(*words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; gives its code, output and errors."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
    return subprocess.run(
        [sys.executable, "-m", "alongside", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=kept | {"NO_COLOR": "1", "COLUMNS": "200"} | environment,
    )


def test_help_shows_every_command() -> None:
    said = run("--help")
    assert said.returncode == 0
    assert [command for command in COMMANDS if command not in said.stdout] == []


def test_the_version_is_the_package_s() -> None:
    assert run("version").stdout.strip() == alongside.__version__
    assert json.loads(run("version", "--json").stdout) == {"version": alongside.__version__}


def test_settings_lists_each_with_its_value_and_hides_secrets() -> None:
    said = run("settings", "--json", ALONGSIDE_PORT="9123", ALONGSIDE_METRICS_TOKEN="not for your eyes")
    told = json.loads(said.stdout)
    assert set(told) == set(Settings.model_fields)
    assert told["port"] == "9123"
    assert "not for your eyes" not in said.stdout + said.stderr


def test_a_setting_that_does_not_exist_is_refused_with_the_nearest_that_does() -> None:
    said = run("settings", ALONGSIDE_PROT="9123")
    assert said.returncode == 1
    assert "'port'" in said.stderr
    assert "Traceback" not in said.stderr


def test_openapi_describes_every_route_without_a_server() -> None:
    described = json.loads(run("openapi").stdout)
    assert described["openapi"].startswith("3.")
    assert {"/api/session", "/api/conversations", "/api/files", "/health"} <= set(described["paths"])


def test_doctor_says_what_is_wrong_and_what_to_do(place: Path) -> None:
    place.write_text("a file where the folder should be")
    said = run("doctor", "--data", place, "--json")
    wrong = [finding for finding in json.loads(said.stdout) if finding["severity"] == "error"]
    assert said.returncode == 1
    assert "data folder" in [finding["check"] for finding in wrong]
    assert all(finding["hint"] for finding in wrong)


def test_doctor_says_how_servers_hear_each_other_and_never_with_which_password(place: Path) -> None:
    url = "nats://mara:s3cret@127.0.0.1:1"
    said = run("doctor", "--data", place, "--json", ALONGSIDE_NATS_URL=url)
    bus = next(finding for finding in json.loads(said.stdout) if finding["check"] == "bus")
    assert bus["severity"] == "warning"
    assert "127.0.0.1:1" in bus["message"]
    assert "s3cret" not in said.stdout + said.stderr


def test_a_taken_port_is_refused_before_anything_is_made(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = run("serve", "--port", taken.getsockname()[1], "--data", place)
    assert said.returncode == 1
    assert "Cannot listen on 127.0.0.1" in said.stderr
    assert not place.exists()


def test_a_data_folder_that_cannot_be_made_is_refused_in_words(place: Path) -> None:
    place.write_text("a file where the folder should be")
    said = run("serve", "--port", 0, "--data", place)
    assert said.returncode == 1
    assert "cannot be made" in said.stderr
    assert "Traceback" not in said.stderr
