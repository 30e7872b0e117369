"""What every page works on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import flowhost
from flowhost_devserver.keeping import Keeping
from flowhost_devserver.vidispine.auditing import AuditLog
from flowhost_devserver.vidispine.jobs.board import Board
from flowhost_devserver.vidispine.people.records import People

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.notifications import Notifier
    from flowhost_plugins.catalogue import Catalogue

BASE = "/API"
"""Path of everything that wants a login."""

NOAUTH_BASE = "/APInoauth"
"""Path of what the server hands out URIs for."""

PROPERTY = "configuration property"
"""Kind of what is kept of configuration, by the key of the property."""


@dataclass(slots=True)
class Site:
    """One server: where it is, and what it knows.

    Args:
        catalogue: items, shapes, files, storages, collections, access, jobs.
        keeping: everything else that must outlive a restart: users, fields, notifications, export locations ...
        root: folder of its state.
        started: since when it runs.
        url: where it is served, without a slash at the end; known once it listens.
        clock: the time, by which tokens end.
        audit: what was asked.
        lock: held while something in `keeping` is read in order to be changed.

    Attributes:
        jobs: every job.
        notifier: who wants to be told of what; there once the server is built.
    """

    catalogue: Catalogue
    keeping: Keeping
    root: Path
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    url: str = ""
    clock: flowhost.Clock = field(default_factory=flowhost.SystemClock)
    audit: AuditLog = field(default_factory=AuditLog)
    lock: threading.RLock = field(default_factory=threading.RLock)
    jobs: Board = field(init=False)
    notifier: Notifier = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = Board(self)

    @property
    def api(self) -> str:
        """URL of the API, without a slash at the end."""
        return self.url + BASE

    @property
    def noauth(self) -> str:
        """URL of what is served without a login, without a slash at the end."""
        return self.url + NOAUTH_BASE

    def setting(self, key: str, default: int) -> int:
        """A configuration property that is a number."""
        kept = self.keeping.get(PROPERTY, key)
        return default if kept is None else int(kept["value"])

    @property
    def people(self) -> People:
        """Users and groups."""
        return People(self)
