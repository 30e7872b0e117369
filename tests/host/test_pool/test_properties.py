"""What holds for the pool whatever the events, failures, retries and threads are."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowhost import Event, Receipt, SystemClock
from flowhost.pool import Pool
from flowhost.pool.job_numbers import next_job_number
from flowhost.pool.tasks import Again, Task


@dataclass(frozen=True)
class Plan:
    """What happens to one task.

    Args:
        key: its key.
        seconds: how long each try works.
        failures: how many tries fail before one succeeds.
        delay: seconds between two tries.
    """

    key: str | None
    seconds: float
    failures: int
    delay: float


plans = st.lists(
    st.builds(
        Plan,
        key=st.sampled_from([None, "a", "b", "c"]),
        seconds=st.sampled_from([0.0, 0.0, 0.0005, 0.002]),
        failures=st.sampled_from([0, 0, 0, 1, 2]),
        delay=st.sampled_from([0.0, 0.0005, 0.003]),
    ),
    max_size=40,
)
sizes = st.integers(1, 6)
capacities = st.integers(1, 12)


class Watching:
    """A handler that follows the plans and notes whatever must never be."""

    def __init__(self, capacity: int) -> None:
        self.began: list[Task] = []
        self.wrong: list[str] = []
        self._capacity = capacity
        self._lock = threading.Lock()
        self._at_work: Counter[str] = Counter()
        self.inside = 0

    def accepted(self) -> None:
        with self._lock:
            self.inside += 1
            if self.inside > self._capacity:
                self.wrong.append(f"{self.inside} inside, with capacity {self._capacity}")

    def admit(self, task: Task) -> None:
        return None

    def work(self, task: Task) -> None:
        plan: Plan = task.event.data
        with self._lock:
            self.began.append(task)
            if plan.key is not None:
                self._at_work[plan.key] += 1
                if self._at_work[plan.key] > 1:
                    self.wrong.append(f"two tasks of key {plan.key} at once")
        try:
            if plan.seconds:
                time.sleep(plan.seconds)
            if task.attempt <= plan.failures:
                raise OSError(f"try {task.attempt}")
        finally:
            if plan.key is not None:
                with self._lock:
                    self._at_work[plan.key] -= 1

    def conclude(self, task: Task, value: Any) -> Receipt:
        return Receipt("done")

    def failed(self, task: Task, error: BaseException) -> Again:
        task.attempt += 1
        return Again(task.event.data.delay)

    def ending(self, task: Task, receipt: Receipt | None, error: BaseException | None) -> None:
        assert not task.future.done()

    def finished(self, task: Task) -> None:
        assert task.future.done()
        with self._lock:
            self.inside -= 1


def run(planned: list[Plan], size: int, capacity: int, drain: float | None, submitters: int = 1) -> Any:
    handler = Watching(capacity)
    pool: Pool[Task] = Pool(
        handler, daemon="test", size=size, capacity=capacity, timeout=0, clock=SystemClock()
    )
    pool.start()
    submitted: list[tuple[Task, Future[Receipt]]] = []

    def submit(share: list[Plan]) -> None:
        for plan in share:
            task = Task(next_job_number(), "test", Event("test", plan, key=plan.key))
            future = pool.submit(task)
            handler.accepted()
            submitted.append((task, future))

    threads = [
        threading.Thread(target=submit, args=(planned[first::submitters],)) for first in range(submitters)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return handler, submitted, pool.drain(drain)


quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quickly
@given(plans, sizes, capacities, st.integers(1, 3))
def test_all_is_done_within_bounds_and_never_two_of_a_key_at_once(
    planned: list[Plan], size: int, capacity: int, submitters: int
) -> None:
    handler, submitted, left = run(planned, size, capacity, None, submitters)
    assert handler.wrong == []
    assert left == []
    assert len(submitted) == len(planned)
    assert all(future.result(timeout=0).outcome == "done" for _, future in submitted)
    assert all(task.attempt == task.event.data.failures + 1 for task, _ in submitted)
    assert handler.inside == 0


@quickly
@given(plans, sizes, capacities)
def test_tasks_of_a_key_are_worked_on_in_their_order_whatever_fails(
    planned: list[Plan], size: int, capacity: int
) -> None:
    handler, submitted, _ = run(planned, size, capacity, None)
    expected: defaultdict[str | None, list[int]] = defaultdict(list)
    began: defaultdict[str | None, list[int]] = defaultdict(list)
    for task, _ in submitted:
        expected[task.event.key] += [task.number] * (task.event.data.failures + 1)
    for task in handler.began:
        began[task.event.key].append(task.number)
    for key in {key for key in expected if key is not None}:
        assert began[key] == expected[key]


@quickly
@given(plans, sizes, st.integers(1, 60), st.sampled_from([0.0, 0.001, 0.004, 0.02]))
def test_a_drain_loses_nothing(planned: list[Plan], size: int, capacity: int, timeout: float) -> None:
    handler, submitted, left = run(planned, size, capacity, timeout)
    assert handler.wrong == []
    done = {task.number for task, future in submitted if future.done()}
    interrupted = [task.number for task in left]
    assert interrupted == sorted(set(interrupted)), "each once, in order"
    assert done.isdisjoint(interrupted)
    assert done.union(interrupted) == {task.number for task, _ in submitted}


@settings(max_examples=15, deadline=None)
@given(sizes, capacities, st.integers(0, 2**32))
def test_a_drain_in_the_middle_of_submitting_loses_nothing(size: int, capacity: int, seed: int) -> None:
    handler = Watching(capacity)
    pool: Pool[Task] = Pool(
        handler, daemon="test", size=size, capacity=capacity, timeout=0, clock=SystemClock()
    )
    pool.start()
    accepted: list[Task] = []
    rng = random.Random(seed)

    def submit() -> None:
        while True:
            task = Task(next_job_number(), "test", Event("test", Plan(None, 0.0005, 0, 0)))
            try:
                pool.submit(task)
            except RuntimeError:
                return
            accepted.append(task)

    threads = [threading.Thread(target=submit) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(rng.uniform(0, 0.01))
    left = pool.drain(rng.choice([0, 0.005, None]))
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive(), "a submitter stays blocked"
    done = {task.number for task in accepted if task.future.done()}
    assert done.union(task.number for task in left) == {task.number for task in accepted}
    assert done.isdisjoint(task.number for task in left)
