"""Several daemons in one process: started together, reloaded one by one, stopped together."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from flowhost.clock import SystemClock
from flowhost.config import Config, read_profile
from flowhost.daemon import Daemon
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


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says over the profile.

    Args:
        instance_name: replaces the app name.
        workers: if not 0, replaces ``[Flow] workers``.
    """

    instance_name: str | None = None
    workers: int = 0


class Fleet:
    """The daemons of one process.

    Args:
        profiles: one INI file a daemon.
        registry: the plugins.
        overrides: from the command line.
    """

    def __init__(
        self,
        profiles: Sequence[Path],
        registry: Registry,
        *,
        overrides: Overrides | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._registry = registry
        self._overrides = overrides or Overrides()
        self._clock = clock or SystemClock()
        self._daemons: dict[Path, Daemon] = {}
        self._wake = threading.Event()
        self._signals: list[int] = []
        self.blueprints = self._all_blueprints(profiles)

    def snapshots(self) -> list[DaemonSnapshot]:
        """How every daemon is doing."""
        return [daemon.snapshot() for daemon in list(self._daemons.values())]

    def alive(self) -> bool:
        """Whether every daemon's pool still turns."""
        return all(daemon.alive() for daemon in list(self._daemons.values()))

    def run(self) -> int:
        """Run until every daemon is exhausted or a signal says stop; return the exit code.

        Raises:
            FlowhostError: a daemon could not be started; the others are stopped again.
        """
        with self._handling_signals():
            try:
                for profile, made in self.blueprints.items():
                    self._start(profile, made)
                notify.ready()
                return self._watch()
            finally:
                notify.stopping()
                self._stop(list(self._daemons), "the process ends")

    def stop(self) -> None:
        """Let `run` end as SIGTERM would; callable from any thread."""
        self._signals.append(signal.SIGTERM)
        self._wake.set()

    def reload(self) -> None:
        """Reload what changed, as SIGHUP would; callable from any thread."""
        self._signals.append(signal.SIGHUP)
        self._wake.set()

    # -- running

    def _watch(self) -> int:
        failures = 0
        while self._daemons:
            self._wake.wait(self._look_every())
            self._wake.clear()
            self._ping()
            while self._signals:
                if self._signals.pop(0) != signal.SIGHUP:
                    self._stop(list(self._daemons), "it was asked to stop")
                    return 0
                self._reload()
            for profile, daemon in list(self._daemons.items()):
                if daemon.exhausted and daemon.idle:
                    self._stop([profile], "its sources are exhausted and its work is done")
                    failures += daemon.failures
        return 1 if failures else 0

    def _look_every(self) -> float:
        if any(daemon.exhausted for daemon in self._daemons.values()):
            return LOOK_EVERY_WHILE_FINISHING
        return notify.watchdog_interval() or LOOK_EVERY

    def _ping(self) -> None:
        if self.alive():
            notify.watchdog()

    def _start(self, profile: Path, made: Blueprint) -> None:
        daemon = Daemon(made, self._registry, clock=self._clock, exhausted=self._wake.set)
        daemon.start()
        self._daemons[profile] = daemon

    def _stop(self, profiles: Sequence[Path], reason: str) -> None:
        """Stop daemons side by side: one drain time-out serves all; the watchdog is pinged meanwhile."""
        leaving = [self._daemons.pop(profile) for profile in profiles]
        if not leaving:
            return
        with ThreadPoolExecutor(len(leaving), "stop") as stopping:
            stops = [
                stopping.submit(daemon.stop, reason, drain_timeout=daemon.blueprint.flow.drain_timeout)
                for daemon in leaving
            ]
            while wait(stops, timeout=notify.watchdog_interval() or LOOK_EVERY).not_done:
                if all(daemon.alive() for daemon in leaving):
                    self._ping()
        for stop in stops:
            stop.result()

    # -- reloading

    def _reload(self) -> None:
        notify.reloading()
        for profile, daemon in list(self._daemons.items()):
            try:
                config = self._read(profile)
                if config.fingerprint() == daemon.blueprint.config.fingerprint():
                    continue
                made = self._blueprint(config)
            except ConfigError as error:
                for problem in error.problems:
                    log.error("%s", problem)
                log.error(
                    "%s keeps running with the config it has, because the new one is wrong", daemon.info.name
                )
                continue
            self._replace(profile, daemon, made)
        notify.ready()

    def _replace(self, profile: Path, daemon: Daemon, made: Blueprint) -> None:
        self._stop([profile], "its config changed")
        try:
            self._start(profile, made)
        except FlowhostError as error:
            log.error(
                "%s cannot start with its new config: %s; it goes back to the old one", made.info.name, error
            )
            self._start(profile, self._blueprint(daemon.blueprint.config))

    # -- reading

    def _all_blueprints(self, profiles: Sequence[Path]) -> dict[Path, Blueprint]:
        made: dict[Path, Blueprint] = {}
        problems: list[Problem] = []
        for profile in profiles:
            try:
                made[profile] = self._blueprint(self._read(profile))
            except ConfigError as error:
                problems += error.problems
        problems += _namesakes([one.config for one in made.values()])
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
            if number == signal.SIGINT and signal.SIGINT in self._signals:
                raise KeyboardInterrupt  # the second Ctrl-C does not wait for the work
            self._signals.append(number)
            self._wake.set()

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


def _namesakes(configs: Sequence[Config]) -> list[Problem]:
    """Daemons of one process are told apart by their names."""
    first: dict[str, Config] = {}
    problems = []
    for config in configs:
        other = first.setdefault(config.name, config)
        if other is not config:
            named = config.value("Flow", "app name")
            message = f"this daemon is called {config.name!r}, and so is that of {other.profile}"
            place = named.place if named else config.place
            problems.append(Problem(f"{message}; give each its own 'app name' in [Flow]", place))
    return problems
