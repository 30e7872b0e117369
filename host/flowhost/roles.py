"""The roles: resources that others may need, and what they deal in.

A role is a protocol that its implementations inherit from by name. Who needs one has a constructor option of its
type; it is wired to the resource of that role, never given as text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from flowhost.errors import FlowhostError
from flowhost.parts import Event, Resource, utc_now


class Store(Resource, Protocol):
    """Role: key → JSON value, one name space per daemon."""

    def get(self, key: str) -> Any:
        """The value under `key`, or None."""

    def put(self, key: str, value: Any) -> Any:
        """Keep a JSON value under `key`, over any older one; return it."""

    def delete(self, key: str) -> bool:
        """Forget `key`; return whether it was there."""

    def keys(self, prefix: str = "") -> list[str]:
        """All keys that start with `prefix`, sorted.

        Raises:
            Permanent: this store cannot list its keys.
        """


class Dictionary(Resource, Protocol):
    """Role: looks terms up in named dictionaries (controlled vocabularies)."""

    def look_up(self, source: str, key: str) -> Any:
        """The term with this key in the dictionary `source`, or None when it has no such term."""


@dataclass(frozen=True, slots=True)
class Message:
    """A STOMP frame as received: its headers and its body."""

    headers: Mapping[str, str]
    body: bytes


class Subscription(Protocol):
    """A live subscription on one connection; what it acknowledges goes to that connection only."""

    def ack(self, message: Message) -> None:
        """Tell the broker the message is done with. Quietly nothing when the connection is gone."""

    def nack(self, message: Message) -> None:
        """Tell the broker the message was not handled. Quietly nothing when the connection is gone."""

    def close(self) -> None:
        """Unsubscribe and disconnect; messages not acknowledged go back to the broker."""


class Broker(Resource, Protocol):
    """Role: a message broker that speaks STOMP (https://stomp.github.io)."""

    def subscribe(
        self,
        url: str,
        receive: Callable[[Message], None],
        lost: Callable[[FlowhostError], None],
        *,
        prefetch: int = 100,
        selector: str = "",
        durable: str = "",
    ) -> Subscription:
        """Connect to `url` (``stomp://user:pass@host:port/?destination=/queue/x``) and subscribe.

        Args:
            url: one broker, one destination.
            receive: called for each message in the connection's own thread; it must not block.
            lost: called once when the connection ends by itself or the broker reports an error.
            prefetch: how many messages the broker may send ahead of their acknowledgement.
            selector: SQL-92 condition over headers, empty for none.
            durable: name of a durable topic subscription, empty for none.

        Raises:
            ConfigError: the URL cannot be read.
            Unavailable: no connection, wrong credentials, or the destination was refused.
        """

    def consume(
        self,
        url: str,
        hand_over: Callable[[Message], Future[Any] | None],
        stop: threading.Event,
        *,
        prefetch: int = 100,
        selector: str = "",
        durable: str = "",
        ready: Callable[[], None] | None = None,
        end: threading.Event | None = None,
    ) -> None:
        """Subscribe to `url`, hand over each message, and acknowledge it when its work is done.

        One call is one connection. `hand_over` may block, as `emit` does while the pool is full: the broker
        holds back what does not fit into `prefetch`. A message whose Future fails is safe nowhere; the
        connection ends then, and everything unacknowledged goes back to the broker.

        Args:
            url: one broker, one destination; see `subscribe`.
            hand_over: takes a message, in the calling thread, and returns the Future of its work. None leaves
                the message at the broker, unacknowledged.
            stop: the daemon stops: no more messages are handed over, and those in work are waited for.
            prefetch: how many messages may be on their way or in work.
            selector: SQL-92 condition over headers, empty for none.
            durable: name of a durable topic subscription, empty for none.
            ready: called once, in the calling thread, when the subscription stands.
            end: the caller gives this connection up though the daemon goes on: as with `stop`, but the work
                in flight is not waited for longer than the worker may take.

        Raises:
            ConfigError: the URL cannot be read.
            Unavailable: no subscription could be had, the connection was lost, or a message was safe nowhere.
            Exception: whatever `hand_over` or `ready` raised.
        """

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send one message and wait for the broker's receipt.

        Raises:
            Unavailable: the broker did not confirm it.
        """


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to handle one event, held by one process.

    Args:
        daemon: name of the daemon.
        event_id: the event's identity.
        token: fencing token: grows with each claim, so that a late owner's writes do not count.
    """

    daemon: str
    event_id: str
    token: int


LetterState: TypeAlias = Literal["waiting", "taken", "dead"]
"""How a `Letter` is: to be delivered, being worked on, or left for a person to decide."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An event kept in the ledger, as the source emitted it (before its parser).

    Args:
        number: its number; 0 before it is kept.
        daemon: the daemon it belongs to.
        source: name of the source section that emitted it.
        event: the event.
        state: ``waiting`` (to be delivered as soon as possible), ``taken`` (being worked on), ``dead`` (a person decides).
        error: why the last try failed; empty when it was never tried.
        attempts: tries so far.
        parked: when it was kept.
    """

    daemon: str
    source: str
    event: Event
    state: LetterState
    error: str = ""
    attempts: int = 0
    parked: datetime = field(default_factory=utc_now)
    number: int = 0


@dataclass(frozen=True, slots=True)
class DaemonRecord:
    """A daemon as the ledger knows it: who runs it, until when it is known to be alive, and its last report."""

    daemon: str
    owner: str
    started: datetime
    alive_until: datetime
    status: Mapping[str, Any]


class Ledger(Resource, Protocol):
    """Role: what was handled, what waits, who is alive. Every method raises StateUnavailable when it cannot be kept.

    State changes are compare-and-set; a claim belongs to its owner as long as the owner is alive (`beat`).
    """

    def enlist(self, daemon: str) -> None:
        """Become the process that runs `daemon`; what its dead predecessors held is free again.

        Raises:
            Unavailable: another living process holds this SQLite database.
        """

    def beat(self, daemon: str, status: Mapping[str, Any]) -> None:
        """Say that this process lives (a lease of `lease` seconds) and how the daemon is (a JSON object)."""

    def leave(self, daemon: str) -> None:
        """Stop running `daemon`: its claims are released, its record removed."""

    def daemons(self) -> list[DaemonRecord]:
        """Every daemon enlisted here, by name."""

    def claim(self, daemon: str, event_id: str) -> Claim | Literal["handled", "busy"]:
        """Take the right to handle an event: a claim, or why not (``busy``: a living process has it)."""

    def settle(self, claim: Claim) -> bool:
        """Record the event as handled. False when the claim had passed to somebody else."""

    def release(self, claim: Claim) -> None:
        """Give the claim back unhandled."""

    def park(self, letter: Letter, claim: Claim | None = None) -> int:
        """Keep a letter, and record its event as handled by that, in one transaction; return its number."""

    def take(self, daemon: str, limit: int) -> list[Letter]:
        """Take up to `limit` waiting letters, oldest first: they are ``taken`` now."""

    def delivered(self, number: int) -> None:
        """A taken letter's work is done: it is removed."""

    def returned(self, number: int, *, state: LetterState, error: str, attempts: int) -> None:
        """A taken letter was not worked off: it is ``dead`` or ``waiting`` again, with the reason."""

    def letters(
        self,
        *,
        daemon: str | None = None,
        state: LetterState | None = None,
        source: str | None = None,
        text: str | None = None,
        limit: int = 1000,
    ) -> list[Letter]:
        """Letters that match every filter given, oldest first; `text` is searched in error, subject and type."""

    def dead_letters(self, daemon: str) -> int:
        """How many letters of this daemon are dead."""

    def letter(self, number: int) -> Letter | None:
        """The letter with this number."""

    def requeue(self, numbers: Iterable[int]) -> int:
        """Let dead letters wait for delivery again; return how many were dead."""

    def drop(self, numbers: Iterable[int]) -> int:
        """Remove dead or waiting letters for ever; return how many there were."""


class Executor(Resource, Protocol):
    """Role: lets tasks be worked on, here or elsewhere.

    A task is a text that says what to advance; it carries no state. An executor only distributes: it may bring a task
    twice (whoever works on it takes it once), and one that it loses is taken up at the next start of the daemon.
    """

    capacity: int
    """How many tasks it works on at once."""

    def begin(self, work: Callable[[str], None]) -> None:
        """From now on `work` is called with each task, by several threads at once."""

    def submit(self, task: str) -> None:
        """Let a task be worked on soon. Returns at once."""

    def abandon(self, task: str) -> None:
        """Whoever works on this task hangs: let somebody else take that place. Where this cannot be, nothing happens."""

    def end(self, timeout: float | None = None) -> bool:
        """Take no more tasks, and wait for those being worked on; return whether all ended in time."""
