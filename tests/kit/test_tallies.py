"""What is counted the cheap way is told to Prometheus as its own counters would be."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from alongside.kit.tallies import Tallies, Timings

BOUNDS = (0.1, 0.5, 1)
SECONDS = (0.05, 0.1, 0.3, 2.0)


def told(registry: CollectorRegistry) -> list[str]:
    """Without the times of creation, which only the client's own tell."""
    return [line for line in generate_latest(registry).decode().splitlines() if "_created" not in line]


def test_a_tally_is_told_as_a_counter_is() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    tallies = Tallies("frames_total", "Frames.", ["kind"], ours)
    counter = Counter("frames_total", "Frames.", ["kind"], registry=theirs)
    for number, kind in enumerate(("text", "ping", "text"), 1):
        tallies.labels(kind).inc(number)
        counter.labels(kind).inc(number)
    assert told(ours) == told(theirs)


def test_durations_are_told_as_a_histogram_is() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    timings = Timings("took_seconds", "How long.", ["name"], buckets=BOUNDS, registry=ours)
    histogram = Histogram("took_seconds", "How long.", ["name"], buckets=BOUNDS, registry=theirs)
    for seconds in SECONDS:
        timings.labels("send").observe(seconds)
        histogram.labels("send").observe(seconds)
    assert told(ours) == told(theirs)
