"""The compose file: against its schema, against our settings, and (tests/deploy/installation.py) what it starts."""

import json
import os
import re
import shutil
import socket
import stat
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import jsonschema_rs
import pytest
import yaml

from alongside.kit.settings import load_settings, revealed
from tests.deploy.conftest import Tools
from tests.deploy.installation import DEPLOY, SITE, Installation, prepared

FILE = DEPLOY / "compose.yaml"


@pytest.fixture
def compose() -> dict[str, Any]:
    """What stands in it, with every variable at its default."""
    text = FILE.read_text()
    text = re.sub(r"\$\{ALONGSIDE_SITE:\?[^}]+\}", SITE, text)
    found: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text))
    return found


def test_it_is_what_the_compose_specification_asks_for(compose: dict[str, Any], tool: Tools) -> None:
    validator = jsonschema_rs.validator_for(json.loads(tool("compose schema").read_text()))
    assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(compose)] == []
    compose["services"]["alongside"]["replicas"] = 3
    assert not validator.is_valid(compose)


def test_docker_reads_it(tmp_path: Path) -> None:
    asked = ["docker", "compose", "version"]
    if not shutil.which("docker") or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("no `docker compose` here (the plug-in is enough, an engine is not needed)")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    subprocess.run([tmp_path / "deploy/compose/prepare", SITE], check=True, capture_output=True)
    command = ["docker", "compose", "--file", str(tmp_path / "deploy/compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_everything_is_contained_and_bounded(compose: dict[str, Any]) -> None:
    for name, container in compose["services"].items():
        assert container["read_only"] is True, name
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert name == "migrate" or container["deploy"]["resources"]["limits"]["memory"], name


def test_the_database_is_reached_by_nobody_outside(compose: dict[str, Any]) -> None:
    published = {name for name, container in compose["services"].items() if container.get("ports")}
    assert published == {"proxy"}
    assert compose["networks"]["inside"]["internal"] is True
    for name in ("postgres", "nats", "migrate"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_the_tables_are_changed_first_and_only_by_who_may(compose: dict[str, Any]) -> None:
    node, migrating = compose["services"]["alongside"], compose["services"]["migrate"]
    assert node["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert migrating["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert (node["secrets"], migrating["secrets"]) == (["alongside.toml"], ["migration.toml"])
    assert node["environment"]["ALONGSIDE_MIGRATE_AT_START"] == "false"


def test_the_server_takes_the_settings_it_is_given(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = compose["services"]["alongside"]
    for name, value in node["environment"].items():
        monkeypatch.setenv(name, value or "")
    monkeypatch.setenv("ALONGSIDE_CONFIG", str(prepared(tmp_path) / "alongside.toml"))
    settings = load_settings()
    assert settings.public_url == f"https://{SITE}"
    assert list(settings.trusted_proxies) == [
        compose["services"]["proxy"]["networks"]["edge"]["ipv4_address"]
    ]
    assert len(revealed(settings.secret_key) or "") >= 32
    leaving = settings.drain_notice + settings.drain_limit + 30
    assert int(node["stop_grace_period"].removesuffix("s")) > leaving


def test_every_file_that_is_mounted_is_there(compose: dict[str, Any], tmp_path: Path) -> None:
    secrets = prepared(tmp_path)
    for container in compose["services"].values():
        for source in (volume.split(":")[0] for volume in container.get("volumes", [])):
            assert not source.startswith("./") or (DEPLOY / source).exists(), source
    assert {Path(each["file"]).name for each in compose["secrets"].values()} <= {
        path.name for path in secrets.iterdir()
    }


def test_caddy_finds_the_nodes_by_their_name(compose: dict[str, Any], tool: Tools) -> None:
    given = {**os.environ, **compose["services"]["proxy"]["environment"]}
    command = [
        str(tool("caddy")),
        "adapt",
        "--adapter",
        "caddyfile",
        "--config",
        str(DEPLOY / "caddy/Caddyfile"),
    ]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=True)
    assert '"dynamic_upstreams":{"name":"alongside","port":"8000"' in done.stdout
    assert f'"host":["{SITE}"]' in done.stdout


def test_secrets_are_made_once_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    secrets = prepared(tmp_path)
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    subprocess.run([tmp_path / "compose/prepare", SITE], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    assert len(set(before.values())) == len(before)


async def test_the_nodes_work_with_a_login_that_can_change_no_table(installation: Installation) -> None:
    for node in installation.nodes:
        async with httpx.AsyncClient(base_url=node.url) as client:
            answer = await client.get("/ready")
        assert answer.json() == {"ready": True, "database": "ok", "bus": "ok"}
    connection = await asyncpg.connect(
        user="web", port=installation.cluster.port, host="127.0.0.1", database="alongside"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("set role alongside_owner")
    await connection.execute("set role alongside_server")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("alter table alongside.entry add column x int")
    await connection.close()


def test_nats_lets_nobody_in_without_the_password(installation: Installation) -> None:
    with socket.create_connection(("127.0.0.1", installation.nats_port), timeout=30) as line:
        line.sendall(b'CONNECT {"verbose": false}\r\nPING\r\n')
        with line.makefile("rb") as said:
            assert b"-ERR 'Authorization Violation'\r\n" in said.readlines()


def test_coturn_gets_its_secret_in_a_file_of_its_own(tmp_path: Path) -> None:
    """What start.sh writes and starts, with a stand-in for the program."""
    (tmp_path / "turnserver").write_text('#!/bin/sh\nstat -c %a "$2"\ncat "$2"\n')
    (tmp_path / "turnserver").chmod(0o755)
    (tmp_path / "secret").write_text("of-this-test\n")
    given = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "TURN_BASE": str(DEPLOY / "coturn/turnserver.conf"),
        "TURN_REALM": SITE,
        "TURN_SECRET_FILE": str(tmp_path / "secret"),
    }
    done = subprocess.run(
        ["sh", DEPLOY / "coturn/start.sh"], env=given, capture_output=True, text=True, check=True
    )
    mode, _, written = done.stdout.partition("\n")
    assert mode == "600"
    assert {"use-auth-secret", f"realm={SITE}", "static-auth-secret=of-this-test"} <= set(
        written.splitlines()
    )
