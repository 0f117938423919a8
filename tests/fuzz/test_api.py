"""The API keeps its description's word, whatever is sent: tried out by schemathesis, as everybody."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.fuzz.stage import Somebody, Stage

HERE = Path(__file__).parent
# These would end the session, or take away the role, by which all others are asked; each is asked alone.
LOCKING_OUT = (
    "DELETE /api/session",
    "DELETE /api/sessions/{agent_session_id}",
    "PATCH /api/session",
    "PATCH /api/team/{agent_id}",
    "DELETE /api/widget/devices/current",
    "POST /api/widget/identify",
)
EXAMPLES: dict[Somebody, int] = {"nobody": 3, "visitor": 5, "agent": 5, "administrator": 10}


async def schemathesis(stage: Stage, who: Somebody, config: pytest.Config, examples: int, *more: str) -> None:
    """Let it run as somebody. Fails with what it says if it finds anything."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"), f"--config-file={HERE / 'schemathesis.toml'}", "run",
        f"{stage.url}/api/openapi.json", "--no-color", "--generation-database=none", "--warnings=off",
        f"--seed={config.getoption('--fuzz-seed')}", f"--max-examples={examples * config.getoption('--fuzz')}",
        "--phases=coverage,fuzzing", "--output-sanitize=false", f"--header=Origin: {stage.url}", *more,
    ]  # fmt: skip
    known = {
        "FUZZ_SESSION": stage.tokens[who] if who in ("agent", "administrator") else "none",
        "FUZZ_DEVICE": stage.tokens[who] if who == "visitor" else "none",
        "FUZZ_IDS": json.dumps(stage.ids),
    }
    running = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | known | {"SCHEMATHESIS_HOOKS": "tests.fuzz.api_hooks"},
        cwd=HERE.parents[1],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await running.communicate())[0].decode()
    assert running.returncode == 0, said


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("who", list(EXAMPLES))
async def test_the_api_answers_as_it_is_described(
    stage: Stage, pytestconfig: pytest.Config, who: Somebody
) -> None:
    left_out = [f"--exclude-name={name}" for name in LOCKING_OUT] if who != "nobody" else []
    await schemathesis(stage, who, pytestconfig, EXAMPLES[who], *left_out)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("who", ["agent", "administrator"])
async def test_what_may_change_who_one_is_is_answered_as_described(
    stage: Stage, pytestconfig: pytest.Config, who: Somebody
) -> None:
    only = [f"--include-name={name}" for name in LOCKING_OUT if name.startswith("PATCH")]
    await schemathesis(stage, who, pytestconfig, 10, *only)


async def test_no_request_was_our_own_mistake(stage: Stage) -> None:
    assert "request_failed" not in stage.node.log
    assert "Traceback" not in stage.node.log
