"""Real servers on a real database, with proxies between, and a workspace in which people can talk.

async with standing(nodes=3) as stand:
    async with talking(stand, Shape(conversations=50, rate=200)) as load: …
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.database import reachable_folder
from tests.faults.balancing import Balancer
from tests.faults.cluster import Cluster
from tests.faults.disk import small_disk
from tests.faults.embedded import Embedded
from tests.faults.node import Node
from tests.faults.proxy import Proxy

PASSWORD = "measure-what-you-claim"
EMAIL = "nora@luma.example"
WORKSPACE = "luma"
KEY = "a-key-that-all-nodes-of-a-test-have"
# A test is one address with hundreds of devices; people's limits would measure the limits.
ENVIRONMENT = {"ALONGSIDE_RATE_LIMITS": "false", "ALONGSIDE_SECRET_KEY": KEY}


@dataclass
class Stand:
    """`database` ← `wires` (proxies, if asked for) ← `nodes` ← `balancer`. `folder` is forgotten at the end."""

    folder: Path
    database: Cluster | Embedded
    nodes: list[Node]
    balancer: Balancer
    wires: list[Proxy] = field(default_factory=list)
    followers: list[Cluster] = field(default_factory=list)

    @property
    def cluster(self) -> Cluster:
        """The database, where it is one that we can kill."""
        assert isinstance(self.database, Cluster)
        return self.database

    @property
    def url(self) -> str:
        """Where people connect."""
        return self.balancer.url

    async def set_up(self) -> None:
        """Make the workspace and its administrator, as a new owner would."""
        code = next(node.code for node in self.nodes if node.code)
        workspace = {"workspace_name": "Luma", "workspace_slug": WORKSPACE, "code": code}
        body = workspace | {"name": "Nora", "email": EMAIL, "password": PASSWORD}
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            answer = await client.post("/api/setup", json=body, headers={"Origin": self.url})
            answer.raise_for_status()


@asynccontextmanager
async def standing(
    nodes: int = 3,
    *,
    wired: bool = False,
    durable: bool = False,
    followed: bool = False,
    disk: int = 0,
    options: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> AsyncIterator[Stand]:
    """So many servers on a fresh database. `wired`: each reaches it through a proxy of its own, `stand.wires`;
    otherwise, if it is `followed` by a second one, they know the addresses of both. `disk`: megabytes that the
    database has; needs root. `options`: of PostgreSQL. `environment`: more settings for the servers. `variables`:
    of the environment of both."""
    async with AsyncExitStack() as stack:
        folder = reachable_folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if disk:
            stack.enter_context(small_disk(folder / "postgres", disk))
        leader = await stack.enter_async_context(
            running(Cluster(folder / "postgres", options, durable=durable, variables=variables))
        )
        clusters = [leader]
        if followed:
            follower = Cluster(folder / "follower", options, durable=durable, variables=variables)
            await follower.follow(leader)
            clusters.append(await stack.enter_async_context(stopped_at_the_end(follower)))
        wires = [Proxy(leader.port) for _ in range(nodes if wired else 0)]
        for wire in wires:
            await wire.start()
        urls = [leader.url_at(wire.port) for wire in wires] or [_url_of(clusters)] * nodes
        settings = {**ENVIRONMENT, **(environment or {}), **(variables or {})}
        stand = make_stand(folder, clusters, urls, settings)
        stand.wires += wires
        stack.push_async_callback(_end, stand)
        await open_doors(stand)
        yield stand


@asynccontextmanager
async def running(cluster: Cluster) -> AsyncIterator[Cluster]:
    """A cluster, made and started."""
    async with stopped_at_the_end(cluster):
        await cluster.make()
        yield cluster


@asynccontextmanager
async def stopped_at_the_end(cluster: Cluster) -> AsyncIterator[Cluster]:
    """Whatever has become of it."""
    try:
        yield cluster
    finally:
        await cluster.stop()


def _url_of(clusters: Sequence[Cluster]) -> str:
    """For several: whichever of them takes writes."""
    url = clusters[0].url_at(*(cluster.port for cluster in clusters))
    return f"{url}?target_session_attrs=read-write" if len(clusters) > 1 else url


def make_stand(
    folder: Path, clusters: list[Cluster], urls: Sequence[str], settings: Mapping[str, str]
) -> Stand:
    """Servers for these addresses of the database, not started yet."""
    nodes = [
        Node(folder / f"node{number}", {**settings, "DATABASE_URL": url}) for number, url in enumerate(urls)
    ]
    return Stand(folder, clusters[0], nodes, Balancer(nodes), followers=clusters[1:])


@asynccontextmanager
async def standing_alone() -> AsyncIterator[Stand]:
    """One server with its embedded PostgreSQL, as who tries Alongside has it."""
    async with AsyncExitStack() as stack:
        folder = reachable_folder()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        node = Node(folder / "data", ENVIRONMENT)
        stand = Stand(folder, Embedded(folder / "data"), [node], Balancer([node]))
        stack.push_async_callback(_end, stand)
        await open_doors(stand)
        yield stand


async def open_doors(stand: Stand) -> None:
    """Start the servers, one before the others so that it migrates, then let people in."""
    await stand.nodes[0].start()
    await asyncio.gather(*(node.start() for node in stand.nodes[1:]))
    await stand.balancer.start()
    await stand.set_up()


async def _end(stand: Stand) -> None:
    await stand.balancer.stop()
    for wire in stand.wires:
        wire.light_up()
    await asyncio.gather(*(node.kill() for node in stand.nodes))
    for wire in stand.wires:
        await wire.stop()
