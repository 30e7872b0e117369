"""Which events are inside, by id, so that a second copy joins the first."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from flowhost.delivery.parcels import Parcel
from flowhost.parts import Receipt


class InFlight:
    """The parcels of one daemon whose events have an id. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[str, Future[Receipt]] = {}

    def join(self, parcel: Parcel) -> Future[Receipt] | None:
        """Enter a parcel; return the Future of one with the same id that is inside already, or None."""
        if (identity := parcel.raw.identity) is None:
            return None
        with self._lock:
            first = self._futures.setdefault(identity, parcel.future)
        return None if first is parcel.future else first

    def leave(self, parcel: Parcel) -> None:
        """The parcel is not inside any more; nothing when it never was."""
        if (identity := parcel.raw.identity) is None:
            return
        with self._lock:
            if self._futures.get(identity) is parcel.future:
                del self._futures[identity]
