"""What happens to the files of a folder between their first sight and their event."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass

import flowhost
from flowhost_plugins.watch_folder.companions import Companions
from flowhost_plugins.watch_folder.describing import Describing
from flowhost_plugins.watch_folder.listing import Listing, Selection, stamp_of
from flowhost_plugins.watch_folder.settling import Settling, Stamp
from flowhost_plugins.watch_folder.waiting import Waiting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator wants of the files.

    Args:
        selection: which names are wanted.
        companions: which files belong to another.
        patience: seconds to wait for companions; 0 for ever.
        skip_empty: whether files of no size are left alone.
    """

    selection: Selection
    companions: Companions
    patience: float
    skip_empty: bool


class Gathering:
    """Follows the files of one folder and emits those that are settled and complete. Used by one thread.

    Args:
        listing: the folder.
        settling: knows when a file is settled.
        describing: makes the events.
        wishes: which files are wanted.
        now: the time, which never goes back.
    """

    def __init__(
        self,
        listing: Listing,
        settling: Settling,
        describing: Describing,
        wishes: Wishes,
        now: Callable[[], float],
    ) -> None:
        self._listing = listing
        self._settling = settling
        self._describing = describing
        self._wishes = wishes
        self._now = now
        self._waiting = Waiting(wishes.patience)
        self._orphans = Waiting(wishes.patience)
        self._unreadable: set[str] = set()
        self._failed: queue.SimpleQueue[tuple[str, Stamp]] = queue.SimpleQueue()

    def skip_present(self) -> None:
        """Take no interest in the files that are in the folder now, as they are now."""
        for path, stamp in self._listing.files(self._concerns):
            self._settling.skip(path, stamp, self._now())

    def sweep(self) -> list[str]:
        """List the folder; return the files that are new or look different, the longest untouched first."""
        self._offer_failed_again()
        present = dict(self._listing.files(self._concerns))
        self._settling.keep(present)
        self._waiting.keep(present)
        self._unreadable.intersection_update(present)
        self._notice_orphans(present)
        news = [path for path, stamp in present.items() if not self._settling.knows(path, stamp)]
        return sorted(news, key=lambda path: present[path].modified)

    def due(self) -> list[str]:
        """The files to look at now."""
        return [*self._settling.due(self._now()), *self._waiting.overdue(self._now())]

    def next_due(self) -> float | None:
        """When a file is to be looked at next, if nothing happens before."""
        moments = (self._settling.next_due(), self._waiting.next_overdue())
        return min((moment for moment in moments if moment is not None), default=None)

    def look(self, path: str, emit: flowhost.Emit) -> None:
        """Look at a file that something may have happened to; emit what is settled and complete now."""
        name = path.rpartition("/")[2]
        if not self._listing.contains(path):
            return
        if self._wishes.companions.is_companion(name):
            self._observe(path)
            for main in self._waiting.for_companion(path):
                self._look_at_main(main, emit)
        elif self._wishes.selection.wants(name):
            self._look_at_main(path, emit)

    def _concerns(self, name: str) -> bool:
        return self._wishes.selection.wants(name) or self._wishes.companions.is_companion(name)

    def _observe(self, path: str) -> tuple[Stamp, str] | None:
        stamp = stamp_of(path)
        if stamp is None:
            self._settling.forget(path)
            return None
        return stamp, self._settling.observe(path, stamp, self._now())

    def _look_at_main(self, path: str, emit: flowhost.Emit) -> None:
        observed = self._observe(path)
        if observed is None or observed[1] != "settled":
            self._waiting.forget(path)
            return
        stamp = observed[0]
        if self._wishes.skip_empty and not stamp.size:
            self._settling.done(path)
            return
        companions = self._wishes.companions.of(path)
        states = {companion: self._observe(companion) for companion in companions.values()}
        if all(state is not None and state[1] != "moving" for state in states.values()):
            self._emit_settled(path, stamp, companions, emit)
            return
        self._waiting.add(path, companions.values(), self._now())
        if self._waiting.is_overdue(path, self._now()):
            late = [companion for companion, state in states.items() if state is None or state[1] == "moving"]
            event = self._describing.incomplete(path, stamp, late, self._wishes.patience)
            self._hand_over(event, path, stamp, emit)
            self._waiting.reported(path)

    def _emit_settled(self, path: str, stamp: Stamp, companions: dict[str, str], emit: flowhost.Emit) -> None:
        self._waiting.forget(path)
        try:
            event = self._describing.settled(path, stamp, companions)
        except OSError as error:
            self._settling.forget(path)  # the next sweep finds it again
            self._complain(path, error)
            return
        if event is None:
            self._settling.forget(path)
            self._observe(path)
            return
        self._hand_over(event, path, stamp, emit)
        self._settling.done(path)

    def _complain(self, path: str, error: OSError) -> None:
        if path not in self._unreadable:
            self._unreadable.add(path)
            log.warning("%r cannot be read: %s; it is tried again until it can", path, error.strerror)

    def _hand_over(self, event: flowhost.Event, path: str, stamp: Stamp, emit: flowhost.Emit) -> None:
        def ended(future: Future[flowhost.Receipt]) -> None:
            if future.cancelled() or future.exception() is not None:
                self._failed.put((path, stamp))

        try:
            emit(event).add_done_callback(ended)
        except (
            BaseException
        ):  # also a stopping daemon's refusal: whatever it is goes on, and the file stays to be offered
            self._failed.put((path, stamp))
            raise

    def _offer_failed_again(self) -> None:
        while not self._failed.empty():
            path, stamp = self._failed.get()
            if self._settling.knows(path, stamp):
                self._settling.forget(path)
                self._waiting.forget(path)

    def _notice_orphans(self, present: Iterable[str]) -> None:
        if not self._wishes.companions:
            return
        companions = {path for path in present if self._wishes.companions.is_companion(path)}
        for path in present:
            if path not in companions:
                companions.difference_update(self._wishes.companions.of(path).values())
        self._orphans.keep(companions)
        for path in companions:
            self._orphans.add(path, (), self._now())
        for path in self._orphans.overdue(self._now()):
            self._orphans.reported(path)
            log.info("%r belongs to a file that has not come; it is left alone", path)
