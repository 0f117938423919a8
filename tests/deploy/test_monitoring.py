"""Alerts and dashboard name only figures that there are."""

import importlib
import json
import pkgutil
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import alongside
from tests.deploy.conftest import Tools
from tests.deploy.installation import DEPLOY
from tests.house.checkout import ROOT

ALERTS, DASHBOARD = DEPLOY / "prometheus/alerts.yaml", DEPLOY / "grafana/alongside.json"
# Prometheus makes `up` itself; the process's own are there on Linux, which is where it is watched.
NOT_OURS = {
    "up",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
}
NAME = re.compile(r"\b(?:alongside|process)_[a-z_]+\b|\bup\b")


@cache
def figures() -> frozenset[str]:
    """The name of every series that the server can show."""
    for module in pkgutil.walk_packages(alongside.__path__, "alongside."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = {name for name in REGISTRY._names_to_collectors if name.startswith("alongside_")}
    return frozenset(ours | NOT_OURS)


def rules() -> list[dict[str, Any]]:
    """Every alert."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """Everything on the dashboard that shows something."""
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    """What alerts and panels ask Prometheus."""
    return [rule["expr"] for rule in rules()] + [
        each["expr"] for panel in panels() for each in panel["targets"]
    ]


@pytest.mark.parametrize("query", queries())
def test_only_figures_that_there_are_are_asked_for(query: str) -> None:
    named = {name for name in NAME.findall(query) if "{" not in name}
    assert named
    assert named <= figures()


def test_every_figure_of_ours_is_explained_to_operators() -> None:
    page = (ROOT / "docs/operators.md").read_text()
    explained = set(re.findall(r"`(alongside_[a-z_]+)`", page))
    families = {
        family.name if family.type != "counter" else f"{family.name}_total"
        for family in REGISTRY.collect()
        if family.name.startswith("alongside_") and figures()
    }
    assert families
    assert families - explained == set(), "docs/operators.md, Watching it"
    assert explained - figures() - families == set()


def test_prometheus_understands_the_alerts_and_how_to_look(tool: Tools, tmp_path: Path) -> None:
    for path in ALERTS.parent.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    command = [str(tool("promtool")), "check", "config", str(tmp_path / "scrape.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout


def test_every_alert_says_what_it_means_and_how_bad_it_is() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert set(rule["annotations"]) == {"summary", "description"}


def test_the_dashboard_shows_every_panel_once_and_none_over_another() -> None:
    shown = panels()
    assert len({panel["id"] for panel in shown}) == len(shown) > 15
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in shown}
    assert len(places) == len(shown)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in shown)
