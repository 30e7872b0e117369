"""All of it at work: what happens is heard, and whoever wants to know is told."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import flowhost
from flowhost_devserver.faults import Faults
from flowhost_devserver.vidispine.jobs import JobRecord
from flowhost_devserver.vidispine.notifications.bodies import DEFAULT_TYPE, body_of
from flowhost_devserver.vidispine.notifications.changes import of_change, of_job, of_metadata
from flowhost_devserver.vidispine.notifications.endpoints import Delivery, Endpoints
from flowhost_devserver.vidispine.notifications.happenings import Happening, told
from flowhost_devserver.vidispine.notifications.matching import wanted
from flowhost_devserver.vidispine.notifications.registrations import Registration, Registrations
from flowhost_plugins.catalogue import Change, Listening

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowhost_devserver.vidispine.site import Site

log = logging.getLogger(__name__)

LONGEST_BLOCK_SECONDS = 300.0
"""How long a request is held up by synchronous notifications at most."""


class Notifier:
    """Tells what happens to everybody who registered; safe to use from every thread.

    Args:
        site: the server.
        faults: what gets lost, doubled or late on the way.

    Attributes:
        registrations: who wants to know what.
        endpoints: what is on its way.
    """

    def __init__(self, site: Site, faults: Faults) -> None:
        self._site = site
        self.endpoints = Endpoints(faults, flowhost.SystemClock())
        self.registrations = Registrations(site.keeping)
        self._work: queue.SimpleQueue[Callable[[], Iterable[Happening]] | None] = queue.SimpleQueue()
        self._heard = 0  # number of the last change of the catalogue that was taken up
        self._open = 0  # things taken up and not yet handed to the endpoints
        self._progress = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="vidispine-notifier")
        self._listening: Listening | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._heard = self._site.catalogue.last_change()
        self._thread.start()
        self._listening = self._site.catalogue.listen(self._changed)
        self._site.jobs.listen(self._job_changed)

    def close(self) -> None:
        """Stop; what was not delivered is forgotten."""
        if self._listening is None:
            return
        self._listening.close()
        self._work.put(None)
        self.endpoints.close()
        self._thread.join()

    def metadata_changed(
        self, kind: Literal["item", "collection"], id_: str, user: str, change_set: str, spans: Iterable[Any]
    ) -> None:
        """Tell of a change set: see `changes.of_metadata`."""
        kept = list(spans)
        self._take_up(lambda: of_metadata(kind, id_, user, change_set, kept, self._number()))

    def tell(self, entity: str, event: str, things: Mapping[str, str], **values: str | None) -> None:
        """Tell of something that neither the catalogue nor the board of jobs knows.

        Args:
            entity: that of triggers: ``group``, ``deletionLock`` ...
            event: ``create``, ``modify`` or ``delete``.
            things: what it happened to, see `Happening`.
            values: what is told besides the action; None: unknown.
        """
        happening = Happening(entity, (event,), things, told(action=event.upper(), **values))
        self._take_up(lambda: [happening])

    def settle(self, seconds: float) -> bool:
        """Wait until everything that happened so far was delivered or given up; whether that is so."""
        return self._caught_up(seconds) and self.endpoints.wait(seconds)

    def block(self) -> None:
        """Wait until the synchronous notifications of what happened so far were answered."""
        if self.registrations.any_synchronous() and self._caught_up(LONGEST_BLOCK_SECONDS):
            self.endpoints.wait(LONGEST_BLOCK_SECONDS, synchronous=True)

    def _caught_up(self, seconds: float) -> bool:
        last = self._site.catalogue.last_change()
        with self._progress:
            return self._progress.wait_for(lambda: self._heard >= last and not self._open, seconds)

    # -- what is heard

    def _changed(self, change: Change) -> None:
        self._take_up(lambda: of_change(self._site, change))
        with self._progress:
            self._heard = change.sequence
            self._progress.notify_all()

    def _job_changed(self, event: str, record: JobRecord) -> None:
        self._take_up(lambda: [of_job(self._site, event, record, self._number())])

    def _number(self) -> int:
        return self._site.keeping.next_number("notification-sequence")

    def _take_up(self, happenings: Callable[[], Iterable[Happening]]) -> None:
        with self._progress:
            self._open += 1
        self._work.put(happenings)

    # -- the thread

    def _run(self) -> None:
        while (happenings := self._work.get()) is not None:
            try:
                if registrations := self.registrations.all():
                    self._tell_all(happenings(), registrations)
            except Exception:  # a bug of ours in one must not keep the others from being told
                log.exception("cannot tell of something that happened")
            finally:
                with self._progress:
                    self._open -= 1
                    self._progress.notify_all()

    def _tell_all(self, happenings: Iterable[Happening], registrations: Iterable[Registration]) -> None:
        for happening in happenings:
            heard = [(one, wanted(one, happening)) for one in registrations]
            self.endpoints.send(delivery(one, values) for one, values in heard if values is not None)


def delivery(registration: Registration, values: Mapping[str, tuple[str, ...]]) -> Delivery:
    """What is sent to one who registered."""
    http = registration.http
    content_type = http.get("contentType") or DEFAULT_TYPE
    if http.get("extradata"):
        values = {**values, "extradata": (http["extradata"],)}
    return Delivery(
        url=http["url"].strip(),
        method=http["method"],
        content_type=content_type,
        body=body_of(values, content_type),
        timeout=http["timeout"],
        retry=http["retry"],
        group=http.get("group") or "",
        synchronous=bool(http["synchronous"]),
    )
