"""One daemon's life: resources opened, sources emitting, work delivered, then drained and closed."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flowhost import logs, resource_life
from flowhost.delivery import Delivery, RetryPolicy
from flowhost.errors import FlowhostError, StateUnavailable
from flowhost.monitoring.snapshots import FAILING, DaemonSnapshot, SourceSnapshot
from flowhost.options.wording import spelled
from flowhost.parts import Clock, Job, Metric, Resource
from flowhost.registry import Registry
from flowhost.supervisor import Supervised, Supervisor
from flowhost.wiring import Blueprint

log = logging.getLogger(__name__)

BEAT_EVERY = 5.0  # seconds between two reports to the ledger
BEATS_IN_A_LEASE = 3  # at least: one may be late and one lost, and still nobody takes this daemon for dead
BACKLOG_FOR_EACH_WORKER = 4  # events: the next one is at hand when a worker gets free, and no more than that
HUNG_LOOK_EVERY = 0.1  # seconds; how late the end of interrupted work is noticed
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
        self._ledger_trouble: str | None = None  # why the last beat failed
        self._drained = False
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
        """Whether no event is inside, nor waits in the ledger to be delivered."""
        return self.delivery.idle

    @property
    def failures(self) -> int:
        """How many events could not be worked since the daemon started."""
        stats = self.delivery.stats()
        return stats.parked + stats.unsafe

    def start(self) -> None:
        """Open everything and let the events come.

        Raises:
            FlowhostError: something could not be opened; what was open is closed again.
            RuntimeError: the system has no more threads to give; everything is closed again.
        """
        try:
            for resource in self.blueprint.resources:
                resource.open()
                self._opened.append(resource)
            if self.blueprint.ledger:
                self.blueprint.ledger.enlist(self.info.name)
                self._enlisted = True
            resource_life.start(self._opened)
            self._show_settings()
            log.info("%s runs: %s", self.info.name, self._summary())
            self._state = "running"
            self._start_threads()
        except BaseException:  # whatever went wrong, nothing stays half open
            self._close()
            raise
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
        self._drained = True
        for name in self.supervisor.join(SOURCES_STOP_WITHIN):
            log.warning("source %s did not stop within %.0f s; it is left behind", name, SOURCES_STOP_WITHIN)
        self._stopping.set()
        if self._beating.ident is not None:
            self._beating.join(BEAT_EVERY)
        self._close()
        log.info("%s stopped: %d events interrupted", self.info.name, len(drained.interrupted))
        return len(drained.interrupted)

    def begin_stop(self, reason: str, *, finish_work: bool = False) -> Future[int]:
        """Stop within the drain time-out, in a thread that holds up nobody who does not wait for it.

        Args:
            reason: see `stop`.
            finish_work: let running work end or time out, however long that takes: for a successor that would
                do at the same time what is interrupted here.

        Returns:
            What `stop` returns or raises.
        """
        flow = self.blueprint.flow
        drain_timeout: float | None = flow.drain_timeout
        if finish_work:
            drain_timeout = flow.worker_timeout + flow.drain_timeout if flow.worker_timeout else None
        result: Future[int] = Future()

        def stop() -> None:
            try:
                interrupted = self.stop(reason, drain_timeout=drain_timeout)
                if finish_work and interrupted:
                    self._outlast(flow.worker_timeout)
                result.set_result(interrupted)
            except BaseException as error:  # noqa: BLE001  # whoever waits for the result gets it
                result.set_exception(error)

        threading.Thread(target=stop, name=f"stop:{self.info.name}", daemon=True).start()
        return result

    def alive(self) -> bool:
        """Whether the pool still turns, or has done so to its end, and the ledger hears of it: for the watchdog."""
        beating = self._beating.ident is None or self._beating.is_alive()
        return self._drained or (self.delivery.alive() and beating)

    def snapshot(self) -> DaemonSnapshot:
        """How the daemon is doing, for metrics, status and the live view."""
        stats = self.delivery.stats()
        if stats.degraded is None:
            stats = replace(stats, degraded=self._ledger_trouble)
        sources = tuple(
            SourceSnapshot(status.name, status.state, status.restarts, status.error)
            for status in self.supervisor.statuses.values()
        )
        failing = any(source.state in FAILING for source in sources)
        ready = self._state == "running" and not failing and stats.degraded is None
        alive = self.alive()
        return DaemonSnapshot(
            self.info.name, self._state, ready, stats, sources, alive, self._dead_letters, self._measured
        )

    def reload(self) -> None:
        """Let the parts read again what they read besides the profile.

        Raises:
            ConfigError: everything that is wrong; a part for which something is goes on as it was.
        """
        resource_life.reload(self._opened, self.info.name)

    def _measured(self) -> list[Metric]:
        return resource_life.measure(self._opened)

    def _start_threads(self) -> None:
        try:
            self.delivery.start()
            self.supervisor.start()
            if self.blueprint.ledger:
                self._beating.start()
        except BaseException:  # whatever went wrong, no thread is left with what is closed now
            self._stopping.set()
            self.supervisor.stop()
            self.delivery.drain(0)
            with suppress(RuntimeError):  # the first of the sources that did not even start
                self.supervisor.join(SOURCES_STOP_WITHIN)
            raise

    def _outlast(self, seconds: float) -> None:
        """Wait for the threads whose work was interrupted, but no longer than work may take."""
        deadline = self._clock.monotonic() + seconds
        while self.delivery.stats().hung and self._clock.monotonic() < deadline:
            self._clock.wait(threading.Event(), HUNG_LOOK_EVERY)

    def _finished(self, job: Job) -> None:
        self._registry.observe("flowhost_finished", job=job)

    def _show_settings(self) -> None:
        shown = {k: ", ".join(v) if isinstance(v, tuple) else v for k, v in vars(self.blueprint.flow).items()}
        flow = {spelled(key): value for key, value in shown.items()}
        logs.show(log, logging.INFO, f"{self.info.name}: Flow settings", flow)
        for title, section in self.blueprint.config.sections.items():
            if title != "Flow":
                written = {
                    key: logs.MASK if (title, key) in self.blueprint.secrets else value.text
                    for key, value in section.values.items()
                }
                logs.show(log, logging.DEBUG, f"{self.info.name}: [{title}]", written)

    def _summary(self) -> str:
        flow = self.blueprint.flow
        names = ", ".join(one.name for one in self.blueprint.sources)
        return f"source {names} → worker {flow.worker or flow.class_} ({flow.workers} at once)"

    def _beat(self) -> None:
        ledger = self.blueprint.ledger
        assert ledger, "without a ledger there is nobody to report to"
        while True:
            try:
                ledger.beat(self.info.name, self._report())
                self._dead_letters = ledger.dead_letters(self.info.name)
            except StateUnavailable as error:
                level = logging.DEBUG if self._ledger_trouble else logging.ERROR  # once is enough
                log.log(level, "the ledger cannot take the report of %s: %s", self.info.name, error)
                self._ledger_trouble = str(error)
            except Exception as error:  # a ledger is a stranger's code, and the next beat may succeed
                log.exception("the ledger could not take the report of %s", self.info.name)
                self._ledger_trouble = f"{type(error).__name__}: {error}"
            else:
                if self._ledger_trouble:
                    log.info("the ledger takes the reports of %s again", self.info.name)
                self._ledger_trouble = None
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
