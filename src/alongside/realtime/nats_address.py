"""Where NATS is and how to get in, from one setting.

nats://user:password@one:4222,nats://two:4222          several servers of a cluster, separated by commas
nats://token@one:4222                                   a token
tls://one:4222?ca=/etc/nats/ca.pem                      encrypted; `ca`, `cert`, `key` and `creds` name files
nats://one:4222?installation=staging                    a name of its own for a clone of another's database
"""

import re
import ssl
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from alongside.kit.errors import Misconfigured

SCHEMES = ("nats", "tls", "ws", "wss")
OPTIONS = ("ca", "cert", "key", "creds", "installation")


class Login(NamedTuple):
    """What is said to be let in: user and password, a token alone, or nothing."""

    user: str | None = None
    password: str | None = None
    token: str | None = None


@dataclass(frozen=True)
class NatsAddress:
    """`servers` without credentials. `secure`: nothing may be said before the line is encrypted. `credentials`:
    a file of a user and their key. `installation`: '' to take the database's own."""

    servers: list[str]
    login: Login = field(repr=False)
    secure: bool
    tls: ssl.SSLContext | None = field(repr=False)
    credentials: str | None
    installation: str


def nats_address(url: str) -> NatsAddress:
    """Read the setting. Raises Misconfigured, without the credentials in its words."""
    parts = [part.strip() for part in url.split(",") if part.strip()]
    try:
        servers = [f"{urlsplit(part).scheme}://{_host(part)}" for part in parts]
    except ValueError:
        raise _wrong("It looks like nats://user:password@host:4222, or tls://host:4222.") from None
    options = _options(parts)
    secure = _secure(servers)
    return NatsAddress(
        servers,
        next(filter(any, map(_login, parts)), Login()),
        secure,
        _tls(options) if secure else None,
        _credentials(options.get("creds")),
        _installation(options.get("installation", "")),
    )


def _host(part: str) -> str:
    split = urlsplit(part)
    if split.scheme not in SCHEMES or not split.hostname:
        raise ValueError(part)
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    return f"{host}:{split.port or 4222}"


def _login(part: str) -> Login:
    split = urlsplit(part)
    user = unquote(split.username) if split.username else None
    if split.password is None:
        return Login(token=user)
    return Login(user, unquote(split.password))


def _secure(servers: list[str]) -> bool:
    schemes = {urlsplit(server).scheme for server in servers}
    if not schemes or len(schemes) > 1:
        raise _wrong("It names one server or more, all of them nats:// or all of them tls://.")
    return schemes <= {"tls", "wss"}


def _options(parts: list[str]) -> dict[str, str]:
    options = {name: value for part in parts for name, value in parse_qsl(urlsplit(part).query)}
    unknown = options.keys() - set(OPTIONS)
    if unknown:
        raise _wrong(f"It knows {', '.join(OPTIONS)}, not {', '.join(sorted(unknown))}.")
    return options


def _credentials(path: str | None) -> str | None:
    if path and find_spec("nkeys") is None:
        raise _wrong("A file of credentials needs the package nkeys: install nats-py[nkeys].")
    return path


def _tls(options: dict[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=options.get("ca"))
        if "cert" in options:
            context.load_cert_chain(options["cert"], options.get("key"))
    except (OSError, ssl.SSLError) as error:
        raise _wrong(f"Its certificates cannot be used: {error.strerror or type(error).__name__}.") from error
    return context


def _installation(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{0,40}", name):
        raise _wrong("`installation` is a short name of small letters, digits, - and _.")
    return name


def _wrong(hint: str) -> Misconfigured:
    return Misconfigured("nats_url", "The URL of NATS (ALONGSIDE_NATS_URL) cannot be used.", hint)
