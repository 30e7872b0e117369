"""How many tasks are inside, and which of them run at the same time."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowhost.pool import PoolStats


def test_submit_blocks_while_the_pool_is_full(
    make_pool: Any, gate: Any, in_thread: Any, eventually: Any
) -> None:
    pool = make_pool(works=gate, capacity=2)
    pool.add("1")
    assert gate.begun.wait(10)
    pool.add("2")
    accepted = threading.Event()

    def third() -> None:
        pool.add("3")
        accepted.set()

    thread = in_thread(third)
    eventually(lambda: pool.blocked)
    assert not accepted.is_set()
    assert pool.stats() == PoolStats(queued=1, running=1, delayed=0, hung=0)
    gate.open.set()
    assert accepted.wait(10)
    thread.join()


@pytest.mark.parametrize("wrong", [{"size": 0}, {"capacity": 0}, {"timeout": -1.0}])
def test_impossible_sizes_are_refused(make_pool: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot work"):
        make_pool(start=False, **wrong)


def test_tasks_submitted_before_the_start_wait_for_it(make_pool: Any, receipt: Any) -> None:
    pool = make_pool(start=False)
    future = pool.add()
    assert not future.done()
    pool.start()
    assert receipt(future).outcome == "done"


def test_tasks_of_one_key_run_one_at_a_time_in_order(make_pool: Any, receipt: Any, make_gate: Any) -> None:
    gates = {"1": make_gate(), "2": make_gate()}
    pool = make_pool(works=lambda task: gates[str(task.event.subject)](), size=3)
    first, second = pool.add("1", key="k"), pool.add("2", key="k")
    assert gates["1"].begun.wait(10)
    assert not gates["2"].begun.wait(0.05)
    gates["1"].open.set()
    assert receipt(first).outcome == "done"
    assert gates["2"].begun.wait(10)
    gates["2"].open.set()
    assert receipt(second).outcome == "done"


def test_another_key_does_not_wait(make_pool: Any, gate: Any, receipt: Any) -> None:
    pool = make_pool(works=lambda task: gate() if task.event.key == "slow" else None, size=2)
    slow = [pool.add(key="slow") for _ in range(3)]
    assert receipt(pool.add(key="quick")).outcome == "done"
    assert receipt(pool.add(key=None)).outcome == "done"
    assert not any(future.done() for future in slow)
