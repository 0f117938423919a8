"""What the realtime room counts, for Prometheus."""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

from alongside.kit.tallies import Durations, Tallies, Tally, Timings

CONNECTIONS = Gauge("alongside_socket_connections", "Open sockets that have been welcomed.", ["audience"])
CLOSED = Counter("alongside_socket_closed_total", "Sockets that the server closed, by reason.", ["code"])
FRAMES_IN = Tallies("alongside_socket_frames_in_total", "Frames received.").labels()
FRAMES_OUT = Tallies(
    "alongside_socket_frames_out_total", "Frames put into outboxes, all receivers counted."
).labels()
ERRORS = Counter("alongside_socket_errors_total", "Error frames sent, by code.", ["code"])
COMMANDS = Tallies("alongside_socket_commands_total", "Commands by name and outcome.", ["name", "outcome"])
COMMAND_SECONDS = Timings(
    "alongside_socket_command_seconds",
    "Time from reading a command to its answer.",
    ["name"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
DELIVERY_LAG = Histogram(
    "alongside_delivery_lag_seconds",
    "Time from an entry's own time to its place in the outboxes, newest entry of each batch.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
LIMITED = Counter(
    "alongside_limited_total",
    "Requests, frames and connections refused or held back, by kind of limit.",
    ["limit"],
)
OVERFLOWS = Counter("alongside_outbox_overflows_total", "Readers cut because they were too slow.")
SUBSCRIPTIONS = Gauge("alongside_topic_followers", "Subscriptions, by kind of topic.", ["kind"])
REPAIRS = Counter(
    "alongside_topic_repairs_total", "Fetches that closed gaps, by kind and outcome.", ["kind", "outcome"]
)
BUS_SENT = Counter("alongside_bus_messages_sent_total", "Messages given to the bus, by type.", ["type"])
BUS_HEARD = Counter(
    "alongside_bus_messages_heard_total", "Messages heard from other nodes, by type.", ["type"]
)
BUS_LOST = Counter(
    "alongside_bus_messages_lost_total", "Messages the bus had to drop, by reason.", ["reason"]
)
BUS_CONNECTED = Gauge("alongside_bus_connected", "0 while NATS is used and away, else 1.")
BUS_CONNECTED.set(1)
BUS_RECONNECTIONS = Counter("alongside_bus_reconnections_total", "Times the bus had to connect again.")


@cache
def command_counter(name: str, outcome: str) -> Tally:
    """The counter of a command's outcome, kept: looking it up costs more than counting."""
    return COMMANDS.labels(name, outcome)


@cache
def command_timer(name: str) -> Durations:
    """The histogram of a command's seconds, kept."""
    return COMMAND_SECONDS.labels(name)
