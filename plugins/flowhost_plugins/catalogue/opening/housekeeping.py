"""What an open catalogue does by itself now and then: the recycle bin is emptied of what is due, the log pruned."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import flowhost
from flowhost_plugins.catalogue.changes.methods import KEPT_CHANGES, MOST_CHANGES
from flowhost_plugins.catalogue.changes.readers import Readers
from flowhost_plugins.catalogue.trash.trash import Trash

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
"""Graces are hours; a look that finds nothing costs two queries."""


class Housekeeping:
    """A thread that does chores.

    Args:
        clock: the time.
        chores: what a chore is for, for the log → the chore.
    """

    def __init__(self, clock: flowhost.Clock, chores: Mapping[str, Callable[[], object]]) -> None:
        self._clock = clock
        self._chores = chores
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalogue-housekeeping", daemon=True)

    def start(self) -> None:
        """Begin; the first chores are done after a while, so that a short command does none."""
        self._thread.start()

    def close(self) -> None:
        """End, after the chore that is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._clock.wait(self._stop, EVERY_SECONDS):
            for name, chore in self._chores.items():
                if self._stop.is_set():
                    return
                try:
                    chore()
                except flowhost.Unavailable as error:
                    log.warning("cannot %s: %s; trying again later", name, error)
                except Exception:  # a mistake of ours must not end the other chores
                    log.exception("cannot %s", name)


def chores(trash: Trash, readers: Readers, clock: flowhost.Clock) -> dict[str, Callable[[], object]]:
    """The chores of a catalogue."""
    return {
        "empty the recycle bin": lambda: trash.purge(clock.now()),
        "prune the log of changes": lambda: readers.prune(KEPT_CHANGES, MOST_CHANGES),
    }
