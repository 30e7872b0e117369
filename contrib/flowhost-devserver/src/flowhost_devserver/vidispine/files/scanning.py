"""Looks into the storages now and then, so that files that somebody puts there are known."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.catalogue import NotFound

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two looks; a file is whole when it did not change from one to the next."""


class Scanner:
    """The thread that scans.

    Args:
        site: whose storages.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._clock = flowhost.SystemClock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vidispine-scan", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        while not self._clock.wait(self._stop, EVERY):
            try:
                for storage in self._site.catalogue.storages():
                    self._scan(storage.id)
            except flowhost.Unavailable as error:
                log.warning("cannot look into the storages: %s", error)

    def _scan(self, storage_id: str) -> None:
        try:
            self._site.catalogue.scan(storage_id)
        except NotFound:  # it was deleted meanwhile
            pass
        except flowhost.Unavailable as error:
            log.warning("the storage %s is offline: %s", storage_id, error)
