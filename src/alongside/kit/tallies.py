"""Counting what happens thousands of times a second: plain numbers of the event loop's thread, which Prometheus's
client reads when it is asked. Its own counters take a lock for each count, which costs as much as sending a frame."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

Part = TypeVar("Part")


class Tally:
    """How often something happened."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0

    def inc(self, number: int = 1) -> None:
        """It happened so many times more."""
        self.count += number


class Durations:
    """How often something took how long. `bounds` in seconds, ascending."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """It took so long this time."""
        self.counts[bisect_left(self._bounds, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Upper bound → how many took at most so long, as Prometheus wants them."""
        told: list[tuple[str, float]] = []
        seen = 0
        for bound, count in zip([*self._bounds, float("inf")], self.counts, strict=True):
            seen += count
            told.append(("+Inf" if bound == float("inf") else repr(float(bound)), seen))
        return told


class _Family(Collector, Generic[Part]):
    """All parts of a metric, one for each set of labels."""

    def __init__(
        self,
        name: str,
        meaning: str,
        labels: Sequence[str],
        make: Callable[[], Part],
        registry: CollectorRegistry,
    ) -> None:
        self._name = name
        self._meaning = meaning
        self._labels = labels
        self._make = make
        self._parts: dict[tuple[str, ...], Part] = {}
        registry.register(self)

    def labels(self, *values: str) -> Part:
        """The part with these labels; made when it is first asked for."""
        part = self._parts.get(values)
        if part is None:
            part = self._parts[values] = self._make()
        return part


class Tallies(_Family[Tally]):
    """A counter with labels; `name` ends with _total."""

    def __init__(
        self, name: str, meaning: str, labels: Sequence[str] = (), registry: CollectorRegistry = REGISTRY
    ) -> None:
        super().__init__(name, meaning, labels, Tally, registry)

    def collect(self) -> Iterator[Metric]:
        """For Prometheus's client."""
        family = CounterMetricFamily(self._name, self._meaning, labels=self._labels)
        for values, tally in self._parts.items():
            family.add_metric(values, tally.count)
        yield family


class Timings(_Family[Durations]):
    """A histogram with labels."""

    def __init__(
        self,
        name: str,
        meaning: str,
        labels: Sequence[str] = (),
        *,
        buckets: Sequence[float],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        super().__init__(name, meaning, labels, lambda: Durations(buckets), registry)

    def collect(self) -> Iterator[Metric]:
        """For Prometheus's client."""
        family = HistogramMetricFamily(self._name, self._meaning, labels=self._labels)
        for values, durations in self._parts.items():
            family.add_metric(values, durations.buckets(), durations.total)
        yield family
