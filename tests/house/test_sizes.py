"""A file is one concept: about 150 lines, never one that a reader must scroll for minutes."""

from tests.house.checkout import named, sources

LONGEST = 300


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    code = [path for path in sources("src", "frontend", "demo", "bench") if path.suffix != ".sql"]
    lengths = {named(path): len(path.read_text().splitlines()) for path in code}
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}
