"""`alongside replay` against a real server: everything that was asked is there, whatever happens meanwhile."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from alongside.app.cli import main
from alongside.app.replay.playing import play
from alongside.app.replay.report import Report
from alongside.app.replay.script import Script, SignIn
from alongside.app.replay.tally import Tally
from alongside.kit.errors import Forbidden, NotFound, Unavailable
from tests.app.cutting_proxy import cutting
from tests.app.server_process import EMAIL, PASSWORD, ServerProcess

NORA = SignIn(EMAIL, PASSWORD)
QUESTIONS = [f"Where is card number {number}?" for number in range(1, 13)]
MANNERS = ["Hello!", "Thank you!", "Good morning"]


class Interrupted(list[str]):
    """Questions, before one of which something happens."""

    def __init__(self, questions: list[str], place: int, happens: Callable[[], None]) -> None:
        super().__init__(questions)
        self._place = place
        self._happens = happens

    def __iter__(self) -> Iterator[str]:
        for number, question in enumerate(super().__iter__()):
            if number == self._place:
                self._happens()
            yield question


async def replayed(server: ServerProcess, **more: Any) -> Report:
    script = Script(**{"url": server.url, "workspace": "luma", "questions": QUESTIONS, "rate": 0.0, **more})
    return await play(script, Tally(len(script.questions)))


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "alongside", "replay", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.csv"
    path.write_text("id,text\n" + "".join(f'{number},"{text}"\n' for number, text in enumerate(QUESTIONS)))
    return path


async def test_every_question_arrives_in_the_desk_once_and_is_seen_there_live(server: ServerProcess) -> None:
    report = await replayed(server, sign_in=NORA)
    assert report.well
    assert (report.asked, report.acknowledged, report.arrived, report.seen_live) == (12, 12, 12, 12)
    assert (report.verified_by, report.entries, report.interrupted) == ("desk", 12, False)
    assert report.acknowledge_ms is not None
    assert report.arrival_ms is not None


async def test_scripted_agents_answer_whatever_is_handed_over(server: ServerProcess) -> None:
    report = await replayed(server, sign_in=NORA, agents=2, concurrency=4)
    assert report.well
    assert (report.accepted_by_agents, report.answered_by_agents) == (12, 12)
    assert report.entries == 36
    assert report.shares is not None
    assert (report.shares.handed_over, report.shares.answered_by_agent) == (1, 1)


async def test_each_can_ask_for_a_human_after_the_concierges_answer(server: ServerProcess) -> None:
    report = await replayed(server, questions=MANNERS, sign_in=NORA, ask_human=True)
    assert report.well
    assert (report.acknowledged, report.entries) == (3, 6)
    assert report.shares is not None
    assert report.shares.handed_over == 1


async def test_what_the_concierge_answers_is_not_handed_over(server: ServerProcess) -> None:
    report = await replayed(server, questions=MANNERS, sign_in=NORA)
    assert report.shares is not None
    assert (report.shares.answered_by_concierge, report.shares.handed_over) == (1, 0)


async def test_a_line_that_breaks_before_each_acknowledgement_loses_and_doubles_nothing(
    server: ServerProcess,
) -> None:
    async with cutting(server.url, cuts=20) as proxy:
        report = await replayed(server, url=proxy.url, sign_in=NORA, agents=1)
        assert proxy.cut == 20
    assert report.well
    assert report.reconnections >= 20
    assert (report.lost, report.doubled, report.entries) == (0, 0, 36)


async def test_a_server_killed_in_the_middle_loses_nothing(server: ServerProcess) -> None:
    killed = asyncio.Event()

    def kill() -> None:
        server.kill()
        killed.set()

    async def start_again() -> None:
        await killed.wait()
        await asyncio.to_thread(server.start)

    starting = asyncio.create_task(start_again())
    questions = Interrupted(QUESTIONS, 6, kill)
    report = await replayed(server, questions=questions, sign_in=NORA, agents=1)
    await starting
    assert report.well
    assert (report.acknowledged, report.arrived, report.lost, report.doubled) == (12, 12, 0, 0)
    assert report.reconnections > 0


async def test_ctrl_c_ends_it_with_the_report_so_far(server: ServerProcess) -> None:
    questions = Interrupted(QUESTIONS, 6, lambda: signal.raise_signal(signal.SIGINT))
    report = await replayed(server, questions=questions, sign_in=NORA, concurrency=1)
    assert report.interrupted
    assert (report.lost, report.doubled, report.unverified) == (0, 0, 0)
    assert 5 <= report.acknowledged == report.arrived
    assert report.acknowledged + report.cut_short == report.asked < 12


async def test_what_the_server_refuses_is_told_and_is_no_loss(server: ServerProcess) -> None:
    report = await replayed(server, questions=["Fine?", "x" * 10_001], sign_in=NORA)
    assert not report.well
    assert (report.asked, report.acknowledged, report.failed, report.lost) == (2, 1, 1, 0)
    assert [trouble.split()[:2] for trouble in report.troubles] == [["visitor:", "invalid"]]


async def test_nobody_at_the_address_is_said_at_once(server: ServerProcess) -> None:
    with pytest.raises(Unavailable, match="Nothing answers at"):
        await replayed(server, url="http://127.0.0.1:1")


async def test_a_workspace_that_is_not_there_is_said_at_once(server: ServerProcess) -> None:
    with pytest.raises(NotFound, match="no workspace 'none'"):
        await replayed(server, workspace="none")


async def test_an_agent_with_a_wrong_password_is_not_let_in(server: ServerProcess) -> None:
    with pytest.raises(Forbidden, match="cannot sign in"):
        await replayed(server, sign_in=SignIn(EMAIL, "wrong-password"))


def test_the_report_is_json_for_programs(server: ServerProcess, file: Path) -> None:
    done = run(file, "--url", server.url, "--limit", "3", "--repeat", "2", "--rate", "0", "--json")
    report = msgspec.json.decode(done.stdout, type=Report)
    assert (done.returncode, done.stderr) == (0, "")
    assert (report.asked, report.arrived, report.verified_by) == (6, 6, "visitors")


def test_without_an_agent_the_report_says_that_none_looked(server: ServerProcess, file: Path) -> None:
    done = run(file, "--url", server.url, "--limit", "2", "--rate", "0")
    assert done.returncode == 0
    assert "2 questions asked" in done.stdout
    assert "read back by the visitors themselves, no agent looked" in done.stdout


def test_a_failed_question_is_exit_code_1(server: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("text\n" + "x" * 10_001 + "\n")
    done = run(file, "--url", server.url)
    assert done.returncode == 1
    assert "Not all is well" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.csv"], "Cannot read none.csv"),
        (["{file}", "--column", "words"], "has no column 'words'"),
        (["{file}", "--agents", "2"], "Give --agent-email and --agent-password"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    file: Path,
    arguments: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [argument.format(file=file) for argument in arguments]
    monkeypatch.setattr(sys, "argv", ["alongside", "replay", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert words in capsys.readouterr().err
