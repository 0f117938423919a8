"""`alongside jobs`: what could not be done, from the command line."""

from alongside.app.deadletters.command import jobs

__all__ = ["jobs"]
