"""What every page works on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowhost_devserver.keeping import Keeping

if TYPE_CHECKING:
    from pathlib import Path

    from flowhost_plugins.catalogue import Catalogue

BASE = "/API"
"""Path of everything that wants a login."""

NOAUTH_BASE = "/APInoauth"
"""Path of what the server hands out URIs for."""


@dataclass(slots=True)
class Site:
    """One server: where it is, and what it knows.

    Args:
        catalogue: items, shapes, files, storages, collections, access, jobs.
        keeping: everything else that must outlive a restart: users, fields, notifications, export locations ...
        root: folder of its state.
        started: since when it runs.
        url: where it is served, without a slash at the end; known once it listens.
        lock: held while something in `keeping` is read in order to be changed.
    """

    catalogue: Catalogue
    keeping: Keeping
    root: Path
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def api(self) -> str:
        """URL of the API, without a slash at the end."""
        return self.url + BASE
