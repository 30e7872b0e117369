"""The source ``watch-folder``: files dropped into a folder, once they are settled."""

from __future__ import annotations

import flowhost
from flowhost_plugins.watch_folder.source import WatchFolder

__all__ = ["WatchFolder"]


@flowhost.hookimpl
def flowhost_sources() -> list[type[WatchFolder]]:
    """Provide the source ``watch-folder``."""
    return [WatchFolder]
