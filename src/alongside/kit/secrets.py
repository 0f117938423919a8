"""The server's key, and what is encrypted with it: the few secrets we must be able to read again.

AES-256-GCM. What is sealed is bound to a context ("identity_secret:<id>"): it cannot be moved to another row.
Passwords and tokens are not kept here, they are hashed.
"""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from alongside.kit.errors import Misconfigured

_VERSION = b"\x01"
_NONCE = 12
KEY_FILE = "secret.key"


class SecretBox:
    """Encrypts small secrets. The first key encrypts; every key is tried for decrypting."""

    def __init__(self, keys: list[str]) -> None:
        if not keys or any(len(key) < 32 for key in keys):
            raise Misconfigured(
                message="The secret key is shorter than 32 characters.",
                hint="Make one with `openssl rand -base64 32`, or leave it out to have one made.",
            )
        self._keys = [key.encode() for key in keys]

    def encrypt(self, plain: bytes, context: str) -> bytes:
        """Sealed bytes: a version, a nonce, ciphertext and tag. Only the same context opens them."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + AESGCM(self.derive("secrets")).encrypt(nonce, plain, context.encode())

    def decrypt(self, sealed: bytes, context: str) -> bytes:
        """What was encrypted. Raises Misconfigured when no key of ours fits or the bytes were changed."""
        nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        for key in self._keys if sealed[:1] == _VERSION and len(ciphertext) >= 16 else []:
            try:
                return AESGCM(_derived(key, "secrets")).decrypt(nonce, ciphertext, context.encode())
            except InvalidTag:
                continue
        raise Misconfigured(
            message="A stored secret cannot be decrypted with the present key.",
            hint="Set ALONGSIDE_SECRET_KEY to the key it was stored with, as a second one after a comma.",
        )

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for another purpose, such as signing; it says nothing about the others."""
        return _derived(self._keys[0], purpose)


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"alongside/" + purpose.encode()).derive(key)


def load_keys(secret_key: str | None, data_dir: Path) -> list[str]:
    """The keys given, or the one of the data folder, made there (mode 0600) if there is none."""
    if secret_key:
        return [key.strip() for key in secret_key.split(",")]
    path = data_dir / KEY_FILE
    if not path.exists():
        _make_key(path)
    return _read_key(path).split(",")  # several, if a restored backup had several


def _make_key(path: Path) -> None:
    """Written whole under another name first: a crash leaves no half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    _link_unless_there(draft, path)


def _link_unless_there(draft: Path, path: Path) -> None:
    """Two processes may start at once: the first one's key is everybody's."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read_key(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise Misconfigured(
            message=f"{path} can be read by others.", hint=f"Make it private: chmod 600 '{path}'."
        )
    return path.read_text("ascii").strip()
