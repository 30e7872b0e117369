"""Tasks that ask for a long delay give their places up, and keep their order."""

from __future__ import annotations

from typing import Any

import pytest

from flowhost.pool import PoolClosedError
from flowhost.pool.pool import LONGEST_HELD_DELAY
from flowhost.pool.room import PUT_OFF_FOR_EACH_PLACE
from flowhost.pool.tasks import Again, Task
from flowhost.testing.clock import FakeClock

AN_HOUR = 3600.0


def busy(task: Task) -> None:
    """Work that fails the first time for what is busy."""
    if task.event.subject == "busy" and task.attempt == 1:
        task.attempt = 2
        raise OSError("come back later")


def in_an_hour(task: Task, error: BaseException) -> Again:
    return Again(AN_HOUR)


def test_tasks_put_off_do_not_stop_the_others(make_pool: Any, eventually: Any, receipt: Any) -> None:
    pool = make_pool(works=busy, fails=in_an_hour, capacity=2)
    for number in range(1, 6):
        pool.add("busy")
        eventually(lambda number=number: pool.stats().delayed == number)
    assert receipt(pool.add("other")).outcome == "done"


def test_a_delay_that_is_not_long_keeps_the_place(make_pool: Any, eventually: Any, in_thread: Any) -> None:
    pool = make_pool(works=busy, fails=lambda task, error: Again(LONGEST_HELD_DELAY), capacity=1)
    pool.add("busy")
    eventually(lambda: pool.stats().delayed == 1)
    assert refused_at_the_drain(pool, in_thread, eventually)


def test_what_waits_behind_a_task_put_off_has_no_place_and_keeps_its_order(
    make_pool: Any, clock: FakeClock, gate: Any, eventually: Any, receipt: Any, in_thread: Any
) -> None:
    def work(task: Task) -> None:
        if task.event.subject == "runs":
            gate()
        busy(task)

    pool = make_pool(works=work, fails=in_an_hour, capacity=2)
    pool.add("busy", key="k")
    eventually(lambda: pool.stats().delayed == 1)
    behind = [pool.add(str(number), key="k") for number in range(4)]
    assert receipt(pool.add("other", key="another")).outcome == "done"
    assert not any(future.done() for future in behind)
    clock.wait_for_waiters()
    clock.advance(AN_HOUR)
    assert [receipt(future).outcome for future in behind] == ["done"] * 4
    assert pool.script.subjects("work") == ["busy", "other", "busy", "0", "1", "2", "3"]
    for subject in ("runs", "behind"):
        pool.add(subject, key="k")
    assert refused_at_the_drain(pool, in_thread, eventually), "places are counted as before"


def test_whoever_waits_for_a_place_gets_that_of_a_task_put_off(
    make_pool: Any, gate: Any, in_thread: Any, eventually: Any
) -> None:
    def work(task: Task) -> None:
        if task.event.subject == "busy":
            gate()
            busy(task)

    pool = make_pool(works=work, fails=in_an_hour, capacity=1)
    pool.add("busy")
    assert gate.begun.wait(10)
    threads = [in_thread(lambda: pool.add("other")) for _ in range(2)]
    eventually(lambda: pool.blocked == 2)
    gate.open.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    eventually(lambda: pool.script.subjects("conclude") == ["other", "other"])


def test_who_gets_a_place_and_gives_it_up_at_once_leaves_it_to_the_next(
    make_pool: Any, make_gate: Any, in_thread: Any, eventually: Any
) -> None:
    gates = {"first": make_gate(), "second": make_gate()}

    def work(task: Task) -> None:
        if gate := gates.get(task.event.subject or ""):
            gate()
        busy(task)

    pool = make_pool(works=work, fails=in_an_hour, capacity=2)
    pool.add("busy", key="k")
    eventually(lambda: pool.stats().delayed == 1)
    for subject in gates:
        pool.add(subject)
    assert gates["first"].begun.wait(10)
    threads = []
    for subject, key in (("behind", "k"), ("other", None)):
        threads.append(in_thread(lambda subject=subject, key=key: pool.add(subject, key=key)))
        eventually(lambda: pool.blocked == len(threads))  # they wait in this order
    gates["first"].open.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_there_is_an_end_to_what_can_be_put_off(make_pool: Any, eventually: Any, in_thread: Any) -> None:
    pool = make_pool(works=busy, fails=in_an_hour, capacity=1)
    for number in range(1, PUT_OFF_FOR_EACH_PLACE + 2):
        pool.add("busy")
        eventually(lambda number=number: pool.stats().delayed == number)
    assert refused_at_the_drain(pool, in_thread, eventually)


def refused_at_the_drain(pool: Any, in_thread: Any, eventually: Any) -> bool:
    """Whether one more task waits for a place until the drain."""
    refused: list[BaseException] = []

    def one_more() -> None:
        with pytest.raises(PoolClosedError) as caught:
            pool.add("one more")
        refused.append(caught.value)

    thread = in_thread(one_more)
    eventually(lambda: pool.blocked)
    pool.drain(0)
    thread.join()
    return len(refused) == 1
