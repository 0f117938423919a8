"""Feelings, courtesies and languages, by their words."""

import pytest

from alongside.automation.concierge.courtesies import courtesy_of
from alongside.automation.concierge.feelings import feeling_of
from alongside.automation.concierge.language import language_of, spoken_language


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("I am furious", "anger"),
        ("this is a rip-off", "anger"),
        ("WHERE IS MY REFUND!!!!", "anger"),
        ("Das ist eine Frechheit!", "anger"),
        ("I have had enough of this", "anger"),
        ("my husband died last week", "grief"),
        ("my mum has passed away", "grief"),
        ("meine Mutter ist gestorben", "grief"),
        ("Ich schreibe wegen eines Todesfalls, mein Vater ist verstorben", "grief"),
        ("I am so scared, my oxygen machine needs power", "distress"),
        ("Ich bin verzweifelt", "distress"),
        ("he died and I am furious", "grief"),
    ],
)
def test_a_feeling_is_noticed(text: str, feeling: str) -> None:
    assert feeling_of(text) == feeling


@pytest.mark.parametrize(
    "text",
    [
        "the battery of my meter died",
        "I'm not angry, just asking",
        "Ich bin nicht sauer",
        "WHY IS MY BILL SO HIGH",
        "Why is my bill higher?!",
        "Thank you, that was great!",
    ],
)
def test_where_there_is_none_none_is_made_up(text: str) -> None:
    assert feeling_of(text) is None


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("hi", "hello"),
        ("Guten Tag", "hello"),
        ("can you help me?", "vague"),
        ("Hallo, ich habe eine Frage", "vague"),
        ("that was very helpful, thank you!", "thanks"),
        ("Vielen Dank", "thanks"),
        ("bye", "bye"),
        ("are you a bot?", "identity"),
        ("Hello, my bill is high", None),
        ("What are you charging for Flow?", None),
        ("", None),
    ],
)
def test_small_talk_is_told_from_questions(text: str, courtesy: str | None) -> None:
    assert courtesy_of(text) == courtesy


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Why is my bill so high?", "en"),
        ("An extra pound was charged!", "en"),
        ("I'm interested in learning more about refunds.", "en"),
        ("Warum ist die so hoch?", "de"),
        ("Was war das?", "de"),
        ("PV 9,8 kWp", None),
    ],
)
def test_a_language_is_told_by_its_small_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("locale", "language"), [("de-AT", "de"), ("en_GB", "en"), ("fr", None), (None, None)]
)
def test_a_locale_gives_a_language_if_we_speak_it(locale: str | None, language: str | None) -> None:
    assert spoken_language(locale) == language
