"""What the concierge says, one JSON file a language. No sentence of it stands in the code."""

import json
from functools import lru_cache
from importlib.resources import files

FALLBACK = "en"


def phrase(language: str, key: str, **values: str) -> str:
    """A phrase in a language (English if we don't speak it), its `{names}` filled in. KeyError if unknown."""
    spoken = _phrases(language) or _phrases(FALLBACK)
    return spoken[key].format(**values)


@lru_cache
def _phrases(language: str) -> dict[str, str]:
    source = files(__name__).joinpath(f"{language}.json")
    content: dict[str, str] = json.loads(source.read_text("utf-8")) if source.is_file() else {}
    return content
