"""docs/settings.md, written from the settings themselves: `python -m alongside.kit.settings_page`."""

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from alongside.kit.settings import PREFIX, Settings

_HEAD = """# Settings

Each can be set in the environment or in `alongside.toml` (in the present folder, or where `ALONGSIDE_CONFIG`
says). The environment wins. A name that does not exist is refused at start. `alongside doctor` says in words
what is wrong. This page is written by `python -m alongside.kit.settings_page`.

| In `alongside.toml` | In the environment | Default | What it is |
|---|---|---|---|
"""


def settings_page() -> str:
    """The page, as Markdown."""
    return _HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    what = (field.description or "").replace("|", "\\|")
    return f"| `{name}` | `{PREFIX}{name.upper()}` | {_default(field)} | {what} |\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "`~/.local/share/alongside`"
    return _shown(field.default)


def _shown(value: Any) -> str:
    if value is None or value is PydanticUndefined or value in ("", (), {}):
        return "–"
    return f"`{value}`"


def main() -> None:
    """Write the page into the present folder's docs/."""
    Path("docs/settings.md").write_text(settings_page(), "utf-8")


if __name__ == "__main__":
    main()
