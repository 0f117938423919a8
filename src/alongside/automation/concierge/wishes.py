"""Does somebody wish for a human? Asked before anything else, of everything that a person writes.

Reads clause by clause: a word for a human (or for a machine), the words that lead up to it, and whether those
are turned round: "I don't want a bot" is a wish, "I don't need an agent" is none, "why can't I speak to
someone?" is one again.
"""

from alongside.automation.concierge.lexicon import listed, means, says, span_at
from alongside.automation.concierge.words import clauses, words

_REACH = 3
_LEADING = ("filler", "want", "talk", "hand", "real")


def wants_human(text: str) -> bool:
    """Whether a text, English or German, asks for a human or refuses a machine."""
    said = clauses(text, listed("clause_breaks"))
    whole = words(text)
    return says(whole, "absent") or _says_wish(whole, said) or any(map(_clause_wishes, said))


def _says_wish(whole: list[str], said: list[list[str]]) -> bool:
    """Ready-made wishes such as "put me through", unless they are refused."""
    if not says(whole, "wishes"):
        return False
    return any(says(clause, "wishes") and not _refused(clause) for clause in said)


def _refused(clause: list[str]) -> bool:
    can = any(word in listed("impossible") for word in clause)
    return not can and any(word in listed("negators") for word in clause)


def _clause_wishes(clause: list[str]) -> bool:
    if _asks_who_is_there(clause):
        return False
    return any(
        _refuses_machine(clause, at) or _wishes_strong(clause, at) or _wishes_weak(clause, at)
        for at in range(len(clause))
    )


def _asks_who_is_there(clause: list[str]) -> bool:
    """ "Are you a human?" is a question about the concierge, not a wish."""
    opening = clause[:4]
    return says(opening, "identity") and not any(means(word, "want") for word in clause)


def _wishes_strong(clause: list[str], at: int) -> bool:
    span = span_at(clause, at, "human_strong")
    if not span or _is_turned_round(clause, at):
        return False
    led = any(_leads(clause, at, name) for name in ("talk", "want", "hand")) or _is_real(clause, at)
    return led or _is_summoned(clause, at) or _follows(clause, at + span, "talk") or _alone(clause, at, span)


def _wishes_weak(clause: list[str], at: int) -> bool:
    """ "Someone" is said of many: it takes a word for talking, or a want that ends with it."""
    span = span_at(clause, at, "human_weak")
    if not span or _is_turned_round(clause, at):
        return False
    if _leads(clause, at, "talk") or _follows(clause, at + span, "talk") or _is_real(clause, at):
        return True
    at_the_end = all(word in listed("polite") for word in clause[at + span :])
    return at_the_end and (_leads(clause, at, "want") or _alone(clause, at, span))


def _lead(clause: list[str], at: int) -> int:
    """Where the unbroken run of wanting, talking and small words before `at` begins."""
    start = at
    while start and any(_is_led_by(clause[start - 1], name) for name in _LEADING):
        start -= 1
    return start


def _is_led_by(word: str, name: str) -> bool:
    return word in listed(name) if name == "filler" else means(word, name)


def _leads(clause: list[str], at: int, name: str) -> bool:
    return any(means(word, name) for word in clause[_lead(clause, at) : at])


def _follows(clause: list[str], end: int, name: str) -> bool:
    """German puts the verb last: „mit einem Menschen sprechen“."""
    return any(means(word, name) for word in clause[end : end + _REACH])


def _is_real(clause: list[str], at: int) -> bool:
    return at > 0 and clause[at - 1] in listed("real")


def _is_summoned(clause: list[str], at: int) -> bool:
    """ "Can a human look at this?" """
    start = _lead(clause, at)
    return any(word in listed("summons") for word in clause[max(0, start - 1) : at])


def _alone(clause: list[str], at: int, span: int) -> bool:
    rest = clause[:at] + clause[at + span :]
    return all(word in listed("polite") or word in listed("real") for word in rest)


def _is_turned_round(clause: list[str], at: int) -> bool:
    """Whether a "not" stands right before the lead; not so in "why can't I …" or „kann ich nicht …?“."""
    before = clause[max(0, _lead(clause, at) - 1) : at]
    if not any(word in listed("negators") for word in before):
        return False
    return not any(word in listed("impossible") for word in clause)


def _refuses_machine(clause: list[str], at: int) -> bool:
    span = span_at(clause, at, "robots")
    if not span:
        return False
    start = _lead(clause, at)
    before = clause[max(0, start - 1) : at]
    if any(word in listed("aversion") for word in before):
        return True
    if any(word in listed("negators") for word in before):
        return not _speaks_of_self(clause, start)
    return says(clause[at + span : at + span + 5], "no_help") or _follows_aversion(clause, at + span)


def _follows_aversion(clause: list[str], end: int) -> bool:
    return any(word in listed("aversion") for word in clause[end : end + _REACH])


def _speaks_of_self(clause: list[str], start: int) -> bool:
    """ "I am not a robot" refuses nobody."""
    opening = clause[max(0, start - 3) : start]
    return len(opening) > 1 and opening[-2] in listed("self") and opening[-1] in listed("negators")
