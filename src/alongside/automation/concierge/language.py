"""Which of our languages a text is in, by its small words; sure enough for choosing the answer's language."""

from alongside.automation.concierge.lexicon import LANGUAGES, listed
from alongside.automation.concierge.words import words


def language_of(text: str) -> str | None:
    """`en` or `de`, or None when the text does not tell."""
    said = words(text)
    counts = {spoken: sum(word in listed("common", spoken) for word in said) for spoken in LANGUAGES}
    best = max(counts, key=lambda spoken: counts[spoken])
    tied = sum(count == counts[best] for count in counts.values()) > 1
    return None if tied else best


def spoken_language(locale: str | None) -> str | None:
    """The language of a locale such as `de-AT`, if we speak it."""
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else None
