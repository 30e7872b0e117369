"""The daemon ends and starts again: what is not done is taken up at the first step that is not done."""

from __future__ import annotations

import threading

import pytest

import flowhost
from flowhost_plugins.rules.engine.verdict import DEATHS
from flowhost_plugins.threads import ThreadExecutor

Outcome = flowhost.Outcome
PATIENCE = 60  # seconds until a test gives up
RULE = "actions: [do: {text: one}, do: {text: two}, do: {text: three}]"


@pytest.fixture
def executor(clock) -> ThreadExecutor:
    return ThreadExecutor(threads=2, clock=clock)


class Interrupted:
    """An action that is interrupted by the end of the daemon the first time, and ends so."""

    def __init__(self, *last_words: Outcome | Exception) -> None:
        self.begun = threading.Event()
        self.last_words = list(last_words)

    def __call__(self, context: flowhost.Context) -> Outcome:
        if not self.last_words:
            return Outcome.done("the second time")
        self.begun.set()
        assert context.cancelled.wait(PATIENCE)
        word = self.last_words.pop()
        if isinstance(word, Exception):
            raise word
        return word


@pytest.mark.parametrize("word", [Outcome.failed("I was stopped"), LookupError("stopped")])
def test_a_step_that_is_interrupted_did_not_fail(site, word) -> None:
    action = Interrupted(word)
    site.rule(RULE)
    site.stage.on("two", action)
    site.open()
    (run,) = site.happen("VX-1")
    assert action.begun.wait(PATIENCE)
    site.close()
    site.open()
    (ended,) = site.ended(run)
    assert (ended.state, ended.errors) == ("finished", ())
    assert site.stage.texts == ["one", "two", "two", "three"]
    assert [context.attempt for text, context in site.stage.calls if text == "two"] == [1, 1]
    assert site.outcomes(run)[1] == ("done", "the second time")


def test_a_step_that_is_done_at_the_end_is_not_done_again(site) -> None:
    action = Interrupted(Outcome.done("just in time"))
    site.rule(RULE)
    site.stage.on("two", action)
    site.open()
    (run,) = site.happen("VX-1")
    assert action.begun.wait(PATIENCE)
    site.close()
    assert site.stage.texts == ["one", "two"], "nothing is begun any more"
    site.open()
    assert site.ended(run)[0].state == "finished"
    assert site.stage.texts == ["one", "two", "three"]


def test_a_run_that_waits_goes_on_waiting(site) -> None:
    def act(context: flowhost.Context) -> Outcome:
        site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "STARTED")
        return Outcome.waiting(["J-1"])

    site.rule(RULE)
    site.stage.on("two", act)
    site.open()
    (run,) = site.happen("VX-1")
    site.wait_for(lambda: site.run(run).state == "waiting")
    site.close()
    site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "FINISHED")
    site.open()
    site.elapse(31)
    assert site.ended(run)[0].state == "finished"
    assert site.stage.texts == ["one", "two", "three"]


def test_an_action_that_does_not_listen_is_left_behind_and_its_step_tried_again(site, clock) -> None:
    begun, free = threading.Event(), threading.Event()

    def hang(context: flowhost.Context) -> Outcome:
        if not begun.is_set():
            begun.set()
            assert free.wait(PATIENCE)
        return Outcome.done()

    site.rule(RULE)
    site.stage.on("one", hang)
    site.open()
    (run,) = site.happen("VX-1")
    assert begun.wait(PATIENCE)
    old = site.executor
    site.executor = ThreadExecutor(threads=2, clock=clock)
    closing = threading.Thread(target=site.engine.close)
    closing.start()
    while closing.is_alive():  # it waits for the grace to be over, on a clock that only this test turns
        clock.advance(1)
        closing.join(0.01)
    site.journal.close()
    site.open()
    (ended,) = site.ended(run)
    assert ended.state == "finished"
    assert [(text, context.attempt) for text, context in site.stage.calls] == [
        ("one", 1),
        ("one", 2),
        ("two", 1),
        ("three", 1),
    ]
    free.set()
    old.end(None)
    assert len(site.stage.texts) == 4, "the thread that was left behind takes no step any more"


def test_a_full_disk_holds_up_the_run_until_it_can_be_recorded(site) -> None:
    went_down = threading.Event()

    def act(context: flowhost.Context) -> Outcome:
        site.journal.down = True
        went_down.set()
        return Outcome.done("one")

    site.rule(RULE)
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    assert went_down.wait(PATIENCE)
    site.clock.elapse(5, waiters=5, patience=PATIENCE)  # the thread that records waits, too
    assert site.stage.texts == ["one"]
    site.journal.down = False
    site.clock.advance(1)
    assert site.ended(run)[0].state == "finished"
    assert site.stage.texts == ["one", "two", "three"]


def test_a_journal_that_cannot_be_read_holds_up_the_run_until_it_can(site) -> None:
    site.rule(RULE)
    site.stage.on("one", flowhost.Retry("busy", after=5), Outcome.done("one"))
    site.open()
    (run,) = site.happen("VX-1")
    site.wait_for(lambda: site.run(run).attempt == 2)
    site.journal.blind = True
    site.elapse(6)
    site.clock.wait_for_waiters(5, patience=PATIENCE)  # the thread that reads waits, too
    assert site.run(run).state == "running"
    site.journal.blind = False
    site.clock.advance(1)
    assert site.ended(run)[0].state == "finished"
    assert site.stage.texts == ["one", "one", "two", "three"]


def test_a_run_whose_finish_ends_the_process_again_and_again_is_blamed_for_it(site, clock) -> None:
    finished = threading.Semaphore(0)

    def die(context: flowhost.Context) -> Outcome:
        site.journal.down = True  # nobody ever hears how it ended
        finished.release()
        return Outcome.done()

    site.rule("retry: {attempts: 1}\nactions: [do-and-finish: {text: one}, do: {text: two}]")
    site.stage.on("one", Outcome.waiting([]))
    site.stage.on_finish("one", die)
    site.open()
    (run,) = site.happen("VX-1")
    for _ in range(1 + DEATHS):
        assert finished.acquire(timeout=PATIENCE)
        site.close()
        site.executor = ThreadExecutor(threads=2, clock=clock)
        site.open()
    (ended,) = site.ended(run)
    assert [state for state, _ in site.outcomes(run)] == ["failed", "done"]
    assert "the process ended under it again and again" in ended.errors[0]
    assert [context.attempt for _, context, _ in site.stage.finished] == list(range(1, 2 + DEATHS))


def test_a_second_process_cannot_run_the_same_journal_but_a_closed_one_is_free(site) -> None:
    site.rule(RULE)
    site.open()
    owners = site.journal.owners()
    assert len(owners) == 1
    site.close()
    site.open()
    assert len(site.journal.owners()) == 1
    assert site.journal.owners() != owners
