"""Several daemons in one process: started together, reloaded one by one, stopped together."""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from flowhost.clock import SystemClock
from flowhost.config import Config, read_profile
from flowhost.config.profile import namesakes
from flowhost.daemon import Daemon
from flowhost.delivery import DeliveryStats
from flowhost.errors import ConfigError, FlowhostError
from flowhost.monitoring.snapshots import DaemonSnapshot
from flowhost.parts import Clock
from flowhost.places import Problem
from flowhost.registry import Registry
from flowhost.service import notify
from flowhost.wiring import Blueprint, blueprint

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0  # seconds; how often the main thread looks around when nothing wakes it
LOOK_EVERY_WHILE_FINISHING = 0.1  # seconds; how late the end of a batch is noticed
FIRST_RETRY = 10.0  # seconds until a daemon that a reload could not start is tried again; doubles each time
LONGEST_RETRY = 60.0  # seconds; a database that is back is noticed within this time


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says over the profile.

    Args:
        instance_name: replaces the app name.
        workers: if not 0, replaces ``[Flow] workers``.
    """

    instance_name: str | None = None
    workers: int = 0


@dataclass(slots=True)
class _Outage:
    """A daemon that a reload stopped and could not start again.

    Args:
        configs: the new one, then the one it ran with before; the first that starts is taken.
        delay: seconds between the last try and the next.
        due: when the next try is, in the seconds of the clock.
        error: of the last try.
    """

    configs: tuple[Config, Config]
    delay: float = FIRST_RETRY / 2
    due: float = 0.0
    error: str = ""


class Fleet:
    """The daemons of one process.

    Args:
        profiles: one INI file a daemon.
        registry: the plugins.
        overrides: from the command line.
        clock: time.
        reloaded: called with every blueprint, in the order of the profiles, after a reload started a daemon.
    """

    def __init__(
        self,
        profiles: Sequence[Path],
        registry: Registry,
        *,
        overrides: Overrides | None = None,
        clock: Clock | None = None,
        reloaded: Callable[[Sequence[Blueprint]], None] = lambda blueprints: None,  # noqa: ARG005  # nobody cares
    ) -> None:
        self._registry = registry
        self._overrides = overrides or Overrides()
        self._clock = clock or SystemClock()
        self._daemons: dict[Path, Daemon] = {}
        self._failed: dict[Path, _Outage] = {}
        self._reloaded = reloaded
        # signals, and None to look around; its put() may interrupt its get(), which an Event's set() may not
        self._wishes: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._interrupted = False
        self.blueprints = self._all_blueprints(profiles)

    def snapshots(self) -> list[DaemonSnapshot]:
        """How every daemon is doing."""
        down = [
            DaemonSnapshot(
                one.configs[0].name, "failed", ready=False, stats=DeliveryStats(degraded=one.error)
            )
            for one in list(self._failed.values())
        ]
        return [daemon.snapshot() for daemon in list(self._daemons.values())] + down

    def alive(self) -> bool:
        """Whether every daemon's pool still turns."""
        return all(daemon.alive() for daemon in list(self._daemons.values()))

    def run(self) -> int:
        """Run until every daemon is exhausted or a signal says stop; return the exit code.

        Raises:
            FlowhostError: a daemon could not be started; the others are stopped again.
            KeyboardInterrupt: the second Ctrl-C; nothing was waited for.
        """
        with self._handling_signals():
            try:
                for profile, made in list(self.blueprints.items()):
                    self._start(profile, made)
                notify.ready()
                return self._watch()
            except KeyboardInterrupt:
                self._daemons.clear()  # not even their stop is waited for
                raise
            finally:
                notify.stopping()
                self._stop(list(self._daemons), "the process ends")

    def stop(self) -> None:
        """Let `run` end as SIGTERM would; callable from any thread."""
        self._wishes.put(signal.SIGTERM)

    def reload(self) -> None:
        """Reload what changed, as SIGHUP would; callable from any thread."""
        self._wishes.put(signal.SIGHUP)

    # -- running

    def _watch(self) -> int:
        failures = 0
        while self._daemons or self._failed:
            wish = self._next_wish()
            self._ping()
            if wish == signal.SIGHUP:
                self._reload()
            elif wish is not None:
                self._stop(list(self._daemons), "it was asked to stop")
                return 0
            self._retry()
            for profile, daemon in list(self._daemons.items()):
                if daemon.exhausted and daemon.idle:
                    self._stop([profile], "its sources are exhausted and its work is done")
                    failures += daemon.failures
        return 1 if failures else 0

    def _next_wish(self) -> int | None:
        """The next signal; None when there was none for a while, or something else is to be looked at."""
        try:
            return self._wishes.get(timeout=self._look_every())
        except queue.Empty:
            return None

    def _look_every(self) -> float:
        if any(daemon.exhausted for daemon in self._daemons.values()):
            return LOOK_EVERY_WHILE_FINISHING
        return notify.watchdog_interval() or LOOK_EVERY

    def _ping(self) -> None:
        if self.alive():
            notify.watchdog()

    def _start(self, profile: Path, made: Blueprint) -> None:
        daemon = Daemon(made, self._registry, clock=self._clock, exhausted=lambda: self._wishes.put(None))
        daemon.start()
        self._daemons[profile] = daemon
        self.blueprints[profile] = made

    def _stop(self, profiles: Sequence[Path], reason: str, *, reloading: bool = False) -> None:
        """Stop daemons side by side: one drain time-out serves all; the watchdog is pinged meanwhile."""
        leaving = [self._daemons[profile] for profile in profiles]
        stops = [daemon.begin_stop(reason, finish_work=reloading) for daemon in leaving]
        try:
            while wait(stops, timeout=notify.watchdog_interval() or LOOK_EVERY).not_done:
                self._ping()
            for stop in stops:
                stop.result()
        finally:
            for profile in profiles:
                del self._daemons[profile]

    # -- reloading

    def _reload(self) -> None:
        notify.reloading()
        for profile in self._profiles():
            try:
                self._reload_one(profile)
            except ConfigError as error:
                for problem in error.problems:
                    log.error("%s", problem)
                log.error(
                    "%s keeps %s, because the new one is wrong",
                    self._configs(profile)[0].name,
                    "running with the config it has"
                    if profile in self._daemons
                    else "trying its last config",
                )
        notify.ready()

    def _reload_one(self, profile: Path) -> None:
        config = self._read(profile)
        known = self._configs(profile)
        if profile in self._daemons and config.fingerprint() == known[0].fingerprint():
            self._daemons[profile].reload()
            return
        others = [one for other in self._profiles() if other != profile for one in self._configs(other)]
        if problems := [problem for other in others for problem in namesakes([other, config])]:
            raise ConfigError(problems)
        self._blueprint(config)  # nothing is stopped for a config that is wrong
        if profile in self._daemons:
            self._stop([profile], "its config changed", reloading=True)
        self._bring_up(profile, _Outage((config, known[-1])))

    def _profiles(self) -> list[Path]:
        return [*self._daemons, *self._failed]

    def _configs(self, profile: Path) -> tuple[Config, ...]:
        """What a daemon runs with, or is to be started with."""
        daemon = self._daemons.get(profile)
        return (daemon.blueprint.config,) if daemon else self._failed[profile].configs

    def _retry(self) -> None:
        for profile, outage in list(self._failed.items()):
            if self._clock.monotonic() >= outage.due:
                self._bring_up(profile, outage)

    def _bring_up(self, profile: Path, outage: _Outage) -> None:
        """Start a daemon with its new config, else with its old one; else it is tried again later."""
        outage.delay = min(LONGEST_RETRY, 2 * outage.delay)
        outage.due = self._clock.monotonic() + outage.delay
        ways_out = ("; it goes back to the old one", f"; next try in {outage.delay:.0f} s")
        for config, which, way_out in zip(outage.configs, ("new", "old"), ways_out, strict=True):
            try:
                self._start(profile, self._blueprint(config))
            except (Exception, SystemExit) as error:  # open() is a stranger's code; the other daemons live on
                outage.error = str(error) or type(error).__name__
                bug = None if isinstance(error, FlowhostError) else error
                text = "%s cannot start with its %s config: %s%s"
                log.error(text, config.name, which, outage.error, way_out, exc_info=bug)
            else:
                self._failed.pop(profile, None)
                self._reloaded(list(self.blueprints.values()))
                return
        self._failed[profile] = outage

    # -- reading

    def _all_blueprints(self, profiles: Sequence[Path]) -> dict[Path, Blueprint]:
        made: dict[Path, Blueprint] = {}
        problems: list[Problem] = []
        for profile in profiles:
            try:
                made[profile] = self._blueprint(self._read(profile))
            except ConfigError as error:
                problems += error.problems
        problems += namesakes([one.config for one in made.values()])
        if problems:
            raise ConfigError(problems)
        return made

    def _read(self, profile: Path) -> Config:
        overrides = self._overrides
        return read_profile(profile, instance_name=overrides.instance_name, workers=overrides.workers)

    def _blueprint(self, config: Config) -> Blueprint:
        return blueprint(config, self._registry, clock=self._clock)

    @contextmanager
    def _handling_signals(self) -> Iterator[None]:
        def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # how Python calls it
            if number == signal.SIGINT and self._interrupted:
                raise KeyboardInterrupt  # the second Ctrl-C does not wait for the work
            self._interrupted = self._interrupted or number == signal.SIGINT
            self._wishes.put(number)

        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may handle signals; whoever runs the fleet elsewhere calls stop()
            return
        kept = {
            number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
