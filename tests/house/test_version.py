"""One version, told the same everywhere."""

import importlib.metadata
import json
import re

import alongside
from tests.house.checkout import ROOT


def test_the_installed_version_is_the_one_in_the_source() -> None:
    assert importlib.metadata.version("alongside") == alongside.__version__


def test_the_changelog_tells_of_this_version() -> None:
    told = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert alongside.__version__ in told


def test_the_front_end_has_the_same_version() -> None:
    manifests = [ROOT / "frontend/package.json", *ROOT.glob("frontend/*/package.json")]
    assert {json.loads(path.read_text())["version"] for path in manifests} == {alongside.__version__}
