"""What the concierge says, in the customer's language."""

import json
import string
from importlib.resources import files

import pytest

from alongside.automation.concierge import phrases
from alongside.automation.concierge.model import (
    Answer,
    Clarify,
    Command,
    Greet,
    HandOver,
    Memory,
    Option,
    Passage,
    Reply,
)
from alongside.automation.concierge.packet import packet_of
from alongside.automation.concierge.phrases import phrase
from alongside.automation.concierge.speaking import message_of, passage_text
from alongside.automation.concierge.stage import Stage
from alongside.conversations.model import Page

STAGE = Stage(
    concierge="Lumi",
    greetings={"en": "Hello from Luma."},
    topics=(Option("moving-home", "I'm moving home"),),
    pages=(Page("https://luma.example/bills", "My bills"),),
)
PASSAGE = Passage("bill", "Why?", "First.\n\nSecond.", "https://luma.example/bill", 0.9)


def test_the_greeting_is_the_workspace_s_own_and_always_offers_a_human() -> None:
    body = message_of(Greet(), Memory(), STAGE)
    assert body["text"] == "Hello from Luma."
    assert [choice["id"] for choice in body["choices"]] == ["topic:moving-home", "human"]


def test_where_the_workspace_has_no_greeting_in_a_language_ours_is_used() -> None:
    body = message_of(Greet(), Memory(language="de"), STAGE)
    assert "Lumi" in body["text"]
    assert body["choices"][-1]["label"] == "Bitte ein Mensch"


def test_an_answer_is_the_article_s_own_words_with_its_source() -> None:
    body = message_of(Answer(PASSAGE), Memory(), STAGE)
    assert body["text"] == PASSAGE.text
    assert body["source"] == {"title": "Why?", "url": "https://luma.example/bill"}
    assert [choice["id"] for choice in body["choices"]] == ["helped", "human"]


def test_a_long_article_is_cut_between_paragraphs() -> None:
    text = "\n\n".join(["x" * 500] * 4)
    assert passage_text(text) == "x" * 500
    assert passage_text("y" * 5_000) == "y" * 5_000


def test_options_are_named_with_other_words_the_second_time() -> None:
    options = Clarify((Option("a", "Article A"),))
    first, again = message_of(options, Memory(), STAGE), message_of(options, Memory(clarifications=1), STAGE)
    assert first["text"] != again["text"]
    assert first["choices"] == [
        {"id": "option:a", "label": "Article A"},
        {"id": "human", "label": "A human, please"},
    ]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "command",
    [
        HandOver("asked"),
        HandOver("unsure"),
        HandOver("file"),
        HandOver("feelings", "anger"),
        HandOver("feelings", "grief"),
        HandOver("feelings", "distress"),
        Reply("hello"),
        Reply("thanks"),
        Reply("bye"),
        Reply("vague"),
        Reply("helped"),
        Reply("identity"),
    ],
)
def test_there_are_words_for_every_command_in_every_language(language: str, command: Command) -> None:
    body = message_of(command, Memory(language=language), STAGE)
    assert body["text"]
    assert "{" not in body["text"]


def test_both_languages_have_the_same_phrases_with_the_same_gaps() -> None:
    english, german = (
        json.loads(files(phrases).joinpath(f"{language}.json").read_text("utf-8"))
        for language in ("en", "de")
    )
    assert list(english) == list(german)
    for key, text in english.items():
        assert _gaps(text) == _gaps(german[key]), key


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_language_that_we_do_not_speak_gets_english() -> None:
    assert phrase("fr", "human") == phrase("en", "human")


def test_the_packet_says_what_was_asked_shown_and_why_a_human_is_needed() -> None:
    memory = Memory(questions=("Why is it so high?", "I need a person"), shown=("Why is my bill higher?",))
    packet = packet_of(HandOver("asked", intent="bill", confidence=0.5), memory, STAGE)
    assert packet.last_question == "I need a person"
    assert "Why is it so high?" in packet.summary
    assert "Why is my bill higher?" in packet.summary
    assert "asked for a human" in packet.summary
    assert (packet.reason, packet.intent, packet.confidence) == ("asked", "bill", 0.5)
    assert packet.pages == STAGE.pages


def test_a_feeling_is_the_reason_that_the_agent_reads() -> None:
    packet = packet_of(HandOver("feelings", "grief"), Memory(), Stage("Lumi", team_language="de"))
    assert packet.reason == "grief"
    assert "Todesfall" in packet.summary
