"""An action over its time is told so, and given up when it does not listen; the run goes on elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

import flowhost
from flowhost_plugins.threads import ThreadExecutor

Outcome = flowhost.Outcome
PATIENCE = 60  # seconds until a test gives up
RULE = "time-limit: 5 min\nactions: [do: {text: one}, do: {text: two}]"


@pytest.fixture
def executor(clock) -> ThreadExecutor:
    return ThreadExecutor(threads=2, clock=clock)


@pytest.fixture
def hanging() -> Iterator[tuple[threading.Event, threading.Event]]:
    """Set when an action began; and, by the test, when it may end."""
    begun, free = threading.Event(), threading.Event()
    yield begun, free
    free.set()


def test_an_action_that_hangs_is_given_up_and_the_run_goes_on(site, hanging) -> None:
    begun, free = hanging
    ended = threading.Event()

    def hang(context: flowhost.Context) -> Outcome:
        begun.set()
        free.wait()
        ended.set()
        return Outcome.done("too late")

    site.rule(RULE)
    site.stage.on("one", hang)
    site.open()
    (run,) = site.happen("VX-1")
    assert begun.wait(PATIENCE)
    site.elapse(299)
    assert not site.stage.calls[0][1].cancelled.is_set()
    site.elapse(2)
    assert site.stage.calls[0][1].cancelled.is_set()
    site.elapse(6)
    (failed,) = site.ended(run)
    assert failed.state == "failed"
    assert site.outcomes(run) == [("failed", "it took longer than 300 s, and did not end"), ("done", "two")]
    free.set()
    assert ended.wait(PATIENCE)
    assert site.executor.end(None)
    assert site.outcomes(run)[0][0] == "failed", "what comes too late does not count"


def test_hanging_actions_do_not_use_up_the_threads(site, hanging) -> None:
    _, free = hanging
    all_hang = threading.Barrier(3)

    def hang(context: flowhost.Context) -> Outcome:
        if context.item in ("VX-1", "VX-2"):
            all_hang.wait(PATIENCE)
            free.wait()
        return Outcome.done()

    site.rule(RULE)
    site.stage.on("one", hang)
    site.open()
    for number in (1, 2, 3):
        site.happen(f"VX-{number}")
    all_hang.wait(PATIENCE)
    site.elapse(310)
    assert site.ended(3)[0].state == "finished"
    assert {run.state for run in site.ended(1, 2)} == {"failed"}


@pytest.mark.parametrize(
    ("last_words", "outcome"),
    [
        (Outcome.failed("I was stopped"), ("failed", "it took longer than 300 s: I was stopped")),
        (LookupError("stopped"), ("failed", "it took longer than 300 s: LookupError: stopped")),
        (Outcome.done("just made it"), ("done", "just made it")),
    ],
)
def test_an_action_that_listens_may_say_how_it_ended(site, last_words, outcome) -> None:
    begun = threading.Event()

    def act(context: flowhost.Context) -> Outcome:
        begun.set()
        assert context.cancelled.wait(PATIENCE)
        if isinstance(last_words, Exception):
            raise last_words
        return last_words

    site.rule(RULE)
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    assert begun.wait(PATIENCE)
    site.elapse(302)
    site.ended(run)
    assert site.outcomes(run)[0] == outcome
    assert site.stage.texts == ["one", "two"]


def test_waiting_for_jobs_does_not_count(site) -> None:
    def act(context: flowhost.Context) -> Outcome:
        site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "STARTED")
        return Outcome.waiting(["J-1"])

    site.rule(RULE)
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    site.wait_for(lambda: site.run(run).state == "waiting")
    site.elapse(1000)
    site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "FINISHED")
    site.elapse(31)
    assert site.ended(run)[0].state == "finished"
