"""What pyproject.toml asks for is pinned, and pinned to something that fits."""

import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.checkout import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED = {
    "requirements.lock": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]],
    "requirements-dev.lock": PROJECT["dependency-groups"]["dev"],
}


def pins(lock: str) -> Iterator[tuple[str, str]]:
    for line in (ROOT / lock).read_text().splitlines():
        pin = Requirement(line)
        yield canonicalize_name(pin.name), next(iter(pin.specifier)).version


@pytest.mark.parametrize("lock", ASKED)
def test_every_dependency_is_pinned_as_asked(lock: str) -> None:
    pinned = list(pins(lock))
    for asked in map(Requirement, ASKED[lock]):
        versions = [version for name, version in pinned if name == canonicalize_name(asked.name)]
        assert versions, f"{asked.name} is not in {lock}: run bin/lock"
        assert all(asked.specifier.contains(version) for version in versions), f"{asked}: run bin/lock"


def test_tools_for_developing_do_not_move_the_pins_for_running() -> None:
    running = set(pins("requirements.lock"))
    names = {name for name, _ in running}
    assert {pin for pin in pins("requirements-dev.lock") if pin[0] in names} <= running
