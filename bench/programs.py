"""The C programs of the benches: compiled into a folder of the run, and the two probes of the machine."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
FLAGS = ("-O2", "-Wall", "-Werror=implicit-function-declaration")


@contextmanager
def built(*sources: str) -> Iterator[Path]:
    """A folder of this run with these programs (`load`, `probe`, `crowd`) in it; forgotten at the end."""
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as directory:
        for source in sources:
            build(source, Path(directory))
        yield Path(directory)


def build(source: str, folder: Path) -> None:
    """Compile one program into a folder. Ends the run, in words, where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        sys.exit("bench: no C compiler found; install one (Debian: apt-get install gcc libc6-dev)")
    subprocess.run([compiler, *FLAGS, "-o", folder / source, HERE / f"{source}.c"], check=True)


def probe(folder: Path, seconds: float = 3.0) -> dict[str, float]:
    """What this machine does now: `echo` a second over raw sockets, `fdatasync` a second of 200 bytes each."""
    say("probing the machine …")
    return {
        "echo": _probe(folder, "echo", seconds),
        "fdatasync": _probe(folder, "fdatasync", seconds, folder / "sync"),
    }


def _probe(folder: Path, kind: str, seconds: float, *more: Path) -> float:
    command: list[str | Path] = [folder / "probe", kind, str(seconds), *more]
    done = subprocess.run(command, check=True, capture_output=True, timeout=seconds + 30)
    rate: float = json.loads(done.stdout)["per_second"]
    return rate


def say(words: str) -> None:
    """Tell who waits what is going on, beside the results."""
    print(words, file=sys.stderr, flush=True)
