"""One daemon's life: resources opened, sources emitting, work delivered, then drained and closed."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from flowhost import logs
from flowhost.delivery import Delivery, RetryPolicy
from flowhost.errors import FlowhostError, StateUnavailable
from flowhost.monitoring.snapshots import FAILING, DaemonSnapshot, SourceSnapshot
from flowhost.options.wording import spelled
from flowhost.parts import Clock, Job, Resource
from flowhost.registry import Registry
from flowhost.supervisor import Supervised, Supervisor
from flowhost.wiring import Blueprint

log = logging.getLogger(__name__)

BEAT_EVERY = 5.0  # seconds between two reports to the ledger
BEATS_IN_A_LEASE = 3  # at least: one may be late and one lost, and still nobody takes this daemon for dead
BACKLOG_FOR_EACH_WORKER = 4  # events: the next one is at hand when a worker gets free, and no more than that
SOURCES_STOP_WITHIN = 10.0  # seconds a source may take to return once its work is drained


class Daemon:
    """Runs one blueprint, once.

    Args:
        blueprint: the wired parts; they are opened by `start` and closed by `stop`.
        registry: the plugins that observe.
        clock: time.
        exhausted: called once, from a source's thread, when every source has returned by itself.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        registry: Registry,
        *,
        clock: Clock,
        exhausted: Callable[[], None] = lambda: None,
    ) -> None:
        self.blueprint = blueprint
        self.info = blueprint.info
        self._registry = registry
        self._clock = clock
        self._opened: list[Resource] = []
        self._enlisted = False
        self._dead_letters: int | None = None  # as of the last beat
        self._stopping = threading.Event()
        self._state = "starting"
        flow = blueprint.flow
        self.delivery = Delivery(
            blueprint.worker,
            blueprint.ledger,
            info=blueprint.info,
            workers=flow.workers,
            backlog=flow.backlog or BACKLOG_FOR_EACH_WORKER * flow.workers,
            timeout=flow.worker_timeout,
            retry=RetryPolicy(attempts=flow.attempts, first=flow.retry_delay, limit=flow.retry_limit),
            clock=clock,
            finished=self._finished if registry.observed("flowhost_finished") else None,
        )
        sources = [
            Supervised(one.name, one.source, self.delivery.emitter(one.name, one.parser, journal=one.journal))
            for one in blueprint.sources
        ]
        self.supervisor = Supervisor(sources, clock=clock, exhausted=exhausted)
        lease: float = getattr(blueprint.ledger, "lease", BEATS_IN_A_LEASE * BEAT_EVERY)
        self._beat_every = min(BEAT_EVERY, lease / BEATS_IN_A_LEASE)
        self._beating = threading.Thread(target=self._beat, name=f"beat:{self.info.name}", daemon=True)

    @property
    def exhausted(self) -> bool:
        """Whether every source has returned by itself."""
        return all(status.state == "exhausted" for status in self.supervisor.statuses.values())

    @property
    def idle(self) -> bool:
        """Whether no event is inside."""
        stats = self.delivery.stats()
        return not (stats.running or stats.queued or stats.delayed)

    @property
    def failures(self) -> int:
        """How many events could not be worked since the daemon started."""
        stats = self.delivery.stats()
        return stats.parked + stats.unsafe

    def start(self) -> None:
        """Open everything and let the events come.

        Raises:
            FlowhostError: something could not be opened; what was open is closed again.
        """
        try:
            for resource in self.blueprint.resources:
                resource.open()
                self._opened.append(resource)
            if self.blueprint.ledger:
                self.blueprint.ledger.enlist(self.info.name)
                self._enlisted = True
        except BaseException:  # whatever went wrong, nothing stays half open
            self._close()
            raise
        self._show_settings()
        log.info("%s runs: %s", self.info.name, self._summary())
        self._state = "running"
        self.delivery.start()
        self.supervisor.start()
        self._beating.start()
        self._registry.observe("flowhost_started", daemon=self.info)

    def stop(self, reason: str, *, drain_timeout: float | None = None) -> int:
        """Stop the sources, finish or park the work, close everything.

        Args:
            reason: for the log and the observers.
            drain_timeout: seconds to finish the work; None waits until it is done.

        Returns:
            How many events were interrupted.
        """
        log.info("%s stops: %s", self.info.name, reason)
        self._state = "stopping"
        self._registry.observe("flowhost_stopping", daemon=self.info, reason=reason)
        self.supervisor.stop()
        drained = self.delivery.drain(drain_timeout)
        for name in self.supervisor.join(SOURCES_STOP_WITHIN):
            log.warning("source %s did not stop within %.0f s; it is left behind", name, SOURCES_STOP_WITHIN)
        self._stopping.set()
        self._beating.join(BEAT_EVERY)
        self._close()
        log.info("%s stopped: %d events interrupted", self.info.name, len(drained.interrupted))
        return len(drained.interrupted)

    def alive(self) -> bool:
        """Whether the pool still turns; the watchdog's question."""
        return self.delivery.alive()

    def snapshot(self) -> DaemonSnapshot:
        """How the daemon is doing, for metrics, status and the live view."""
        stats = self.delivery.stats()
        sources = tuple(
            SourceSnapshot(status.name, status.state, status.restarts, status.error)
            for status in self.supervisor.statuses.values()
        )
        failing = any(source.state in FAILING for source in sources)
        ready = self._state == "running" and not failing and stats.degraded is None
        alive = self.delivery.alive()
        return DaemonSnapshot(self.info.name, self._state, ready, stats, sources, alive, self._dead_letters)

    def _finished(self, job: Job) -> None:
        self._registry.observe("flowhost_finished", job=job)

    def _show_settings(self) -> None:
        flow = {spelled(key): value for key, value in vars(self.blueprint.flow).items()}
        logs.show(log, logging.INFO, f"{self.info.name}: Flow settings", flow)
        for title, section in self.blueprint.config.sections.items():
            if title != "Flow":
                written = {key: value.text for key, value in section.values.items()}
                logs.show(log, logging.DEBUG, f"{self.info.name}: [{title}]", written)

    def _summary(self) -> str:
        flow = self.blueprint.flow
        names = ", ".join(one.name for one in self.blueprint.sources)
        return f"source {names} → worker {flow.worker or flow.class_} ({flow.workers} at once)"

    def _beat(self) -> None:
        ledger = self.blueprint.ledger
        while ledger:
            try:
                self._dead_letters = ledger.dead_letters(self.info.name)
                ledger.beat(self.info.name, self._report())
            except StateUnavailable as error:
                log.debug("the ledger cannot take the report of %s: %s", self.info.name, error)
            if self._clock.wait(self._stopping, self._beat_every):
                return

    def _report(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "reported": self._clock.now().isoformat(),
            "profile": str(self.blueprint.config.profile),
            **self.snapshot().as_json(),
        }

    def _close(self) -> None:
        if self._enlisted and self.blueprint.ledger:
            self._quietly("leave the ledger", lambda: self.blueprint.ledger.leave(self.info.name))  # type: ignore[union-attr]  # checked on the line above
        while self._opened:
            resource = self._opened.pop()
            self._quietly(f"close resource {resource.name}", resource.close)

    def _quietly(self, what: str, action: Callable[[], None]) -> None:
        try:
            action()
        except FlowhostError as error:
            log.error("%s could not %s: %s", self.info.name, what, error)
        except Exception:  # a plugin's close is a stranger's code; the others must still be closed
            log.exception("%s could not %s", self.info.name, what)
