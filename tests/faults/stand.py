"""Real servers on a real database, with proxies between, and a workspace in which people can talk.

async with standing(nodes=3) as stand:
    async with talking(stand, Shape(conversations=50, rate=200)) as load: …
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.database import reachable_folder
from tests.faults.balancing import Balancer
from tests.faults.cluster import Cluster
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
    options: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Stand]:
    """So many servers on a fresh database. `wired`: each reaches it through a proxy of its own, `stand.wires`.
    `options`: of PostgreSQL. `environment`: more settings for the servers."""
    folder = reachable_folder()
    cluster = Cluster(folder / "postgres", options, durable=durable)
    try:
        await cluster.make()
        stand = await _put_together(folder, cluster, nodes, wired, environment or {})
        try:
            yield stand
        finally:
            await _end(stand)
    finally:
        await cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def standing_alone() -> AsyncIterator[Stand]:
    """One server with its embedded PostgreSQL, as who tries Alongside has it."""
    folder = reachable_folder()
    node = Node(folder / "data", ENVIRONMENT)
    stand = Stand(folder, Embedded(folder / "data"), [node], Balancer([node]))
    try:
        await open_doors(stand)
        yield stand
        await _end(stand)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _put_together(
    folder: Path, cluster: Cluster, count: int, wired: bool, environment: Mapping[str, str]
) -> Stand:
    wires = [Proxy(cluster.port) for _ in range(count if wired else 0)]
    for wire in wires:
        await wire.start()
    urls = [cluster.url_at(wire.port) for wire in wires] or [cluster.url] * count
    nodes = [
        Node(folder / f"node{number}", {**ENVIRONMENT, **environment, "DATABASE_URL": url})
        for number, url in enumerate(urls)
    ]
    stand = Stand(folder, cluster, nodes, Balancer(nodes), wires)
    await open_doors(stand)
    return stand


async def open_doors(stand: Stand) -> None:
    """Start the servers, one before the others so that it migrates, then let people in."""
    try:
        await stand.nodes[0].start()
        await asyncio.gather(*(node.start() for node in stand.nodes[1:]))
        await stand.balancer.start()
        await stand.set_up()
    except BaseException:
        await _end(stand)
        raise


async def _end(stand: Stand) -> None:
    await stand.balancer.stop()
    for wire in stand.wires:
        wire.light_up()
    await asyncio.gather(*(node.kill() for node in stand.nodes))
    for wire in stand.wires:
        await wire.stop()
