"""Limits are settings: checked at start, and described as they are."""

import re

import pytest

from alongside.app.bounds import BOUNDS, connection_limits, http_limits, quotas, request_limits, socket_limits
from alongside.kit.errors import Misconfigured, TooMany
from alongside.kit.settings import Settings
from alongside.realtime.quotas import NoQuotas
from alongside.web.limits import RATES
from tests.house.checkout import ROOT

PAGE = (ROOT / "docs/operators.md").read_text("utf-8")


def rows() -> dict[str, list[str]]:
    section = PAGE.partition("\n## Limits\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in found}


def test_the_operators_guide_lists_every_limit_as_it_is() -> None:
    told = rows()
    assert told.keys() == RATES.keys() | BOUNDS.keys()
    for name, rate in RATES.items():
        assert told[name][:2] == [f"{rate.burst:,}", f"{rate.per_second:,}"], name
    for name, most in BOUNDS.items():
        assert told[name][0] == f"{most:,}", name


def test_a_rate_and_a_bound_can_be_chosen_and_the_others_stay() -> None:
    chosen = Settings(rates={"command": (7, 2), "device": (1, 1)}, bounds={"subscriptions": 9, "sockets": 5})
    limits = socket_limits(chosen)
    assert (limits.command_burst, limits.commands_per_second, limits.subscriptions) == (7, 2, 9)
    assert (limits.frame_burst, connection_limits(chosen).altogether) == (300, 5)
    requests = request_limits(chosen)
    requests.spend("device", "a")
    with pytest.raises(TooMany):
        requests.spend("device", "a")
    assert http_limits(chosen) == (2000, RATES["connection_address"])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"rates": {"comand": (1, 1)}}, "no limit"),
        ({"rates": {"device": (0, 1)}}, "nobody"),
        ({"rates": {"device": (1, 0)}}, "nobody"),
        ({"bounds": {"socket": 1}}, "no limit"),
        ({"bounds": {"sockets": 0}}, "nobody"),
    ],
)
def test_a_limit_that_does_not_exist_or_lets_nobody_through_is_refused_at_start(
    changed: dict[str, object], why: str
) -> None:
    settings = Settings.model_validate(changed)
    with pytest.raises(Misconfigured, match=why):
        request_limits(settings)
        connection_limits(settings)


def test_for_measuring_there_are_none() -> None:
    off = Settings(rate_limits=False)
    assert isinstance(quotas(off, request_limits(off)), NoQuotas)
    for _ in range(1000):
        request_limits(off).spend("setup", "a")
    assert socket_limits(off).frame_bytes == BOUNDS["frame_bytes"]
