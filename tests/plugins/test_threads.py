"""The resource `thread-executor`: order, how many at once, hanging tasks, and its end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from flowhost.testing.clock import FakeClock
from flowhost_plugins.threads import ThreadExecutor

PATIENCE = 60  # seconds until a test gives up


class Work:
    """What is done with tasks: each waits until the test lets it go."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.free: set[str] = set()

    def __call__(self, task: str) -> None:
        with self.changed:
            self.begun.append(task)
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: task in self.free, PATIENCE)
            self.ended.append(task)
            self.changed.notify_all()

    def let_go(self, *tasks: str) -> None:
        with self.changed:
            self.free.update(tasks)
            self.changed.notify_all()

    def wait_for_begun(self, number: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.begun) >= number, PATIENCE), self.begun
            return list(self.begun)

    def wait_for_ended(self, number: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ended) >= number, PATIENCE), self.ended
            return list(self.ended)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def executor(clock: FakeClock, work: Work) -> Iterator[ThreadExecutor]:
    executor = ThreadExecutor(threads=2, clock=clock)
    executor.open()
    executor.begin(work)
    yield executor
    work.let_go(*(f"{number}" for number in range(20)))
    executor.close()


def test_tasks_are_begun_in_their_order_and_only_so_many_at_once(
    executor: ThreadExecutor, work: Work
) -> None:
    for number in range(5):
        executor.submit(f"{number}")
    assert sorted(work.wait_for_begun(2)) == ["0", "1"]
    work.let_go("1")
    assert work.wait_for_begun(3)[2:] == ["2"]
    work.let_go("0", "2", "3", "4")
    assert sorted(work.wait_for_ended(5)) == ["0", "1", "2", "3", "4"]
    assert [task for task in work.begun if task in "234"] == ["2", "3", "4"]


def test_a_task_that_hangs_keeps_its_thread_but_not_its_place(executor: ThreadExecutor, work: Work) -> None:
    for number in range(3):
        executor.submit(f"{number}")
    work.wait_for_begun(2)
    executor.abandon("0")
    assert work.wait_for_begun(3)[2:] == ["2"], "somebody else took its place"
    executor.submit("3")
    work.let_go("0")
    work.wait_for_ended(1)
    assert "3" not in work.begun, "the thread that was given up takes nothing more"
    work.let_go("1")
    work.wait_for_begun(4)


def test_to_give_up_what_is_not_worked_on_does_nothing(executor: ThreadExecutor, work: Work) -> None:
    executor.abandon("7")
    executor.submit("0")
    work.let_go("0")
    assert work.wait_for_ended(1) == ["0"]


def test_the_end_waits_for_what_is_worked_on_and_drops_the_rest(
    executor: ThreadExecutor, work: Work, clock: FakeClock
) -> None:
    for number in range(3):
        executor.submit(f"{number}")
    work.wait_for_begun(2)
    ended: list[bool] = []
    ending = threading.Thread(target=lambda: ended.append(executor.end(30)))
    ending.start()
    clock.wait_for_waiters()
    work.let_go("0", "1", "2")
    ending.join(PATIENCE)
    assert ended == [True]
    assert sorted(work.ended) == ["0", "1"]


def test_the_end_does_not_wait_longer_than_it_may(
    executor: ThreadExecutor, work: Work, clock: FakeClock
) -> None:
    executor.submit("0")
    work.wait_for_begun(1)
    ended: list[bool] = []
    ending = threading.Thread(target=lambda: ended.append(executor.end(30)))
    ending.start()
    clock.wait_for_waiters()
    clock.advance(30)
    ending.join(PATIENCE)
    assert ended == [False]


def test_a_task_that_was_given_up_is_not_waited_for(executor: ThreadExecutor, work: Work) -> None:
    executor.submit("0")
    work.wait_for_begun(1)
    executor.abandon("0")
    assert executor.end(None)


def test_it_can_begin_again(executor: ThreadExecutor, work: Work) -> None:
    executor.end(None)
    again = Work()
    executor.begin(again)
    again.let_go("0")
    executor.submit("0")
    assert again.wait_for_ended(1) == ["0"]


@pytest.mark.parametrize("error", [LookupError("nothing there"), SystemExit(3)])
def test_a_task_that_raises_takes_nobody_along(
    executor: ThreadExecutor, work: Work, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    def fail(task: str) -> None:
        if task == "bad":
            raise error
        work(task)

    executor.end(None)
    executor.begin(fail)
    work.let_go("0", "1", "2")
    with caplog.at_level(logging.ERROR):
        for task in ("bad", "0", "bad", "1", "2"):
            executor.submit(task)
        assert sorted(work.wait_for_ended(3)) == ["0", "1", "2"]
    assert "the task bad failed" in caplog.text


def test_it_takes_no_task_before_it_begins_or_after_its_end(
    executor: ThreadExecutor, clock: FakeClock
) -> None:
    with pytest.raises(RuntimeError, match="takes no tasks now"):
        ThreadExecutor(clock=clock).submit("0")
    executor.end(None)
    with pytest.raises(RuntimeError, match="takes no tasks now"):
        executor.submit("0")


def test_it_needs_a_thread(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="'threads' is 0, expected 1 or more"):
        ThreadExecutor(threads=0, clock=clock)
