"""The score, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside.knowledge.model import slug_of
from alongside.knowledge.ranking import Candidate, Phrase, coverage, overlap, ranked, score, weights_of
from alongside.knowledge.spelling import corrected, near, slips
from alongside.knowledge.trigrams import similarity

WORDS = st.frozensets(
    st.sampled_from(["bill", "meter", "move", "power", "solar", "pay", "refund", "tariff"]), max_size=6
)


def test_rare_words_weigh_more_than_frequent_ones() -> None:
    weights = weights_of({"electr": 20, "solar": 1}, 22)
    assert weights["solar"] > 2 * weights["electr"]


def test_the_very_question_scores_full() -> None:
    asked = frozenset({"bill", "doubl"})
    assert score(asked, Candidate((Phrase(asked, 1.0),), asked), {}) == pytest.approx(1.0)


def test_one_single_word_scores_less_unless_it_is_an_example() -> None:
    power, cut = frozenset({"power"}), frozenset({"power", "cut"})
    candidate = Candidate((Phrase(cut, 0.5),), cut)
    example = Candidate((Phrase(power, 0.5),), power)
    assert score(power, candidate, {}) < score(power, example, {})


def test_nothing_asked_or_nothing_to_compare_scores_nothing() -> None:
    assert score(frozenset(), Candidate((Phrase(frozenset({"a"}), 1.0),), frozenset({"a"})), {}) == 0.0
    assert score(frozenset({"a"}), Candidate((), frozenset()), {}) == 0.0


@given(WORDS, WORDS, WORDS, st.floats(0, 1))
def test_a_score_stays_between_none_and_full(
    asked: frozenset[str], phrase: frozenset[str], rest: frozenset[str], alike: float
) -> None:
    assert 0.0 <= score(asked, Candidate((Phrase(phrase, alike),), phrase | rest), {}) <= 1.0
    assert overlap(asked, phrase, {}) == pytest.approx(overlap(phrase, asked, {}))
    assert 0.0 <= coverage(asked, phrase, {}) <= 1.0


def test_ranking_leaves_out_the_low_ones_and_keeps_the_order_of_equals() -> None:
    assert ranked([0.2, 0.9, 0.5, 0.9], least=0.4, most=2) == [1, 3]
    assert ranked([0.1], least=0.4, most=2) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("human", "humna", 1), ("bot", "bot", 0), ("agent", "agnet", 1), ("a", "bcd", 3)],
)
def test_slips_count_a_swap_as_one(one: str, other: str, expected: int) -> None:
    assert slips(one, other) == slips(other, one) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "bat"), ("date", "rate"), ("talk", "tale"), ("gas", "gast")]
)
def test_short_words_and_other_beginnings_are_other_words(one: str, other: str) -> None:
    assert not near(one, other)


def test_an_unknown_word_becomes_its_nearest_known_one_and_a_known_one_stays() -> None:
    assert corrected({"pasword", "bill"}, {"password", "bill", "bills"}) == {"password", "bill"}
    assert corrected({"zebra"}, {"password"}) == {"zebra"}


def test_spelling_is_compared_as_pg_trgm_does_it() -> None:
    assert similarity("word", "two words") == pytest.approx(4 / 11)
    assert similarity("", "word") == 0.0


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Why is my bill higher?", "why-is-my-bill-higher"), ("Größe & Maß", "grosse-mass"), ("???", "article")],
)
def test_an_address_is_made_of_a_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug
