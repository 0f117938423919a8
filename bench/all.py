"""Every bench, one after the other, raw figures into a folder.

    python -m bench.all                     # about thirteen minutes on two quiet cores; 8 GB of disk for a while
    python -m bench.all --without growth --folder /tmp/figures
    python -m bench.all --quick             # tiny counts: does everything still run?

Each bench is a process of its own and has a limit of time; one that fails is named, and the others go on. Writes
`<bench>.json` and `<bench>.txt` (its table) for each into the folder.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench.programs import say


class Bench(NamedTuple):
    """How one bench is run: its quick arguments, and the seconds it may take."""

    name: str
    quick: str
    limit: float

    def command(self, folder: Path, *, quick: bool) -> list[str]:
        """The command line."""
        words = self.quick.split() if quick else []
        figures = str(folder / f"{self.name}.json")
        return [sys.executable, "-m", f"bench.{self.name}", "--json", figures, *words]


BENCHES = [
    Bench("whole_path", "--seconds 0.5 --warmup 0.2 --conversations 4 --probe 0.2", 240),
    Bench("two_nodes", "--seconds 0.5 --warmup 0.2 --conversations 4 --probe 0.2", 300),
    Bench("persistence", "--seconds 0.3 --probe 0.2", 120),
    Bench("resume", "--clients 20 --rounds 1 --probe 0.2", 180),
    Bench("idle", "--sockets 30 --warm 5 --rest 0.5 --probe 0.2", 240),
    Bench(
        "growth",
        "--conversations 600 --entries 6000 --customers 5 --rounds 1 --seconds 0.3 --probe 0.2",
        900,
    ),
]


def main() -> None:
    """Run what is wanted; exit 1 if anything failed."""
    asked = _arguments()
    asked.folder.mkdir(parents=True, exist_ok=True)
    wanted = [each for each in BENCHES if each.name not in asked.without and each.name in asked.only]
    failed = [each.name for each in wanted if not run(each, asked.folder, quick=asked.quick)]
    say(f"figures are in {asked.folder}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    sys.exit(1 if failed else 0)


def _arguments() -> argparse.Namespace:
    names = [each.name for each in BENCHES]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path("bench-results"), help="where the figures go")
    parser.add_argument("--without", nargs="+", choices=names, default=[], metavar="BENCH")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="BENCH")
    parser.add_argument("--quick", action="store_true", help="tiny counts, figures without meaning")
    return parser.parse_args()


def run(bench: Bench, folder: Path, *, quick: bool) -> bool:
    """Run one bench to its end or its limit; True if it went well."""
    say(f"— {bench.name} —")
    begin = time.monotonic()
    try:
        done = subprocess.run(
            bench.command(folder, quick=quick),
            stdout=subprocess.PIPE,
            text=True,
            timeout=bench.limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        say(f"bench: {bench.name} took more than {bench.limit:.0f} s and was stopped")
        return False
    (folder / f"{bench.name}.txt").write_text(done.stdout)
    say(f"{done.stdout}\n{bench.name}: exit {done.returncode} after {time.monotonic() - begin:.0f} s")
    return done.returncode == 0


if __name__ == "__main__":
    main()
