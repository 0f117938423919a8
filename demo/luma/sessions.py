"""Who is signed in: a cookie with the customer's key and our signature."""

import hmac

from demo.customers import Customer, customer

COOKIE = "luma_session"


def signed(key: str, secret: str) -> str:
    """The cookie's value for a customer."""
    return f"{key}.{_signature(key, secret)}"


def customer_of(cookie: str | None, secret: str) -> Customer | None:
    """The customer that a cookie names, if the signature is ours."""
    key, _, signature = (cookie or "").partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(key, secret).encode()):
        return None
    return customer(key)


def _signature(key: str, secret: str) -> str:
    return hmac.digest(secret.encode(), f"luma/{key}".encode(), "sha256").hex()
