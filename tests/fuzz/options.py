"""How long and from which seed the fuzzing runs: `--fuzz 20` takes twenty times as many examples, `--fuzz-seed`
others than CI does."""

import pytest
from hypothesis import settings

SEED = 20261122


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options."""
    group = parser.getgroup("fuzzing")
    group.addoption("--fuzz", type=int, default=1, help="how many times as many examples as usual")
    group.addoption("--fuzz-seed", type=int, default=SEED, help="where to begin; the same seed, the same run")


def pytest_configure(config: pytest.Config) -> None:
    """One run is like the other, unless more is asked for: then Hypothesis prints how to repeat what it found."""
    longer = config.getoption("--fuzz") > 1
    settings.register_profile("reproducible", derandomize=not longer, deadline=None, print_blob=True)
    settings.load_profile("reproducible")
