"""The token by which Luma tells Alongside who its visitor is: made on the server, good for five minutes and once."""

import secrets
import time

from joserfc import jwt
from joserfc.jwk import OctKey

from demo.customers import Customer

_LIFE = 300  # seconds


def identity_token(customer: Customer, workspace: str, secret: str) -> str:
    """A signed JWT (HS256) for `Alongside.identify`."""
    now = int(time.time())
    claims = {
        "sub": customer.sub,
        "aud": workspace,
        "iat": now,
        "exp": now + _LIFE,
        "jti": secrets.token_urlsafe(16),
        "name": customer.name,
        "email": customer.email,
        "email_verified": True,
        "phone_number": customer.phone,
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret.encode()))
