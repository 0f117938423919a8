"""The site's own strict rules for browsers: nothing runs or frames but ours and Alongside's."""

from collections.abc import Callable

from litestar import Response


def content_policy(alongside: str) -> str:
    """The Content-Security-Policy of every page."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {alongside}",
            f"frame-src {alongside}",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def with_headers(alongside: str) -> Callable[[Response[object]], Response[object]]:
    """What is done to every response."""
    wanted = {
        "content-security-policy": content_policy(alongside),
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "cross-origin-opener-policy": "same-origin",
    }

    def add(response: Response[object]) -> Response[object]:
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        return response

    return add
