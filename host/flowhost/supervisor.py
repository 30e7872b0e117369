"""Keeps the sources of one daemon alive: a thread each, restarted with back-off when it fails.

A source that cannot reach something outside (`Unavailable`) is tried again for ever, with a back-off of up to
a minute. One that fails by itself, time after time, is put in quarantine: it is tried only every ten minutes,
and every status page says so. No source's failure touches another source.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flowhost.delivery.telling import told
from flowhost.errors import FlowhostError, Unavailable
from flowhost.parts import Clock, Emit, Source

log = logging.getLogger(__name__)

FIRST_DELAY = 1.0  # seconds; doubled with each failure in a row
LONGEST_DELAY = 60.0  # seconds; a broker that is back is noticed within this time
QUARANTINE_AFTER = 5  # failures in a row that are the source's own fault
QUARANTINE_DELAY = 600.0  # seconds; long enough not to fill the log for months
STEADY_AFTER = 60.0  # seconds of running after which earlier failures are forgotten

State = Literal["starting", "running", "backing-off", "quarantined", "exhausted", "stopped"]


@dataclass(slots=True)
class SourceStatus:
    """How one source is doing.

    Args:
        restarts: failures since the daemon started.
        failures: failures in a row.
        error: the last failure, for people; empty once the source has run steadily since.
        since: when its present run began, in the seconds of the clock.
    """

    name: str
    state: State = "starting"
    restarts: int = 0
    failures: int = 0
    error: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Supervised:
    """A source and the `emit` it is given."""

    name: str
    source: Source
    emit: Emit


class Supervisor:
    """Runs sources until they are exhausted or stopped.

    Args:
        sources: what to run.
        clock: time for the back-off.
        jitter: a factor from 0 to 1 for each delay; random by default, so that many daemons do not reconnect
            in step.
        exhausted: called once when every source has returned by itself.
    """

    def __init__(
        self,
        sources: Sequence[Supervised],
        *,
        clock: Clock,
        exhausted: Callable[[], None],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._statuses = {one.name: SourceStatus(one.name) for one in sources}
        self._clock = clock
        self._jitter = jitter
        self._exhausted = exhausted
        self._stop = threading.Event()
        self._lock = threading.Lock()  # guards the statuses
        self._threads = [
            threading.Thread(target=self._supervise, args=(one,), name=f"source:{one.name}", daemon=True)
            for one in sources
        ]

    @property
    def statuses(self) -> Mapping[str, SourceStatus]:
        """How each source is doing, by name."""
        with self._lock:
            for status in self._statuses.values():
                self._forget_if_steady(status)
        return self._statuses

    def start(self) -> None:
        """Start every source."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask every source to stop; returns at once."""
        self._stop.set()

    def join(self, timeout: float) -> list[str]:
        """Wait up to `timeout` seconds for the sources to stop; return the names of those that did not."""
        deadline = self._clock.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - self._clock.monotonic()))
        return [thread.name.partition(":")[2] for thread in self._threads if thread.is_alive()]

    def _supervise(self, one: Supervised) -> None:
        status = self._statuses[one.name]
        while not self._stop.is_set():
            with self._lock:
                status.since = self._clock.monotonic()
                status.state = "running"
            try:
                one.source.run(one.emit, self._stop)
            except BaseException as error:  # noqa: BLE001  # a source is a stranger's code; even SystemExit ends only its own run
                if self._stop.is_set():
                    log.debug("source %s ended while stopping: %s", one.name, error)
                    break
                self._wait_after(error, status)
            else:
                break
        self._ended(status)

    def _forget_if_steady(self, status: SourceStatus) -> None:
        if status.state == "running" and self._clock.monotonic() - status.since >= STEADY_AFTER:
            if status.failures:
                log.info("source %s has run without failure for %.0f s", status.name, STEADY_AFTER)
            status.failures = 0
            status.error = ""

    def _wait_after(self, error: BaseException, status: SourceStatus) -> None:
        text = told(error)
        with self._lock:
            self._forget_if_steady(status)
            status.failures += 1
            status.restarts += 1
            status.error = text
            delay = self._delay(error, status)
        own_fault = not isinstance(error, FlowhostError)
        log.error(
            "source %s failed: %s; next try in %s s%s",
            status.name,
            text,
            f"{delay:.1f}" if delay < 10 else f"{delay:.0f}",  # seconds; few enough to count with
            f" (in quarantine after {status.failures} failures)" if status.state == "quarantined" else "",
            exc_info=error if own_fault else None,
        )
        self._clock.wait(self._stop, delay)

    def _delay(self, error: BaseException, status: SourceStatus) -> float:
        if status.failures >= QUARANTINE_AFTER and not isinstance(error, Unavailable):
            status.state = "quarantined"
            return QUARANTINE_DELAY
        status.state = "backing-off"
        ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(status.failures - 1, 16))
        return max(FIRST_DELAY / 10, ceiling * self._jitter())

    def _ended(self, status: SourceStatus) -> None:
        with self._lock:
            status.state = "stopped" if self._stop.is_set() else "exhausted"
            last = all(other.state == "exhausted" for other in self._statuses.values())
        if last:
            self._exhausted()
