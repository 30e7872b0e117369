"""Somebody cancels a run: before it begins, while an action acts, while it waits."""

from __future__ import annotations

import threading

import pytest

import flowhost
from flowhost_plugins.threads import ThreadExecutor

Outcome = flowhost.Outcome
PATIENCE = 60  # seconds until a test gives up
RULE = "actions: [do: {text: one}, do: {text: two}]"


@pytest.fixture
def executor(clock) -> ThreadExecutor:
    return ThreadExecutor(threads=2, clock=clock)


def test_an_action_sees_that_its_run_was_cancelled(site) -> None:
    begun = threading.Event()

    def act(context: flowhost.Context) -> Outcome:
        begun.set()
        assert context.cancelled.wait(PATIENCE)
        return Outcome.failed("stopped half-way")

    site.rule(RULE)
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    assert begun.wait(PATIENCE)
    assert site.journal.cancel(run) == "running"
    site.elapse(2)
    (cancelled,) = site.ended(run)
    assert cancelled.state == "cancelled"
    assert cancelled.errors == ("step 1 (do): stopped half-way",)
    assert site.stage.texts == ["one"]
    assert site.journal.item_record("R", "VX-1").state == "failed"


def test_a_run_that_does_all_it_had_to_do_is_not_called_cancelled(site) -> None:
    begun = threading.Event()

    def act(context: flowhost.Context) -> Outcome:
        begun.set()
        assert context.cancelled.wait(PATIENCE)
        return Outcome.done("all of it")

    site.rule("actions: [do: {text: one}]")
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    assert begun.wait(PATIENCE)
    site.journal.cancel(run)
    site.elapse(2)
    assert site.ended(run)[0].state == "finished"


def test_a_waiting_run_that_is_cancelled_takes_its_jobs_along(site) -> None:
    def act(context: flowhost.Context) -> Outcome:
        site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "STARTED")
        return Outcome.waiting(["J-1"])

    site.rule(RULE)
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    site.wait_for(lambda: site.run(run).state == "waiting")
    site.journal.cancel(run)
    site.elapse(2)
    assert site.ended(run)[0].state == "cancelled"
    assert site.assets.stopped == ["J-1"]
    assert site.outcomes(run) == [("failed", "it was cancelled while it waited")]


def test_a_run_that_is_to_be_tried_again_is_cancelled_at_once(site) -> None:
    site.rule(RULE)
    site.stage.on("one", flowhost.Retry("busy", after=1000))
    site.open()
    (run,) = site.happen("VX-1")
    site.wait_for(lambda: site.run(run).state == "pending" and site.run(run).attempt == 2)
    assert site.journal.cancel(run) == "cancelled"
    site.elapse(1001)
    assert site.stage.texts == ["one"]


def test_a_cancelled_run_can_go_on_later(site) -> None:
    begun = threading.Event()

    def act(context: flowhost.Context) -> Outcome:
        begun.set()
        if context.attempt == 1 and not site.stage.calls[1:]:
            assert context.cancelled.wait(PATIENCE)
            return Outcome.failed("stopped")
        return Outcome.done("done after all")

    site.rule(RULE)
    site.stage.on("one", act)
    site.open()
    (run,) = site.happen("VX-1")
    assert begun.wait(PATIENCE)
    site.journal.cancel(run)
    site.elapse(2)
    site.ended(run)
    site.journal.retry(run)
    site.elapse(2)
    assert site.ended(run)[0].state == "finished"
    assert site.outcomes(run) == [("done", "done after all"), ("done", "two")]
