"""The store that the settings name."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store, from_url

from alongside.kit.errors import Misconfigured, Unavailable
from alongside.kit.ids import uuid7
from alongside.kit.settings import Settings, revealed
from alongside.storage.files.store import FileStore

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

_CONNECTING = timedelta(seconds=5)


def open_file_store(settings: Settings) -> FileStore:
    """A bucket by its URL, else DATA/files. Nothing is asked yet. Raises Misconfigured."""
    try:
        if settings.files_url.startswith("s3://"):
            return FileStore(bucket(settings, settings.files_url))
        if settings.files_url:
            return FileStore(from_url(settings.files_url))
        return _folder(settings.data_dir / "files")
    except (BaseError, OSError, ValueError) as error:
        raise Misconfigured(
            message=f"The file store cannot be opened: {type(error).__name__}.",
            hint="Check ALONGSIDE_FILES_URL.",
        ) from error


def _folder(folder: Path) -> FileStore:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileStore(LocalStore(folder, automatic_cleanup=True), folder)


def bucket(settings: Settings, url: str) -> S3Store:
    """A bucket of S3 by its URL, asked as the settings for files say. What is not set comes from where Amazon's own
    tools look: `AWS_…` variables, then the machine's role."""
    place = urlsplit(url)
    if not place.netloc:
        raise ValueError("no bucket")
    told: dict[str, Any] = {
        "endpoint": settings.files_endpoint,
        "region": settings.files_region,
        "access_key_id": settings.files_access_key,
        "secret_access_key": revealed(settings.files_secret_key),
    }
    return S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        virtual_hosted_style_request=settings.files_virtual_hosted,
        client_options=_patience(settings),
        retry_config=_retries(settings),
        **{name: value for name, value in told.items() if value},
    )


def _patience(settings: Settings) -> "ClientConfig":
    return {
        "allow_http": settings.files_endpoint.startswith("http://"),
        "connect_timeout": min(_CONNECTING, timedelta(seconds=settings.files_timeout)),
        "timeout": timedelta(seconds=settings.files_timeout),
    }


def _retries(settings: Settings) -> "RetryConfig":
    """A few quick tries: whoever waits for the answer can try again themselves."""
    return {
        "max_retries": 3,
        "retry_timeout": timedelta(seconds=settings.files_timeout),
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=2),
            "base": 2,
        },
    }


async def try_out(store: FileStore) -> None:
    """Write, read and remove something small. Raises Unavailable if any of it fails."""
    path, word = f"trial/{uuid7()}", b"alongside"
    await store.shelf.write(path, word)
    if await store.shelf.read(path, 0, len(word)) != word:
        raise Unavailable(message="The file store gave back something else than it was given.")
    await store.shelf.remove(path)
