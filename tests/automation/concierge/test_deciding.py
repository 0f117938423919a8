"""What the concierge decides: one command for everything that can be said."""

import pytest

from alongside.automation.concierge.deciding import fetched, first_thought, second_thought
from alongside.automation.concierge.model import (
    Answer,
    Clarify,
    Fetch,
    HandOver,
    Heard,
    LookUp,
    Memory,
    Passage,
    Reply,
)


def passage(slug: str, score: float) -> Passage:
    """A passage with nothing but a score."""
    return Passage(slug, slug.title(), "Text.", "https://luma.example/" + slug, score)


def heard(*texts: str, choice: str | None = None, has_files: bool = False) -> Heard:
    """What a person said."""
    return Heard(texts, choice, has_files)


def test_the_wish_for_a_human_comes_before_everything_else() -> None:
    assert first_thought(heard("I am furious, give me a human")) == HandOver("asked")
    assert first_thought(heard("A human, please", choice="human")) == HandOver("asked")
    assert first_thought(heard("Why is my bill so high?", "let me talk to someone")) == HandOver("asked")


def test_a_feeling_goes_to_a_human_before_any_answer() -> None:
    assert first_thought(heard("My husband died. How do I cancel?")) == HandOver("feelings", "grief")


def test_a_file_goes_to_a_human() -> None:
    assert first_thought(heard("", has_files=True)) == HandOver("file")


@pytest.mark.parametrize("choice", ["topic:moving-home", "option:moving-home"])
def test_a_tapped_topic_fetches_its_article(choice: str) -> None:
    assert first_thought(heard("I'm moving home", choice=choice)) == Fetch("moving-home")


def test_small_talk_gets_a_word_and_a_question_is_looked_up() -> None:
    assert first_thought(heard("Thanks a lot!")) == Reply("thanks")
    assert first_thought(heard("That helps", choice="helped")) == Reply("helped")
    assert first_thought(heard("Why is my bill so high?")) == LookUp("Why is my bill so high?")


def test_one_sure_article_is_the_answer() -> None:
    assert second_thought([passage("a", 0.8), passage("b", 0.4)], Memory()) == Answer(passage("a", 0.8))


def test_two_articles_alike_are_named_instead_of_guessing() -> None:
    command = second_thought([passage("a", 0.7), passage("b", 0.68), passage("c", 0.2)], Memory())
    assert isinstance(command, Clarify)
    assert [option.slug for option in command.options] == ["a", "b"]


def test_at_most_three_options_are_named() -> None:
    command = second_thought([passage(slug, 0.5) for slug in "abcde"], Memory())
    assert isinstance(command, Clarify)
    assert len(command.options) == 3


def test_after_two_clarifications_a_human_comes() -> None:
    found = [passage("a", 0.5)]
    assert isinstance(second_thought(found, Memory(clarifications=1)), Clarify)
    assert second_thought(found, Memory(clarifications=2)) == HandOver("unsure", intent="a", confidence=0.5)


def test_where_nothing_fits_a_human_comes_at_once() -> None:
    assert second_thought([], Memory()) == HandOver("unsure")
    assert second_thought([passage("a", 0.3)], Memory()) == HandOver("unsure", intent="a", confidence=0.3)


def test_a_topic_that_is_gone_goes_to_a_human() -> None:
    assert fetched(None) == HandOver("unsure")
    assert fetched(passage("a", 1.0)) == Answer(passage("a", 1.0))
