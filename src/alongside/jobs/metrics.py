"""What the jobs room counts, for Prometheus."""

from prometheus_client import Gauge

LEADING = Gauge(
    "alongside_leading", "Whether this server is the one that does what only one may do.", ["task"]
)
