"""Searching with the real articles: finds what is asked in other words, and abstains from the rest."""

from uuid import UUID

import pytest

from alongside.knowledge import searching, store, writing
from alongside.storage import Connection

SURE = 0.58

ASKED = [
    ("en", "why did my bill double", "bill-higher"),
    ("en", "whats the standing charge on the invoice", "understand-bill"),
    ("en", "can i spread my bill over 6 months", "instalment-plan"),
    ("en", "please lower my monthly payment", "change-instalment"),
    ("en", "i opened a new bank account, where can I change the IBAN", "payment-methods"),
    ("en", "got a payment reminder but paid last week", "payment-reminder"),
    ("en", "send me a copy of last year's invoice", "bill-dates"),
    ("en", "we are moving, what do I need to do?", "moving-home"),
    ("en", "there is no electricity in my street", "power-cut"),
    ("en", "how much do you pay for solar power", "solar"),
    ("en", "charging my electric car at home", "ev-charging"),
    ("en", "forgot my pasword", "sign-in-trouble"),
    ("de", "meine rechnung hat sich verdoppelt", "bill-higher"),
    ("de", "kann ich die rechnung in raten bezahlen", "instalment-plan"),
    ("de", "Wir haben seit heute morgen keinen Strom", "power-cut"),
    ("de", "stromausfal", "power-cut"),
    ("de", "welcher tarif ist am günstigsten", "switch-tariff"),
]

FOREIGN = [
    ("en", "what's the weather like tomorrow"),
    ("en", "can you book me a flight"),
    ("en", "I lost my debit card"),
    ("en", "my card payment was declined at the ATM"),
    ("en", "What is the exchange rate"),
    ("en", "tell me a joke"),
    ("en", "the technician did not show up"),
    ("de", "ich möchte einen flug buchen"),
    ("de", "meine karte ist weg"),
    ("de", "der techniker ist nicht gekommen"),
    ("de", "liefern sie auch gas"),
]


@pytest.mark.parametrize(("locale", "question", "slug"), ASKED)
async def test_a_question_in_other_words_finds_its_article(
    connection: Connection, workspace: UUID, locale: str, question: str, slug: str
) -> None:
    found = await searching.search(connection, workspace, question, locale)
    assert (found[0].article.slug, found[0].article.locale) == (slug, locale)
    assert found[0].score >= SURE


@pytest.mark.parametrize(("locale", "question"), FOREIGN)
async def test_what_no_article_answers_scores_too_low_for_an_answer(
    connection: Connection, workspace: UUID, locale: str, question: str
) -> None:
    found = await searching.search(connection, workspace, question, locale)
    assert all(one.score < SURE for one in found)


async def test_internal_articles_are_found_only_by_the_team(connection: Connection, workspace: UUID) -> None:
    question = "How much goodwill credit may I give?"
    customer = await searching.search(connection, workspace, question, "en")
    team = await searching.search(connection, workspace, question, "en", "internal")
    assert "goodwill-limits" not in {one.article.slug for one in customer}
    assert team[0].article.slug == "goodwill-limits"
    assert await searching.article_at(connection, workspace, "goodwill-limits", "en") is None
    assert await searching.article_at(connection, workspace, "goodwill-limits", "en", "internal")


async def test_a_question_of_nothing_but_small_words_finds_nothing(
    connection: Connection, workspace: UUID
) -> None:
    assert await searching.search(connection, workspace, "what is it with you?", "en") == []


async def test_no_more_is_given_than_was_asked_for_and_best_comes_first(
    connection: Connection, workspace: UUID
) -> None:
    found = await searching.search(connection, workspace, "smart meter", "en", most=2, least=0.0)
    assert len(found) == 2
    assert found[0].score >= found[1].score


async def test_the_database_and_our_own_trigrams_give_the_same_scores(
    connection: Connection, workspace: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without(_connection: Connection) -> bool:
        return False

    with_extension = await searching.search(connection, workspace, "my smrt meter is ofline", "en", least=0.0)
    assert await store.has_trigrams(connection)
    monkeypatch.setattr(store, "has_trigrams", without)
    without_extension = await searching.search(
        connection, workspace, "my smrt meter is ofline", "en", least=0.0
    )
    assert [one.article.slug for one in with_extension] == [one.article.slug for one in without_extension]
    assert [one.score for one in with_extension] == pytest.approx([one.score for one in without_extension])


async def test_a_draft_is_not_found(connection: Connection, workspace: UUID) -> None:
    found = await searching.search(connection, workspace, "forgot my password", "en")
    await writing.take_back(connection, workspace, found[0].article.article_id)
    again = await searching.search(connection, workspace, "forgot my password", "en")
    assert found[0].article.slug not in {one.article.slug for one in again}
    assert await searching.article_at(connection, workspace, found[0].article.slug, "en") is None


async def test_topics_come_in_the_order_in_which_they_were_written(
    connection: Connection, workspace: UUID
) -> None:
    offered = await searching.topics(connection, workspace, "en")
    assert {article.topic for article in offered} == {
        "My bill is higher", "I'm moving home", "Find a better tariff", "Power cut", "Smart meter",
    }  # fmt: skip
    assert offered == sorted(offered, key=lambda article: (article.created_at, article.article_id))
