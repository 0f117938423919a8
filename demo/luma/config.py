"""What Luma's site has to be told."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class LumaConfig:
    """`alongside` is the origin that serves the widget, `identity_secret` the workspace's, `cookie_key` our own."""

    alongside: str
    workspace: str
    identity_secret: str = field(repr=False)
    cookie_key: str = field(repr=False)
