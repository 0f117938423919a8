"""A command put into words: the body of the message that the customer reads."""

from typing import Any

from alongside.automation.concierge.model import (
    HELPED,
    HUMAN,
    OPTION,
    TOPIC,
    Answer,
    Clarify,
    Command,
    Greet,
    HandOver,
    Memory,
    Option,
    Reply,
)
from alongside.automation.concierge.phrases import phrase
from alongside.automation.concierge.stage import Stage

Body = dict[str, Any]
_LONGEST_PASSAGE = 900


def message_of(command: Command, memory: Memory, stage: Stage) -> Body:
    """The message by which a command is carried out, in the customer's language."""
    match command:
        case Greet():
            return _greeting(memory.language, stage)
        case Reply():
            return _reply(command, memory.language, stage)
        case Answer():
            return _answer(command, memory.language)
        case Clarify():
            return _clarification(command, memory)
        case HandOver():
            return {"text": phrase(memory.language, f"handover_{command.feeling or command.reason}")}


def _greeting(language: str, stage: Stage) -> Body:
    own = stage.greetings.get(language)
    text = own or phrase(language, "greeting", concierge=stage.concierge)
    return {"text": text, "choices": [*_choices(TOPIC, stage.topics), _human(language)]}


def _reply(command: Reply, language: str, stage: Stage) -> Body:
    text = phrase(language, f"reply_{command.courtesy}", concierge=stage.concierge)
    if command.courtesy in ("vague", "hello"):
        return {"text": text, "choices": [*_choices(TOPIC, stage.topics), _human(language)]}
    return {"text": text, "choices": [_human(language)]} if command.courtesy == "identity" else {"text": text}


def _answer(command: Answer, language: str) -> Body:
    passage = command.passage
    choices = [{"id": HELPED, "label": phrase(language, "helped")}, _human(language)]
    body: Body = {"text": passage_text(passage.text), "choices": choices}
    if passage.url:
        body["source"] = {"title": passage.title, "url": passage.url}
    return body


def passage_text(text: str) -> str:
    """The beginning of an article, whole paragraphs, as much as one message bears."""
    kept: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if kept and sum(map(len, kept)) + len(paragraph) > _LONGEST_PASSAGE:
            break
        kept.append(paragraph.strip())
    return "\n\n".join(kept)


def _clarification(command: Clarify, memory: Memory) -> Body:
    key = "clarify_again" if memory.clarifications else "clarify_first"
    choices = [*_choices(OPTION, command.options), _human(memory.language)]
    return {"text": phrase(memory.language, key), "choices": choices}


def _choices(beginning: str, options: tuple[Option, ...]) -> list[dict[str, str]]:
    return [{"id": f"{beginning}{option.slug}", "label": option.label} for option in options]


def _human(language: str) -> dict[str, str]:
    return {"id": HUMAN, "label": phrase(language, "human")}
