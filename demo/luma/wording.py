"""The site's words, numbers and dates in English and German; the words stand in messages/."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de")


@lru_cache
def messages(language: str) -> Mapping[str, Any]:
    """All messages of a language; a few are lists."""
    content: dict[str, Any] = json.loads(
        (Path(__file__).parent / f"messages/{language}.json").read_text("utf-8")
    )
    return content


def chosen(asked: str | None, remembered: str | None, accepted: str | None) -> str:
    """The language to speak: asked for now, chosen before, or the first we speak of `Accept-Language`."""
    wishes = [asked or "", remembered or "", *(accepted or "").split(",")]
    plain = (wish.split(";")[0].strip().split("-")[0].lower() for wish in wishes)
    return next((language for language in plain if language in LANGUAGES), "en")


class Wording:
    """One language, as templates use it."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._messages = messages(language)

    def __call__(self, key: str, **gaps: Any) -> str:
        """The message of a key, its gaps filled."""
        text = str(self._messages[key])
        return text.format(**gaps) if gaps else text

    def month(self, day: date) -> str:
        """`October 2026`."""
        return f"{self._messages['months'][day.month - 1]} {day.year}"

    def short_month(self, day: date) -> str:
        """`Oct`."""
        return str(self._messages["months"][day.month - 1])[:3]

    def day(self, day: date) -> str:
        """`7 October 2026`, „7. Oktober 2026“."""
        dot = "." if self.language == "de" else ""
        return f"{day.day}{dot} {self.month(day)}"

    def euro(self, amount: float) -> str:
        """`€1,234.50`, „1.234,50 €“."""
        text = self.number(amount, 2)
        return f"{text} €" if self.language == "de" else f"€{text}"

    def number(self, value: float, places: int = 0) -> str:
        """With the language's separators."""
        text = f"{value:,.{places}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text
