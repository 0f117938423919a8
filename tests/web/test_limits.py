"""Buckets: so many at once, then so many a second."""

from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from alongside.kit.actors import Actor, person
from alongside.kit.errors import TooMany
from alongside.realtime.sessions import Session
from alongside.web import limits
from alongside.web.limits import RATES, Limits, Rate, network_of

LUMA = UUID(int=1)


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


def test_those_refused_at_once_are_told_different_times_and_each_gets_in_then() -> None:
    time = Time()
    limit = buckets(time, burst=1)
    limit.spend("sign_in", "a")
    told = [limit.take("sign_in", "a") for _ in range(5)]
    assert told == [2, 4, 6, 8, 10]
    for _ in told:
        time.now += 2
        limit.spend("sign_in", "a")


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
    assert {"sign_in", "device", "identify", "upload", "setup", "password", "command"} <= RATES.keys()


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


def session(actor: Actor, workspace_id: UUID = LUMA) -> Session:
    return Session(
        actor=actor,
        workspace_id=workspace_id,
        workspace_slug="luma",
        workspace_name="Luma",
        session_id=uuid4(),
        audience="everyone",
    )


@pytest.mark.parametrize(
    ("limit", "spared"),
    [
        ("command_session", "other device"),
        ("command_person", "other person"),
        ("command_address", "other address"),
        ("command_workspace", "other workspace"),
    ],
)
def test_a_flood_over_the_socket_ends_in_its_own_buckets(limit: str, spared: str) -> None:
    mara, otto = person(uuid4()), person(uuid4())
    limits = Limits({limit: Rate(2, 1)}, Time())
    flooding = limits.of(session(mara), "192.0.2.1")
    neighbours = {
        "other device": limits.of(session(mara), "192.0.2.1"),
        "other person": limits.of(session(otto), "192.0.2.1"),
        "other address": limits.of(session(mara), "192.0.2.2"),
        "other workspace": limits.of(session(mara, UUID(int=2)), "192.0.2.1"),
    }
    assert [flooding.ask("command") for _ in range(3)] == [0, 0, 1]
    assert neighbours[spared].ask("command") == 0


def test_conversations_are_started_slowly_and_go_on_quickly() -> None:
    mara = Limits(seconds=Time()).of(session(person(uuid4())), "192.0.2.1")
    waits = [mara.ask("start") for _ in range(21)]
    assert waits[:20] == [0] * 20
    assert waits[20] == 20
    assert mara.ask("command") == 0


def test_what_was_asked_before_one_was_known_counts_afterwards() -> None:
    mara = Limits({"command_session": Rate(2, 1)}, Time()).of(session(person(uuid4())), "192.0.2.1")
    for _ in range(3):
        mara.charge("command")
    assert mara.ask("command") == 2
