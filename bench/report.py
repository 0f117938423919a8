"""Put the tables of a run into docs/benchmarks.md, where the words about them stand.

    python -m bench.all --folder bench-results && python -m bench.report bench-results

The page has a place for each bench, between `<!-- name -->` and `<!-- end -->`; what has no new figures stays.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from bench.results import probe_words, table

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Fill in what the folder has."""
    words = PAGE.read_text()
    for path in sorted(Path(sys.argv[1]).glob("*.json")):
        found = json.loads(path.read_text())
        words = spliced(words, found)
    PAGE.write_text(words)


def spliced(words: str, found: dict[str, Any]) -> str:
    """The page with one bench's table in its place. Raises ValueError if it has no place."""
    place = re.compile(rf"(<!-- {found['bench']} -->\n).*?(<!-- end -->)", re.DOTALL)
    filled, places = place.subn(lambda around: f"{around[1]}{_told(found)}\n{around[2]}", words)
    if places != 1:
        raise ValueError(f"docs/benchmarks.md has {places} places for {found['bench']!r}, and not one.")
    return filled


def _told(found: dict[str, Any]) -> str:
    machine = found["machine"]
    about = f"{machine['measured']}, {machine['processor']}, {machine['cores']} cores, {machine['memory']}"
    probes = f"; probes of the same run: {probe_words(found['probes'])}" if found.get("probes") else ""
    return f"\n{table(found['columns'], found['rows'])}\n\n{about}{probes}.\n"


if __name__ == "__main__":
    main()
