"""What the chart renders to, held against Kubernetes' own schemas."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from tests.deploy.installation import DEPLOY

CHART = DEPLOY / "helm/alongside"
VALUES = sorted((CHART / "ci").glob("*.yaml"))
Manifest = dict[str, Any]


def helm(program: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run it in the chart's folder."""
    return subprocess.run([program, *arguments], cwd=CHART, capture_output=True, text=True, check=False)


def rendered(program: Path, values: Path, *more: str) -> list[Manifest]:
    """Everything that an installation named `help` would consist of."""
    found: list[Manifest] = json.loads(_rendered(program, values, more))
    return found


@cache
def _rendered(program: Path, values: Path, more: tuple[str, ...]) -> str:
    done = helm(program, "template", "help", ".", "--namespace", "help", "--values", str(values), *more)
    assert done.returncode == 0, done.stderr
    return json.dumps([manifest for manifest in yaml.safe_load_all(done.stdout) if manifest])


def only(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    """The one of this kind and name."""
    (found,) = (each for each in manifests if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def complaints(manifest: Manifest, schemas: Path) -> list[str]:
    """What the schemas of a version of Kubernetes find wrong. Kinds of operators have none there."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    if group == "monitoring.coreos.com":
        return []
    name = "-".join(filter(None, (manifest["kind"], group.split(".")[0], version))).lower()
    found = _validator(schemas, name).iter_errors(manifest)
    return [f"{name}{error.instance_path}: {error.message}" for error in found]


@cache
def _validator(schemas: Path, name: str) -> Any:
    def retrieve(address: str) -> Any:
        return json.loads((schemas / address.rpartition("/")[2]).read_text())

    return jsonschema_rs.validator_for(
        retrieve(f"{name}.json"), base_uri=f"json-schema:///{name}.json", retriever=retrieve
    )
