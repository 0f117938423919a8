"""`alongside verify`: holds a database to what it promises, while it is in use, and changes nothing.

Each workspace is looked at in one snapshot of its own, by statements over whole tables: time grows with the number
of rows, memory does not. A check gives the rows that break it; docs/operators.md lists them all.
"""

from alongside.app.verify.command import verify

__all__ = ["verify"]
