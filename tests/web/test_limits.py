"""Buckets: so many at once, then so many a second."""

import pytest
from prometheus_client import REGISTRY

from alongside.kit.errors import TooMany
from alongside.web import limits
from alongside.web.limits import RATES, Limits, Rate, network_of


class Time:
    """A monotonic clock that stands still."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def buckets(time: Time, burst: float = 3, per_second: float = 0.5) -> Limits:
    return Limits({"sign_in": Rate(burst, per_second)}, time)


def test_a_burst_passes_and_the_next_waits_as_long_as_it_is_told() -> None:
    time = Time()
    limit = buckets(time)
    for _ in range(3):
        limit.spend("sign_in", "a")
    with pytest.raises(TooMany) as caught:
        limit.spend("sign_in", "a")
    assert caught.value.retry_after == 2
    time.now += 1.9
    with pytest.raises(TooMany):
        limit.spend("sign_in", "a")
    time.now += 0.2
    limit.spend("sign_in", "a")


def test_being_refused_costs_nothing_further() -> None:
    limit = buckets(Time(), burst=1)
    limit.spend("sign_in", "a")
    for _ in range(50):
        with pytest.raises(TooMany) as caught:
            limit.spend("sign_in", "a")
        assert caught.value.retry_after == 2


def test_each_has_a_bucket_of_their_own_and_it_never_overflows() -> None:
    time = Time()
    limit = buckets(time)
    for whose in ("a", "b"):
        for _ in range(3):
            limit.spend("sign_in", whose)
    time.now += 1_000_000
    for _ in range(3):
        limit.spend("sign_in", "a")
    with pytest.raises(TooMany):
        limit.spend("sign_in", "a")


def test_a_limit_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Limits().spend("everything", "a")
    assert {"sign_in", "device", "identify", "upload", "setup", "password"} <= RATES.keys()


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BUCKETS", 10)
    limit = buckets(Time(), burst=1)
    limit.spend("sign_in", "first")
    for number in range(10):
        limit.spend("sign_in", f"later-{number}")
    limit.spend("sign_in", "first")
    with pytest.raises(TooMany):
        limit.spend("sign_in", "later-9")


def test_refusals_are_counted() -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("alongside_limited_total", {"limit": "sign_in"}) or 0

    before, limit = counted(), buckets(Time(), burst=1)
    limit.spend("sign_in", "a")
    with pytest.raises(TooMany):
        limit.spend("sign_in", "a")
    assert counted() == before + 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        (None, "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_one_customer_s_many_ipv6_addresses_are_one(address: str | None, network: str) -> None:
    assert network_of(address) == network
