"""A pool whose handler a test scripts, on a clock turned by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from flowhost import Event, Receipt
from flowhost.pool import Pool
from flowhost.pool.job_numbers import next_job_number
from flowhost.pool.tasks import Again, Task
from flowhost.testing.clock import FakeClock

LIMIT = 30  # seconds; only keeps a test from hanging


@dataclass
class Script:
    """A handler whose parts a test gives; it notes what was called, in order."""

    works: Callable[[Task], Any] = lambda task: task.event.data
    admits: Callable[[Task], Receipt | Again | None] = lambda task: None
    concludes: Callable[[Task], None] = lambda task: None
    fails: Callable[[Task, BaseException], Receipt | Again] = lambda task, error: Receipt(
        "parked", error=repr(error)
    )
    ends: Callable[[Task], None] = lambda task: None
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def admit(self, task: Task) -> Receipt | Again | None:
        return self.admits(task)

    def work(self, task: Task) -> Any:
        self.calls.append(("work", task.event.subject))
        return self.works(task)

    def conclude(self, task: Task, value: Any) -> Receipt:
        self.concludes(task)
        self.calls.append(("conclude", task.event.subject))
        return Receipt("done", value)

    def failed(self, task: Task, error: BaseException) -> Receipt | Again:
        self.calls.append(("failed", task.event.subject))
        return self.fails(task, error)

    def ending(self, task: Task, receipt: Receipt | None, error: BaseException | None) -> None:
        assert not task.future.done()

    def finished(self, task: Task) -> None:
        self.ends(task)

    def subjects(self, call: str) -> list[Any]:
        """What the calls with this name were about, in order."""
        return [subject for called, subject in self.calls if called == call]


PARTS = ("works", "admits", "concludes", "fails", "ends")


class ScriptedPool(Pool[Task]):
    """The pool, with its script and a shorter way to submit."""

    def __init__(self, script: Script, **options: Any) -> None:
        super().__init__(script, **options)
        self.script = script

    def task(self, subject: str = "a", *, key: str | None = None, data: Any = None) -> Task:
        """A task about `subject`."""
        return Task(next_job_number(), "test", Event("test", data, subject=subject, key=key))

    @property
    def blocked(self) -> int:
        """How many wait for a place."""
        return self._room._blocked

    def add(self, subject: str = "a", *, key: str | None = None, data: Any = None) -> Future[Receipt]:
        """Submit a task about `subject`."""
        return self.submit(self.task(subject, key=key, data=data))


@pytest.fixture
def make_pool(clock: FakeClock, eventually: Any) -> Iterator[Callable[..., ScriptedPool]]:
    """Makes a pool of one thread; parts of the script and options of the pool are given by name."""
    pools: list[ScriptedPool] = []

    def make(*, start: bool = True, **given: Any) -> ScriptedPool:
        script = Script(**{part: given.pop(part) for part in PARTS if part in given})
        settings = {"daemon": "test", "size": 1, "capacity": 100, "timeout": 0.0, "clock": clock}
        pool = ScriptedPool(script, **(settings | given))
        pools.append(pool)
        if start:
            pool.start()
        return pool

    yield make
    for pool in pools:
        pool.drain(0)
    for pool in pools:  # what their threads still log is not the next test's
        eventually(lambda pool=pool: pool.stats().hung == 0)


class Gate:
    """Work that begins, and ends when the test lets it."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()

    def __call__(self, *_: object) -> str:
        self.begun.set()
        assert self.open.wait(LIMIT), "the test never let the work end"
        return "late"


@pytest.fixture
def make_gate() -> Iterator[Callable[[], Gate]]:
    """Makes gates; all are open in the end."""
    gates: list[Gate] = []

    def make() -> Gate:
        gates.append(Gate())
        return gates[-1]

    yield make
    for gate in gates:
        gate.open.set()


@pytest.fixture
def gate(make_gate: Callable[[], Gate]) -> Gate:
    """One gate."""
    return make_gate()


@pytest.fixture
def receipt() -> Callable[[Future[Receipt]], Receipt]:
    """Waits for the receipt of a future."""
    return lambda future: future.result(LIMIT)


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits until something is so."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline, f"it did not come about within {LIMIT} s"
            time.sleep(0.002)

    return wait


@pytest.fixture
def in_thread() -> Callable[[Callable[[], object]], threading.Thread]:
    """Does something in a thread of its own."""

    def start(action: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=action)
        thread.start()
        return thread

    return start
