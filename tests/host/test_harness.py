"""What plugin authors test with: a whole daemon from a text, a pool without threads, one line of conformance."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost.testing.conformance import conforms
from flowhost.testing.harness import RunningDaemon
from flowhost.testing.inline import InlinePool

Start = Callable[..., RunningDaemon]

COUNTING = """
    [Flow]
    app name = counting
    class = counting.Count
"""
MODULE = """
    class Numbers:
        name = "numbers"

        def run(self, emit, stop):
            for number in range(5):
                emit(__import__("flowhost").Event("number", number, subject=str(number)))

    class Count:
        source = Numbers

        def work(self, event):
            if event.data == 3:
                raise __import__("flowhost").Permanent("three is refused")
            return event.data * 10
"""


# -- the fixture `daemon`


def test_a_daemon_runs_with_its_module_and_its_ledger(daemon: Start) -> None:
    running = daemon(COUNTING, modules={"counting": MODULE})
    running.wait_until_exhausted()
    outcomes = {job.event.data: job.receipt for job in running.jobs if job.receipt}
    assert [outcomes[number].value for number in (0, 1, 2, 4)] == [0, 10, 20, 40]
    assert outcomes[3].outcome == "parked"
    assert outcomes[3].letter == 1


def test_letters_are_seen_while_it_runs(daemon: Start) -> None:
    running = daemon(
        "[Flow]\nclass = failing.Fail\n[Source]\ntype = interval\ninterval = 600\n",
        modules={
            "failing": "import flowhost\nclass Fail:\n    def work(self, event):\n        raise flowhost.Permanent('no')\n"
        },
    )
    (job,) = running.wait_for(1)
    assert (job.attempt, job.event.type) == (1, "tick")
    assert [(letter.state, letter.error) for letter in running.letters()] == [("dead", "no")]


def test_a_fake_clock_drives_a_daemon(daemon: Start, clock: FakeClock) -> None:
    running = daemon("[Flow]\nworker = log\n[Source]\ntype = interval\ninterval = 5 min\n", clock=clock)
    running.wait_for(1)
    for count in (2, 3):
        # four wait: the source, the timekeeper, the redelivery, and who reports to the ledger
        clock.elapse(300, waiters=4)
        assert len(running.wait_for(count)) == count


def test_plugins_of_the_test_itself(daemon: Start) -> None:
    class Shout:
        "Shouts."

        name = "shout"

        def work(self, event: flowhost.Event) -> str:
            return event.type.upper()

    class Mine:
        @flowhost.hookimpl
        def flowhost_workers(self) -> list[type]:
            return [Shout]

    running = daemon("[Flow]\nworker = shout\n[Source]\ntype = interval\n", plugins=[Mine()])
    (job,) = running.wait_for(1)
    assert job.receipt and job.receipt.value == "TICK"


def test_a_mistake_in_the_profile_is_the_operators_sentence(daemon: Start) -> None:
    with pytest.raises(
        flowhost.ConfigError, match=r"profile-0\.ini:2:10: unknown worker 'lgo'; did you mean 'log'\?"
    ):
        daemon("[Flow]\nworker = lgo\n[Source]\ntype = interval\n")


def test_waiting_for_what_never_comes_says_what_happened(daemon: Start) -> None:
    running = daemon("[Flow]\nworker = log\n[Source]\ntype = interval\ninterval = 600\n")
    with pytest.raises(AssertionError, match="waited 0 s for 7 jobs; 1 jobs ended"):
        running.wait_for(1)
        running.wait_for(7, timeout=0.1)


# -- the pool without threads


def test_the_inline_pool_works_at_once_and_keeps_everything() -> None:
    def half(event: flowhost.Event) -> float:
        return 10 / float(event.data)

    pool = InlinePool(half)
    assert pool.emit(flowhost.Event("n", 4)).result(0).value == 2.5
    failed = pool.emit(flowhost.Event("n", 0))
    assert isinstance(failed.exception(0), ZeroDivisionError)
    assert [event.data for event in pool.events] == [4, 0]
    first, second = pool.receipts
    assert isinstance(first, flowhost.Receipt) and isinstance(second, ZeroDivisionError)


def test_the_inline_pool_stops_like_a_daemon(inline_pool: InlinePool) -> None:
    limited = InlinePool(limit=1)
    limited.emit(flowhost.Event("n"))
    with pytest.raises(RuntimeError, match="the daemon stops"):
        limited.emit(flowhost.Event("n"))
    assert inline_pool.emit(flowhost.Event("n")).result(0).outcome == "done"


# -- conformance


class Good:
    """Emits until it is stopped."""

    name = "good"

    def __init__(self, *, word: Annotated[str, "what to say"] = "hello") -> None:
        self.word = word

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        while not stop.wait(0.001):
            emit(flowhost.Event(self.word))


def variant(**attributes: Any) -> type:
    return type("Variant", (Good,), {"__doc__": "A variant.", **attributes})


def test_a_good_part_conforms() -> None:
    conforms(Good)
    conforms(Good, word="bye")


def emits_anything(self: Any, emit: Any, stop: threading.Event) -> None:
    emit("no event")


def emits_bytes_within(self: Any, emit: Any, stop: threading.Event) -> None:
    emit(flowhost.Event("x", {"raw": b"no JSON"}))


def raises(self: Any, *arguments: Any) -> None:
    raise KeyError("colour")


def needs_words(self: Any, *, word: str) -> None:
    """An option without help."""


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        (variant(name="Bad Name"), "the name 'Bad Name' is not lower-case words with hyphens"),
        (variant(name=None), "Variant.name is None, expected a text"),
        (variant(__init__=needs_words), "these options of 'good' have no help text: word"),
        (variant(run=emits_anything), "emitted 'no event', expected a flowhost.Event"),
        (variant(run=emits_bytes_within), "not JSON serializable"),
        (variant(run=raises), "run() of 'good' raised KeyError('colour')"),
        (variant(probe=raises), "probe() of 'good' raised KeyError('colour'), expected flowhost.Unavailable"),
        (variant(work=lambda self, event: None), "expected exactly one kind of part"),
        (type("Nothing", (), {"name": "nothing", "__doc__": "x"}), "has the methods of no kind"),
        (type("Bare", (), {"name": "bare", "work": lambda self, event: None}), "Bare has no docstring"),
        (type("P", (), {"name": "p", "__doc__": "x", "parse": lambda self, data: data.decode()}), "expected Rejected"),
        (type("A", (), {"name": "a", "__doc__": "x", "act": lambda self, context: True}), "expected an Outcome"),
    ],
)  # fmt: skip
def test_a_part_that_does_not_conform(part: type, complaint: str) -> None:
    with pytest.raises((AssertionError, TypeError)) as caught:
        conforms(part)
    assert complaint in str(caught.value)


def test_a_resource_that_leaves_a_thread_behind() -> None:
    ended = threading.Event()

    class Leaking:
        "Leaks."

        name = "leaking"

        def open(self) -> None:
            threading.Thread(target=ended.wait, name="left").start()

        def close(self) -> None: ...

    with pytest.raises(AssertionError, match="'leaking' left threads running after close: left"):
        conforms(Leaking)
    ended.set()
