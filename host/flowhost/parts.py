"""What travels through a daemon (Event, Receipt) and what is plugged into it (the kinds of part; see `actions`, too).

The attributes of an Event are those of CloudEvents 1.0 (https://github.com/cloudevents/spec), plus ``key`` (the
*partitionkey* extension there) and ``headers``. A *role* is a resource others may need: a constructor option whose
type is a role is wired to the resource of that role, never given as text.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

REJECT_HEADER = "flowhost-reject"
"""A source that knows an event cannot be worked gives it this header, holding the reason: the event goes to the dead
letters without reaching the worker."""

ASK_AGAIN_HEADER = "flowhost-ask-again"
"""A source whose sender waits for the answer and can ask again gives its events this header, whatever it holds: what the
work needs and cannot reach (`Unavailable`) fails the Future at once, and the event is neither tried again nor kept."""

METRIC_NAME = re.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*")
"""Names of metrics and labels; https://prometheus.io/docs/concepts/data_model/"""

Kind: TypeAlias = Literal["source", "worker", "action", "parser", "resource"]


def utc_now() -> datetime:
    """The time of day, with time zone UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Args:
        type: what happened, e.g. ``file.settled``, ``stomp.message``, ``tick``.
        data: the payload: bytes, text or a JSON value, or what a parser made of it. None when there is none.
        source: who says so: a URL, a folder, a queue.
        subject: the thing it is about, e.g. a path or an item id.
        id: natural identity, unique within its source; an event with an id is handled once per daemon. None: every
            occurrence is new.
        key: events of one key never run at the same time, and run in the order of their emission.
        time: when it happened, with time zone.
        headers: transport headers, as text.
    """

    type: str
    data: Any = None
    source: str = ""
    subject: str | None = None
    id: str | None = None
    key: str | None = None
    time: datetime = field(default_factory=utc_now)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str | None:
        """What tells this event from every other: source and id together, as in CloudEvents; None without an id.

        Between them is a line break, which neither holds, as a blank might: ("a b", "c") is not ("a", "b c").
        """
        return f"{self.source}\n{self.id}" if self.id is not None and self.source else self.id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an event: the result of the Future that `emit` returns. Either way it is safe to acknowledge.

    Args:
        outcome: ``done``; ``duplicate`` (the id was handled before); ``parked`` (kept in the ledger).
        value: what the worker returned, when done.
        letter: number of the letter in the ledger, when parked.
        error: why, when parked because of a failure.
    """

    outcome: Literal["done", "duplicate", "parked"]
    value: Any = None
    letter: int | None = None
    error: str | None = None


Emit: TypeAlias = Callable[[Event], "Future[Receipt]"]
"""Hands an event to the pool. Blocks while the pool is full; the Future completes when the work is done or safely
parked, and fails when the event is not safe (do not acknowledge it then). Raises RuntimeError once the daemon stops."""


class Source(Protocol):
    """Gathers, does as little as possible, emits.

    A source may have a method ``probe(self) -> None`` besides, for ``flowhost check --connect``: it tries what
    the source depends on (connects, looks into the folder, binds the port), changes nothing, and raises
    Unavailable with a sentence when that fails. The resources are open then; `run` is not called.
    """

    name: ClassVar[str]

    def run(self, emit: Emit, stop: threading.Event) -> None:
        """Emit until exhausted or until `stop` is set.

        Returning means exhausted: a daemon whose sources all returned finishes its work and ends. Raising means
        broken: the supervisor logs it and calls `run` again after a back-off.
        """


class Worker(Protocol):
    """Does the job of one application.

    A worker may have a method ``probe(self) -> None``; see `Source`.
    """

    name: ClassVar[str]

    def work(self, event: Event) -> Any:
        """Do the job for one event. Called from several threads at once.

        Returns:
            Anything; the source finds it in `Receipt.value`.

        Raises:
            Retry: try again, perhaps after a given time.
            Permanent: it cannot succeed; to the dead letters.
            Exception: a failure; tried again with back-off, then to the dead letters.
        """


class Parser(Protocol):
    """Turns a payload into a value."""

    name: ClassVar[str]

    def parse(self, data: bytes | str) -> Any:
        """Return the value of `data`.

        Raises:
            Rejected: the payload is not what this parser reads.
        """


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a part measured, for the monitoring.

    Args:
        name: as Prometheus wants it: small letters, ``_`` and the unit, e.g. ``flowhost_rules_pending``.
        value: the number.
        help: what it is, in a sentence; the same for all of one name.
        labels: what tells it from others of this name; all of one name have the same labels.
        counter: whether it only grows, from the start of the process on; ``_total`` is added to its name.

    Raises:
        ValueError: a name that Prometheus does not take, or a label of the host's own: one would spoil the whole page.
    """

    name: str
    value: float
    help: str
    labels: Mapping[str, str] = field(default_factory=dict)
    counter: bool = False

    def __post_init__(self) -> None:
        for name in (self.name, *self.labels):
            if not METRIC_NAME.fullmatch(name) or name == "daemon":
                raise ValueError(f"the metric {self.name!r}: {name!r} is no name for a metric or a label")


@runtime_checkable
class Resource(Protocol):
    """Something opened once and shared. A role is a subclass of this; its implementations inherit from it by name.

    A resource class may carry ``section``, the title of the INI section it reads besides ``[Resource:NAME]``, and
    ``default = True`` when it may be made without any config because something needs its role; for a part that asks
    for this very class, it is made without that. It may have besides:

    - ``probe(self) -> None``; see `Source`;
    - ``daemon_started(self) -> None``: begin what it does by itself. Called when all resources of the daemon are open,
      before its sources run, and never by ``flowhost check --connect``, which only opens and closes;
    - ``metrics(self) -> Iterable[Metric]``: what it measures, asked while it is open, at each scrape of the monitoring;
    - ``reload(self) -> None``: read again what it read besides the profile, when somebody asks the daemon to reload
      and its profile has not changed. It raises ConfigError, and goes on as it was, when that is wrong.
    """

    name: ClassVar[str]

    def open(self) -> None:
        """Make ready for use by several threads.

        Raises:
            Unavailable: it cannot be reached; the message says what was tried.
        """

    def close(self) -> None:
        """Give everything back. Called once, after the last use."""


class Clock(Protocol):
    """Time, injected: a part asks for it with an option of this type, and tests turn it by hand."""

    def now(self) -> datetime:
        """The time of day, with time zone UTC."""

    def monotonic(self) -> float:
        """Seconds since some fixed point; never goes back."""

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        """Wait until `flag` is set or `seconds` have passed (None: without limit); return whether it is set."""


@dataclass(frozen=True, slots=True)
class DaemonInfo:
    """What a part may know of the daemon it runs in; asked for with an option of this type.

    Args:
        name: the app name, or the instance name when one was given.
        directory: folder of the profile; relative paths are meant from here.
        workers: how many events it works on at once.
        worker_timeout: seconds the work for one event may take; 0 for no limit.
    """

    name: str
    directory: str
    workers: int = 1
    worker_timeout: float = 60.0


@dataclass(slots=True)
class Job:
    """One event on its way through the pool; what `flowhost_finished` is given.

    Args:
        number: counts from 0 in each process; the ``(7)`` at the start of a log line.
        daemon: the daemon's name.
        event: the event as the worker gets it.
        attempt: 1 for the first try.
        seconds: how long the last try's work took.
        receipt: what became of it, once finished.
    """

    number: int
    daemon: str
    event: Event
    attempt: int = 1
    seconds: float = 0.0
    receipt: Receipt | None = None
