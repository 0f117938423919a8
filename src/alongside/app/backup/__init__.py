"""`alongside backup …` and `alongside restore`: the command line of storage/backup."""

from alongside.app.backup.command import backup, restore

__all__ = ["backup", "restore"]
