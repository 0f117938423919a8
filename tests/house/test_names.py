"""Names say what a thing is: STYLE's list of words that hide it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, named, sources

HIDING = {"service", "manager", "helper", "util", "utils", "common", "base", "handler", "misc"}
HIDING |= {f"{word}s" for word in HIDING}
SCRIPT_NAMES = re.compile(
    r"^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:abstract\s+)?"
    r"(?:(?:function\*?|class|interface|type|enum)\s+(\w+)|const\s+(\w+)\s*=\s*(?:async\s*)?(?:\(|\w+\s*=>))",
    re.MULTILINE,
)


def words_of(name: str) -> set[str]:
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return set(re.split(r"[^a-z0-9]+", spaced.lower()))


def defined_in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def defined_in_script(path: Path) -> Iterator[str]:
    for first, second in SCRIPT_NAMES.findall(path.read_text()):
        yield first or second


def defined_in(path: Path) -> Iterator[str]:
    if path.suffix == ".py":
        return defined_in_python(path)
    return defined_in_script(path) if path.suffix in {".ts", ".js", ".svelte"} else iter(())


def test_no_file_or_folder_has_a_name_that_hides_what_it_is() -> None:
    ours = sources("src", "frontend", "demo", "bench", "tests")
    hidden = [named(path) for path in ours if HIDING & words_of(named(path))]
    assert not hidden


def test_no_class_or_function_has_a_name_that_hides_what_it_is() -> None:
    ours = sources("src", "frontend", "demo", "bench")
    hidden = [
        f"{named(path)}: {name}" for path in ours for name in defined_in(path) if HIDING & words_of(name)
    ]
    assert not hidden


@pytest.mark.parametrize("name", ["chat_service", "ChatService", "HTTPHandler", "errorHandlers", "utils"])
def test_a_hiding_word_is_seen_in_every_way_of_writing(name: str) -> None:
    assert HIDING & words_of(name)


@pytest.mark.parametrize("name", ["database", "DatabaseUrl", "handle", "based_on", "basement"])
def test_a_word_that_only_begins_alike_is_fine(name: str) -> None:
    assert not HIDING & words_of(name)


def test_names_in_scripts_are_found(tmp_path: Path) -> None:
    script = tmp_path / "x.ts"
    script.write_text(
        "export async function one() {}\nconst two = (a) => a;\nexport class Three {}\nconst four = 4;\n"
    )
    assert list(defined_in(script)) == ["one", "two", "Three"]


def test_every_room_and_its_parts_are_packages_that_say_what_they_are_for() -> None:
    rooms = {path.parent for path in sources("src/alongside") if path.suffix == ".py"}
    silent = [
        named(room) for room in rooms if not (room / "__init__.py").is_file() or not says_something(room)
    ]
    assert not silent


def says_something(room: Path) -> bool:
    return bool(ast.get_docstring(ast.parse((room / "__init__.py").read_text())))


def test_every_folder_of_tests_mirrors_a_room_or_is_known() -> None:
    known = {"house", "browser", "contract", "faults", "fuzz", "deploy", "demo", "bench"}
    rooms = {path.name for path in (ROOT / "src/alongside").iterdir() if path.is_dir()}
    folders = {
        path.relative_to(ROOT / "tests").parts[0]
        for path in sources("tests")
        if path.parent != ROOT / "tests"
    }
    assert folders <= rooms | known
