"""The demo itself, started as a newcomer starts it: it serves, refuses company, and leaves nothing behind."""

import os
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bench.machine import command_of, family
from demo.customers import CUSTOMERS, PASSWORD
from demo.world.team import PASSWORD as AGENTS_PASSWORD
from demo.world.team import TEAM
from tests.browser.running_demo import ROOT, RunningDemo
from tests.database import reachable_folder

pytestmark = pytest.mark.timeout(240)


class Demo(RunningDemo):
    """The demo, with a hold on its process."""

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def _listen(self, process: "subprocess.Popen[str]", ready: threading.Event) -> None:
        """Ready for a test once everything is said, the last line included."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.said.append(line)
                if line.startswith("Ctrl-C"):
                    ready.set()

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        assert self._process is not None
        return self._process.wait(60)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """The folder in which the demo keeps its world."""
    folder = reachable_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(data: Path) -> Iterator[Demo]:
    """The demo, running; started again by the tests that end it."""
    running = Demo(data)
    running.start()
    yield running
    running.stop()


def second_start(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Try to start another one; it is expected to refuse."""
    return subprocess.run(
        [sys.executable, "-m", "demo", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def alive(pids: list[int]) -> list[str]:
    """The commands of those that still run."""
    return [command_of(pid) for pid in pids if command_of(pid)]


def wait_until_gone(pids: list[int]) -> None:
    """Returns when none of the processes runs any more; fails after half a minute."""
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([process], [], [], 30)
        os.close(process)
        assert ended, command_of(pid)


def test_it_says_once_that_it_is_ready_and_who_can_sign_in(demo: Demo) -> None:
    said = "".join(demo.said)
    assert [line for line in demo.said if line.startswith("ready ")] == [f"ready {demo.alongside}\n"]
    assert all(one.email in said for one in (*TEAM, *CUSTOMERS))
    assert PASSWORD in said
    assert AGENTS_PASSWORD in said


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/api/openapi.json"])
def test_alongside_answers(demo: Demo, path: str) -> None:
    assert httpx.get(demo.alongside + path).status_code == 200


def test_luma_s_site_is_another_origin_that_may_embed_the_widget(demo: Demo) -> None:
    assert httpx.get(demo.luma).status_code == 200
    frame = httpx.get(f"{demo.alongside}/widget/frame", params={"workspace": "luma"})
    assert demo.luma in frame.headers["content-security-policy"]


def test_an_agent_signs_in_and_finds_the_world(demo: Demo) -> None:
    with httpx.Client(base_url=demo.alongside, headers={"origin": demo.alongside}) as desk:
        signed_in = desk.post("/api/session", json={"email": TEAM[4].email, "password": AGENTS_PASSWORD})
        assert signed_in.status_code == 201
        waiting = desk.get("/api/conversations", params={"view": "unassigned"}).json()
    assert len(waiting["items"]) >= 14


def test_a_customer_of_luma_s_is_the_same_person_in_alongside(demo: Demo) -> None:
    with httpx.Client(base_url=demo.luma) as browser:
        browser.post("/sign-in", data={"customer": "mara", "password": PASSWORD})
        proof = browser.post("/identity").text
    device = httpx.post(f"{demo.alongside}/api/widget/devices", json={"workspace": "luma"}).json()["token"]
    headers = {"authorization": f"Bearer {device}"}
    who = httpx.post(f"{demo.alongside}/api/widget/identify", json={"jwt": proof}, headers=headers).json()
    assert (who["person"]["name"], who["person"]["verified"]) == ("Mara Vogel", True)
    headers = {"authorization": f"Bearer {who['token'] or device}"}
    mine = httpx.get(f"{demo.alongside}/api/widget/conversations", headers=headers).json()
    assert len(mine["items"]) == 2


def test_a_second_demo_on_the_same_folder_is_refused_in_one_line(demo: Demo, data: Path) -> None:
    other = Demo(data)
    refused = second_start("--port", other.alongside.rpartition(":")[2], "--data", str(data))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("demo: Another demo runs on ")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("of", ["alongside", "luma"])
def test_a_port_that_is_taken_is_refused_in_one_line(demo: Demo, tmp_path: Path, of: str) -> None:
    port = int(getattr(demo, of).rpartition(":")[2])
    refused = second_start("--port", str(port), "--data", str(tmp_path / "other"))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"demo: Port {port} cannot be used")
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "other").exists()


def test_it_explains_itself() -> None:
    explained = second_start("--help")
    assert explained.returncode == 0
    assert "--port" in explained.stdout
    assert "--data" in explained.stdout


def test_when_its_server_dies_it_ends_and_leaves_nothing_behind(demo: Demo) -> None:
    processes = family(demo.pid)
    demo.kill_server()
    assert alive(processes) == []
    demo.start()
    assert httpx.get(f"{demo.alongside}/ready").status_code == 200


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_it_ends_everything_it_started(demo: Demo, told: signal.Signals) -> None:
    processes = family(demo.pid)
    assert len(processes) > 3
    os.kill(demo.pid, told)
    assert demo.wait() == 0
    assert alive(processes) == []
    demo.start()


def test_killed_without_a_word_it_takes_its_server_along(demo: Demo) -> None:
    processes = family(demo.pid)
    os.kill(demo.pid, signal.SIGKILL)
    demo.wait()
    wait_until_gone(processes)
    demo.start()
    assert httpx.get(f"{demo.alongside}/ready").status_code == 200
