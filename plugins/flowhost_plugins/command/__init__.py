"""The worker ``command``: runs a program for each event, without any shell between."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.command.worker import Command

__all__ = ["Command"]


@flowhost.hookimpl
def flowhost_workers() -> Iterable[type[flowhost.Worker]]:
    """Provide the worker."""
    return [Command]
