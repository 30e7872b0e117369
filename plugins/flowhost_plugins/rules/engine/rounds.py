"""A thread that makes its rounds: what it looks at every second, each thing by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import flowhost

EVERY = 1.0  # seconds; how late what is looked at may be noticed

log = logging.getLogger(__name__)


class Rounds:
    """Calls something every second, in a thread of its own, until it is told to stop.

    Args:
        name: of the thread.
        what: what is looked at, for the log.
        go: one round; what shall not hold up the rest of it is done with `attempt`.
        clock: the time.
    """

    def __init__(self, name: str, what: str, go: Callable[[], None], clock: flowhost.Clock) -> None:
        self.what = what
        self._go = go
        self._clock = clock
        self._stopping = threading.Event()
        self._failing: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def stopping(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def begin_stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()

    def join(self, timeout: float) -> bool:
        """Wait so many seconds for the end of what is being done; return whether it came."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def attempt(self, what: str, action: Callable[[], object]) -> None:
        """Do something of which nothing else may depend; a failure is told once, until it is over."""
        try:
            action()
        except flowhost.FlowhostError as error:
            if self._failing.get(what) != str(error):
                log.warning("%s: %s", what, error)
            self._failing[what] = str(error)
        except Exception as error:  # libraries and conditions are strangers' code; the other rules go on
            if self._failing.get(what) != str(error):
                log.exception("%s failed", what)
            self._failing[what] = str(error)
        else:
            if self._failing.pop(what, None) is not None:
                log.info("%s: it works again", what)

    def _run(self) -> None:
        while not self.stopping:
            self.attempt(self.what, self._go)
            self._clock.wait(self._stopping, EVERY)
