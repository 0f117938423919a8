"""What the journal counts, for Prometheus."""

from collections import Counter as Tally
from collections.abc import Sequence

from prometheus_client import Counter, Histogram

from alongside.conversations.appending import Judged

_DRAFTS = Counter("alongside_journal_drafts_total", "Drafts by what became of them.", ["outcome"])
_BATCH = Histogram(
    "alongside_journal_batch_entries",
    "Drafts that shared a commit.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
COMMIT_SECONDS = Histogram(
    "alongside_journal_commit_seconds",
    "Time from sending a batch to the database to its durable answer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10),
)


def count(judged: Sequence[Judged]) -> None:
    """A batch was answered."""
    _BATCH.observe(len(judged))
    for outcome, number in Tally(each.outcome for each in judged).items():
        _DRAFTS.labels(outcome).inc(number)
