"""The source ``interval``: a tick every so often, if wanted within a window of the day only."""

from __future__ import annotations

import flowhost
from flowhost_plugins.interval.source import Interval

__all__ = ["Interval"]


@flowhost.hookimpl
def flowhost_sources() -> list[type[Interval]]:
    """Provide the source ``interval``."""
    return [Interval]
