"""The source ``http``: a webhook. Each POST becomes one event, answered once it is done or safely kept."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.http.source import Http

__all__ = ["Http"]


@flowhost.hookimpl
def flowhost_sources() -> Iterable[type[flowhost.Source]]:
    """Provide the source."""
    return [Http]
