"""The worker ``http-post``: hands each event on to a web server, as a CloudEvent or as bare data."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.http_post.worker import HttpPost

__all__ = ["HttpPost"]


@flowhost.hookimpl
def flowhost_workers() -> Iterable[type[flowhost.Worker]]:
    """Provide the worker."""
    return [HttpPost]
