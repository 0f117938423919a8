"""What a human gets along with the conversation, so that nobody starts again."""

from alongside.automation.concierge.model import HandOver, Memory
from alongside.automation.concierge.phrases import phrase
from alongside.automation.concierge.stage import Stage
from alongside.conversations.model import Packet

_LONGEST_QUOTE = 200
_MOST_QUESTIONS = 5


def packet_of(command: HandOver, memory: Memory, stage: Stage) -> Packet:
    """The handoff packet, its summary in the language that the team reads."""
    return Packet(
        summary=_summary(command, memory, stage.team_language),
        last_question=memory.questions[-1] if memory.questions else "",
        reason=command.feeling or command.reason,
        pages=stage.pages,
        intent=command.intent,
        confidence=command.confidence,
    )


def _summary(command: HandOver, memory: Memory, language: str) -> str:
    reason = phrase(language, f"reason_{command.feeling or command.reason}")
    parts = [_asked(memory, language), _shown(memory, language)]
    return " ".join([part for part in parts if part] + [phrase(language, "summary_reason", reason=reason)])


def _asked(memory: Memory, language: str) -> str:
    if not memory.questions:
        return phrase(language, "summary_silent")
    quoted = "; ".join(f"“{_cut(question)}”" for question in memory.questions[-_MOST_QUESTIONS:])
    return phrase(language, "summary_asked", questions=quoted)


def _shown(memory: Memory, language: str) -> str:
    return phrase(language, "summary_shown", shown=", ".join(memory.shown)) if memory.shown else ""


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_QUOTE else flat[: _LONGEST_QUOTE - 1].rstrip() + "…"
