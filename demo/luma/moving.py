"""The moving form: four steps, each a page of its own that works without JavaScript.

What was entered travels along in hidden fields; nothing is kept until the last step, and in a demo not then.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import URLEncodedBody

from demo.luma.account import refuse_other_origins
from demo.luma.view import SiteRequest, page, signed_in

STEPS: tuple[tuple[str, ...], ...] = (
    ("old_address", "move_out"),
    ("new_address", "new_postcode", "move_in"),
    ("reading", "new_meter"),
)
OPTIONAL = frozenset({"new_meter", "reading"})
_Form = URLEncodedBody[dict[str, str]]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_short(text: str) -> bool:
    return len(text) <= 200


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "move_out": _is_date,
    "move_in": _is_date,
    "new_postcode": lambda text: re.fullmatch(r"\d{5}", text) is not None,
    "reading": lambda text: re.fullmatch(r"\d{1,7}", text) is not None,
    "new_meter": lambda text: re.fullmatch(r"[A-Za-z0-9]{6,20}", text) is not None,
}


def wrong_fields(step: int, values: Mapping[str, str]) -> dict[str, str]:
    """Field → message key, for what is missing or not as it should be in a step."""
    wrong: dict[str, str] = {}
    for field in STEPS[step]:
        value = values.get(field, "").strip()
        if not value and field not in OPTIONAL:
            wrong[field] = "moving.missing"
        elif value and not _CHECKS.get(field, _is_short)(value):
            wrong[field] = f"moving.wrong_{field}"
    return wrong


@get("/moving", sync_to_thread=False)
def begin(request: SiteRequest) -> Response[Any]:
    """The first step, filled with what is known."""
    customer = signed_in(request)
    known = {"old_address": customer.address} if customer and customer.meter else {}
    return _show(request, 0, known, {})


@post("/moving", status_code=200, sync_to_thread=False)
def go_on(request: SiteRequest, data: _Form) -> Response[Any]:
    """Check a step and show the next one, or the one before."""
    refuse_other_origins(request)
    values = {field: data[field][:200] for fields in STEPS for field in fields if data.get(field)}
    step = int(data["step"]) if data.get("step", "") in ("0", "1", "2", "3") else 0
    if data.get("go") == "back":
        return _show(request, max(0, step - 1), values, {})
    wrong = wrong_fields(step, values) if step < len(STEPS) else {}
    return _show(request, step if wrong else step + 1, values, wrong)


def _show(
    request: SiteRequest, step: int, values: Mapping[str, str], wrong: Mapping[str, str]
) -> Response[Any]:
    if step > len(STEPS):
        number = f"M-{datetime.now(UTC):%y%j%H%M}"
        return page(request, "moved.html", values=values, number=number)
    fields = STEPS[step] if step < len(STEPS) else ()
    return page(
        request, "moving.html", step=step, steps=STEPS, fields=fields, optional=OPTIONAL, values=values, wrong=wrong,
        status=422 if wrong else 200,
    )  # fmt: skip


routes = [begin, go_on]
