"""Follows what changes on a Viz One server: by its messages, and by sweeps that find what these missed."""

from __future__ import annotations

import functools
import logging
import math
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import flowhost
from flowhost_plugins.viz_one.sources.gathered import gathered
from flowhost_plugins.viz_one.sources.occurrences import Occurrences, lasting_id
from flowhost_plugins.viz_one.sources.progress import Progress
from flowhost_plugins.viz_one.sources.states import State
from flowhost_plugins.viz_one.sources.sweeper import Sweeper

log = logging.getLogger(__name__)


class Subject(Protocol):
    """What is followed."""

    called: str
    """In words, for messages."""
    rejected: str
    """Type of the event of a message that cannot be understood."""

    def look_up(self) -> str:
        """Find it on the server; return its URL, which becomes the source of its events."""

    def monitor(self) -> str:
        """The URL of the broker and destination that tell of its changes; `look_up` came before."""

    def read(self, message: flowhost.Message) -> Iterable[State]:
        """What a message tells of."""

    def sweep(self) -> Iterable[State]:
        """Everything there is now."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How changes are learnt of.

    Args:
        notifications: whether messages of the broker are received.
        sweep: seconds between two sweeps; 0 for none but those after a gap.
        prefetch: how many messages may be on their way or in work.
    """

    notifications: bool
    sweep: float
    prefetch: int


class Following:
    """Emits what messages and sweeps find. One `run` at a time.

    Args:
        subject: what is followed.
        progress: remembers what sweeps have seen.
        occurrences: tells messages about the same state apart.
        broker: delivers the messages.
        clock: time.
        ways: how changes are learnt of.
    """

    def __init__(
        self,
        subject: Subject,
        progress: Progress,
        occurrences: Occurrences,
        *,
        broker: flowhost.Broker,
        clock: flowhost.Clock,
        ways: Ways,
    ) -> None:
        self._subject, self._progress, self._occurrences = subject, progress, occurrences
        self._broker, self._clock, self._ways = broker, clock, ways
        self._loaded = False
        self._swept = -math.inf
        self._address = ""
        self._lock = threading.Lock()  # guards the two below
        self._inside = 0
        self._idle = threading.Event()

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit until `stop` is set; then wait for the work in flight. Without both ways: sweep once.

        Raises:
            Unavailable: the server or the broker cannot be used.
        """
        if not self._loaded:
            self._progress.load()
            self._occurrences.load()
            self._loaded = True
        self._address = self._subject.look_up()
        try:
            if self._ways.notifications:
                self._listen(emit, stop)
            else:
                self._poll(emit, stop)
            self._wait_for_work()
        finally:
            self._progress.save()
            self._occurrences.save()

    def probe(self) -> None:
        """Look the subject up, and log in at its broker if that can be tried.

        Raises:
            Unavailable: one of them cannot be used.
        """
        self._subject.look_up()
        reach = getattr(self._broker, "reach", None)  # a broker of somebody else's may not have it
        if self._ways.notifications and (url := self._subject.monitor()) and reach is not None:
            reach(url)

    def _poll(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        while True:
            self._sweep(emit, stop, stop)
            if not self._ways.sweep or self._clock.wait(stop, self._ways.sweep):
                return

    def _listen(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        url = self._subject.monitor()
        sweep = functools.partial(self._sweep, emit, stop)
        sweeper = Sweeper(sweep, self._ways.sweep, self._clock, self._subject.called)

        def ready() -> None:
            log.info("receiving what changes of %s", self._subject.called)
            sweeper.wake()  # what happened before, while nobody listened

        self._occurrences.connected()
        sweeper.start()
        try:
            self._broker.consume(
                url, functools.partial(self._hand_over, emit), stop, prefetch=self._ways.prefetch, ready=ready
            )
        except flowhost.Unavailable:
            sweeper.close()
            if self._ways.sweep and self._clock.monotonic() - self._swept >= self._ways.sweep:
                self._sweep(emit, stop, stop)  # a broker that is away for days keeps no change for so long
            raise
        finally:
            sweeper.close()

    def _sweep(self, emit: flowhost.Emit, stop: threading.Event, end: threading.Event) -> None:
        found = 0
        for state in self._progress.walk(self._subject.sweep()):
            if stop.is_set() or end.is_set():
                return
            try:
                self._emit(emit, state, state.id)
            except RuntimeError:
                if stop.is_set():  # the pool takes nothing more; the next start finds the rest
                    return
                raise
            found += 1
        self._swept = self._clock.monotonic()
        log.debug("the sweep of %s found %d changes", self._subject.called, found)

    def _hand_over(self, emit: flowhost.Emit, message: flowhost.Message) -> Future[Any]:
        try:
            states = {state.id: state for state in self._subject.read(message)}
        except Exception as error:  # what a stranger wrote may trip up anything, and others wait behind it
            fault = not isinstance(error, flowhost.FlowhostError)
            if not fault and not isinstance(error, flowhost.Permanent):
                raise
            # trying again would not help: it is for a person to look at
            reason = f"{type(error).__name__}: {error}" if fault else str(error)
            log.error(
                "a message about %s is rejected: %s",
                self._subject.called,
                reason,
                exc_info=error if fault else None,
            )
            return emit(self._rejected(message, reason))
        futures = []
        for state in states.values():
            number = self._occurrences.number(state.id, message)
            future = self._emit(emit, state, state.id if number == 1 else f"{state.id} #{number}")
            future.add_done_callback(functools.partial(self._told, state.id, number))
            futures.append(future)
        return gathered(futures)

    def _told(self, state_id: str, number: int, future: Future[flowhost.Receipt]) -> None:
        if _succeeded(future):
            self._occurrences.done(state_id, number)

    def _emit(self, emit: flowhost.Emit, state: State, event_id: str) -> Future[flowhost.Receipt]:
        event = state.event(self._address, event_id, self._clock.now())
        self._progress.begun(state)
        with self._lock:
            self._inside += 1
        try:
            future = emit(event)
        except BaseException:  # a stopping pool; whatever it is, it goes on below
            self._ended(state, done=False)
            raise
        future.add_done_callback(lambda future: self._ended(state, done=_succeeded(future)))
        return future

    def _ended(self, state: State, *, done: bool) -> None:
        self._progress.ended(state, done=done)
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._idle.set()

    def _wait_for_work(self) -> None:
        """The daemon settles every Future; what is not settled is found again by the next sweep."""
        with self._lock:
            if not self._inside:
                return
            self._idle.clear()
        self._clock.wait(self._idle, None)

    def _rejected(self, message: flowhost.Message, reason: str) -> flowhost.Event:
        lasting = lasting_id(message.headers)
        return flowhost.Event(
            type=self._subject.rejected,
            data=message.body,
            source=self._address,
            subject=message.headers.get("identity") or message.headers.get("destination"),
            id=f"message {lasting}" if lasting else None,
            time=self._clock.now(),
            headers={**message.headers, flowhost.REJECT_HEADER: reason},
        )


def _succeeded(future: Future[Any]) -> bool:
    return not future.cancelled() and future.exception() is None
