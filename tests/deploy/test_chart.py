"""The Helm chart: linted, rendered as three kinds of companies would, and held against Kubernetes' own schemas."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from alongside.kit.settings import Settings, load_settings
from tests.deploy.conftest import Tools
from tests.deploy.installation import DEPLOY
from tests.deploy.kubernetes import CHART, VALUES, Manifest, complaints, helm, only, rendered
from tests.deploy.tools import NEWEST_KUBERNETES, OLDEST_KUBERNETES

SMALL, COMPANY, ELSEWHERE = (
    CHART / f"ci/{name}-values.yaml" for name in ("small", "company", "secrets-elsewhere")
)


@pytest.fixture(params=VALUES, ids=lambda path: path.stem)
def manifests(request: pytest.FixtureRequest, tool: Tools) -> list[Manifest]:
    """The chart as with each of the example values."""
    return rendered(tool("helm"), request.param)


@pytest.fixture
def company(tool: Tools) -> list[Manifest]:
    """The chart as with everything switched on."""
    return rendered(tool("helm"), COMPANY)


def pods(manifests: list[Manifest]) -> list[dict[str, Any]]:
    """The specification of every pod."""
    made = [each["spec"]["template"]["spec"] for each in manifests if "template" in each.get("spec", {})]
    return made + [each["spec"] for each in manifests if each["kind"] == "Pod"]


def node_of(manifests: list[Manifest]) -> dict[str, Any]:
    """The specification of a node's pod."""
    found: dict[str, Any] = only(manifests, "Deployment", "help-alongside")["spec"]["template"]["spec"]
    return found


@pytest.mark.parametrize("values", VALUES, ids=lambda path: path.stem)
def test_helm_finds_nothing_to_mend(tool: Tools, values: Path) -> None:
    done = helm(tool("helm"), "lint", "--strict", ".", "--values", str(values))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("version", [OLDEST_KUBERNETES, NEWEST_KUBERNETES])
def test_kubernetes_understands_all_of_it(manifests: list[Manifest], tool: Tools, version: str) -> None:
    schemas = tool("kubernetes schemas") / version
    assert len(manifests) > 6
    assert [wrong for manifest in manifests for wrong in complaints(manifest, schemas)] == []


def test_the_schemas_would_have_found_a_slip(manifests: list[Manifest], tool: Tools) -> None:
    node_of(manifests)["containers"][0]["imagePullPolicie"] = "Always"
    deployment = only(manifests, "Deployment", "help-alongside")
    assert complaints(deployment, tool("kubernetes schemas") / NEWEST_KUBERNETES)


def test_every_container_is_an_ordinary_user_on_a_read_only_root(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]


def test_kubernetes_adds_no_variables_that_a_node_would_take_for_settings(manifests: list[Manifest]) -> None:
    """For a Service named alongside it would set ALONGSIDE_PORT=tcp://…, and the server would refuse that."""
    assert {pod["enableServiceLinks"] for pod in pods(manifests)} == {False}


def test_the_server_takes_the_settings_it_is_given(
    manifests: list[Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", "of-a-secret-made-by-something-else-01234")
    for name, value in environment_of_a_node(manifests).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.public_url
    assert settings.trusted_proxies
    assert settings.drain_notice > 0


def environment_of_a_node(manifests: list[Manifest]) -> dict[str, str]:
    """What its container gets, as far as this release makes it."""
    variables = dict(only(manifests, "ConfigMap", "help-alongside")["data"])
    for secret in (each for each in manifests if each["kind"] == "Secret"):
        if secret["metadata"]["name"] in ("help-alongside", "help-alongside-migration"):
            variables |= secret["stringData"]
    container = node_of(manifests)["containers"][0]
    return variables | {each["name"]: each["value"] for each in container["env"] if "value" in each}


def test_numbers_lists_and_tables_arrive_as_they_were_meant(
    tool: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rendered(tool("helm"), COMPANY, "--set-json", 'settings.rates={"upload":[40,0.5]}')
    for name, value in environment_of_a_node(made).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.file_limit, settings.job_concurrency) == (52_428_800, 4)
    assert settings.statement_timeout == 12.5
    assert settings.rates == {"upload": (40, 0.5)}
    assert settings.trusted_proxies == ("10.42.0.0/16",)


def test_the_tables_are_changed_first_and_only_by_who_may(company: list[Manifest]) -> None:
    job = only(company, "Job", "help-alongside-migration")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert {"name": "ALONGSIDE_MIGRATE_AT_START", "value": "false"} in node_of(company)["containers"][0][
        "env"
    ]
    assert "ALONGSIDE_MIGRATION_URL" not in environment_of_a_node(
        [m for m in company if m is not job and (m["metadata"]["name"] != "help-alongside-migration")]
    )


def test_an_update_takes_no_node_away_before_another_is_there(company: list[Manifest]) -> None:
    strategy = only(company, "Deployment", "help-alongside")["spec"]["strategy"]["rollingUpdate"]
    assert strategy == {"maxUnavailable": 0, "maxSurge": 1}


def test_kubernetes_waits_longer_than_a_node_takes_to_leave(company: list[Manifest]) -> None:
    given = environment_of_a_node(company)
    leaving = float(given["ALONGSIDE_DRAIN_NOTICE"]) + float(given["ALONGSIDE_DRAIN_LIMIT"]) + 30
    assert node_of(company)["terminationGracePeriodSeconds"] > leaving


def test_a_node_is_asked_for_what_it_answers(company: list[Manifest]) -> None:
    container = node_of(company)["containers"][0]
    paths = {
        name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")
    }
    assert paths == {"startup": "/health", "liveness": "/health", "readiness": "/ready"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--set", "publicUrl="], "publicUrl"),
        (["--set", "secrets.secretKey=short"], "secretKey"),
        (["--set", "files.url="], "one place for files"),
        (["--set", "secrets.databaseUrl="], "a database is needed"),
        (["--set", "replica=3"], "replica"),
        (["--set", "settings.secret_key=x"], "secret_key"),
    ],
)
def test_what_cannot_work_is_refused_in_words(tool: Tools, more: list[str], words: str) -> None:
    done = helm(tool("helm"), "template", "help", ".", "--values", str(COMPANY), *more)
    assert done.returncode != 0
    assert words in done.stderr


def test_every_other_setting_can_be_given_and_no_secret_among_them() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    refused = set(schema["properties"]["settings"]["propertyNames"]["not"]["enum"])
    assert refused <= set(Settings.model_fields)
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secret <= refused


def test_the_chart_is_of_this_version() -> None:
    from alongside import __version__

    assert yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"] == __version__


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("roles.sh", "compose/roles.sh"),
        ("nats.conf", "nats/nats.conf"),
        ("turnserver.conf", "coturn/turnserver.conf"),
        ("start.sh", "coturn/start.sh"),
        ("alerts.yaml", "prometheus/alerts.yaml"),
    ],
)
def test_what_the_chart_has_to_carry_is_the_same_as_outside(inside: str, outside: str) -> None:
    """A chart can read only what lies in it."""
    assert (CHART / "files" / inside).read_text() == (DEPLOY / outside).read_text()
