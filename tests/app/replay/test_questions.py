"""What `alongside replay` takes from a file."""

from pathlib import Path

import pytest

from alongside.app.replay.questions import read_questions
from alongside.kit.errors import Invalid, NotFound


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "questions.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("name", ["text", "question", "Utterance", "message"])
def test_the_column_is_found_by_its_name(tmp_path: Path, name: str) -> None:
    assert read_questions(written(tmp_path, f"id,{name}\n1,Where is my card?\n")) == ["Where is my card?"]


def test_without_a_known_name_the_first_column_counts(tmp_path: Path) -> None:
    assert read_questions(written(tmp_path, "what,intent\nHello?,greeting\n")) == ["Hello?"]


def test_a_column_that_is_named_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "text,said\nwrong,right\n")
    assert read_questions(path, "said") == ["right"]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = written(tmp_path, "text,said\nHäh?,wrong\n", "utf-8-sig")
    assert read_questions(path, "text") == ["Häh?"]


def test_a_quoted_question_may_have_lines_commas_and_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, 'text,intent\r\n"One,\nand ""two""",x\r\nthree,y\r\n')
    assert read_questions(path) == ['One,\nand "two"', "three"]


def test_blank_and_short_rows_are_left_out(tmp_path: Path) -> None:
    assert read_questions(written(tmp_path, "id,text\n1,one\n\n2\n3,  \n4,two\n")) == ["one", "two"]


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="No such file"):
        read_questions(tmp_path / "none.csv")


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no column 'words'.*text, intent"):
        read_questions(written(tmp_path, "text,intent\na,b\n"), "words")


@pytest.mark.parametrize("text", ["", "text\n", "text\n\n  \n"])
def test_a_file_without_a_question_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match="no question"):
        read_questions(written(tmp_path, text))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not UTF-8"):
        read_questions(written(tmp_path, "text\nHäh?\n", "latin-1"))


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no CSV file"):
        read_questions(written(tmp_path, 'text\n"never'))
