"""Backups of the embedded database, its write-ahead log and the uploaded files; and the way back, to any moment.

A place (a folder or a bucket) holds

    backups/ID/      one base backup: base.tar.gz, pg_wal.tar.gz, files.txt.gz, and manifest.json, written last
    wal/             the write-ahead log since, a segment a file: NAME.gz
    files/           uploaded content by its hash, as in the data folder; shared by all backups

What has no manifest.json is no backup: a crash leaves nothing that looks whole. docs/operators.md says how to use
it. A PostgreSQL of one's own is backed up by its own means.
"""

from alongside.storage.backup.creating import create
from alongside.storage.backup.keeper import Keeper
from alongside.storage.backup.manifest import Manifest, all_backups
from alongside.storage.backup.place import Place, open_place

__all__ = ["Keeper", "Manifest", "Place", "all_backups", "create", "open_place"]
