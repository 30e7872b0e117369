"""What the pool runs, and what it asks of whom it runs it for."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from flowhost.parts import Job, Receipt


class Promise(Future[Receipt]):
    """A Future nobody can cancel: an event that was accepted is worked on, or parked."""

    def cancel(self) -> bool:
        """Never."""
        return False


@dataclass(slots=True, eq=False)
class Task(Job):
    """A job inside the pool. Its one owner at a time completes the Future, once.

    Args:
        future: what the emitter of the event waits for.
        verdict: the pool's own finding about it (it timed out), to be concluded instead of worked on.
    """

    future: Future[Receipt] = field(default_factory=Promise)
    verdict: BaseException | None = None

    @property
    def label(self) -> str:
        """What the event is about, for messages: ``subject [id]``; an id made of the subject says no more."""
        about, identity = self.event.subject or self.event.type, self.event.id
        made_of_it = identity is None or identity == about or identity.startswith(f"{about}:")
        return about if made_of_it else f"{about} [{identity}]"

    def complete(self, receipt: Receipt) -> None:
        """It came to its end, safely."""
        self.receipt = receipt
        self.future.set_result(receipt)

    def fail(self, error: BaseException) -> None:
        """It is neither done nor parked: whoever emitted the event must not acknowledge it."""
        self.future.set_exception(error)


T = TypeVar("T", bound=Task)
T_contra = TypeVar("T_contra", bound=Task, contravariant=True)


@dataclass(frozen=True, slots=True)
class Again:
    """The answer of a handler: try this job again, `delay` seconds from now."""

    delay: float


class Handler(Protocol[T_contra]):
    """What a pool does with each task: `admit`, `work`, then `conclude` or `failed`, then `ending` and `finished`.

    All are called in a worker thread. What `admit`, `conclude` or `failed` raises, the Future fails with.
    Only `work` is subject to the time-out; a late end of it is followed by nothing.
    """

    def admit(self, task: T_contra) -> Receipt | Again | None:
        """Decide whether to work on it now: None. Otherwise its receipt, or when to ask again."""

    def work(self, task: T_contra) -> Any:
        """Do the work; raising anything, even SystemExit, is a failure of this task alone."""

    def conclude(self, task: T_contra, value: Any) -> Receipt:
        """The work returned `value`: make that last."""

    def failed(self, task: T_contra, error: BaseException) -> Receipt | Again:
        """The work raised, or (`TimedOut`) is not waited for any longer: park it, or try again."""

    def ending(self, task: T_contra, receipt: Receipt | None, error: BaseException | None) -> None:
        """The Future completes next, with the receipt or with `error`: whoever waits for it shall find all in order."""

    def finished(self, task: T_contra) -> None:
        """The Future is complete."""


def end(handler: Handler[T], task: T, receipt: Receipt | None, error: BaseException | None) -> None:
    """Bring a task to its end: with a receipt, or else with `error`."""
    try:
        handler.ending(task, receipt, error)
    finally:  # whatever goes wrong, nobody waits for ever, and who observes is told
        if receipt is not None:
            task.complete(receipt)
        elif error is not None:
            task.fail(error)
        handler.finished(task)
