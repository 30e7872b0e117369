"""A step that fails is tried again later, and holds up nobody meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

import flowhost

Outcome = flowhost.Outcome
RETRY = "retry: {attempts: 3, delay: 10 s, limit: 10 min}\n"


def test_a_failing_step_is_tried_again_after_a_while(site) -> None:
    site.rule(RETRY + "actions: [do: {text: one}, do: {text: two}]")
    site.stage.on("one", flowhost.Unavailable("the server is down"), Outcome.done("at last"))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    waiting = site.run(run)
    assert waiting.state == "pending"
    assert waiting.wake is not None
    assert timedelta(0) <= waiting.wake - site.clock.now() <= timedelta(seconds=10)
    assert site.outcomes(run) == [("failed", "the server is down")]
    site.elapse(12)
    assert site.run(run).state == "finished"
    assert [context.attempt for text, context in site.stage.calls if text == "one"] == [1, 2]
    assert site.outcomes(run) == [("done", "at last"), ("done", "two")]
    assert site.journal.steps(run)[0].attempts == 2


def test_after_the_last_try_the_step_failed_and_the_run_goes_on(site) -> None:
    site.rule(RETRY + "actions: [do: {text: one}, do: {text: two}]")
    site.stage.on("one", LookupError("nothing there"))
    site.open()
    (run,) = site.happen("VX-1")
    site.elapse(60)
    assert site.run(run).state == "failed"
    assert site.stage.texts == ["one", "one", "one", "two"]
    assert site.outcomes(run) == [("failed", "LookupError: nothing there (3 tries)"), ("done", "two")]


def test_an_action_says_itself_when_to_try_again(site) -> None:
    site.rule(RETRY + "actions: [do: {text: one}]")
    site.stage.on("one", flowhost.Retry("busy", after=100), Outcome.done())
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    assert site.run(run).wake == site.clock.now() + timedelta(seconds=100)
    site.elapse(99)
    assert site.run(run).state == "pending"
    site.elapse(3)
    assert site.run(run).state == "finished"


def test_a_poisoned_item_does_not_hold_up_the_others(site) -> None:
    site.rule(RETRY + "max-concurrency: 1\nactions: [do: {text: one}]")

    def act(context: flowhost.Context) -> Outcome:
        if context.item == "VX-BAD":
            raise flowhost.Retry("it is poisoned", after=3600)
        return Outcome.done()

    site.stage.on("one", act)
    site.open()
    (bad,) = site.happen("VX-BAD")
    good = [site.happen(f"VX-{number}")[0] for number in range(5)]
    site.ended(*good)
    assert site.run(bad).state == "pending"
    assert site.journal.summary("R").running == 0


def test_a_step_that_ended_the_run_ends_it_also_when_somebody_lets_it_go_on(site) -> None:
    site.rule("retry: {attempts: 1}\nactions: [do: {text: one}, do: {text: two}, do: {text: three}]")
    site.stage.on("one", Outcome.failed("no"), Outcome.done())
    site.stage.on("two", Outcome.done("enough", stop=True))
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    site.journal.retry(run)
    site.elapse(2)
    assert site.run(run).state == "finished"
    assert site.stage.texts == ["one", "two", "one"]


def test_a_run_whose_library_is_down_is_tried_again(site) -> None:
    site.rule(RETRY + "actions: [do: {text: one}]")

    def with_tag(context: flowhost.Context) -> Outcome:
        return Outcome.done(flowhost.Template("${title}").render(context.tags))

    site.stage.on("one", with_tag)
    site.open()
    (run,) = site.happen("VX-1") if not site.assets.down else (0,)
    site.ended(run)
    site.assets.down = True
    site.journal.clear("R")
    retried = site.journal.start(_again(site.run(run)))
    site.elapse(2)
    assert site.run(retried.id).state == "pending"
    site.assets.down = False
    site.elapse(30)
    assert site.outcomes(retried.id) == [("done", "Title of VX-1")]


def _again(run):
    from flowhost_plugins.rules.records import NewRun

    return NewRun(run.rule, run.revision, run.item, run.cause)


@pytest.mark.parametrize("attempts", [1, 2])
def test_somebody_can_let_a_failed_run_go_on(site, attempts: int) -> None:
    site.rule(
        f"retry: {{attempts: {attempts}, delay: 1 s}}\nactions: [do: {{text: one}}, do: {{text: two}}, do: {{text: three}}]"
    )
    site.stage.on("two", *[LookupError("no")] * attempts, Outcome.done("now"))
    site.open()
    (run,) = site.happen("VX-1")
    site.elapse(5)
    assert site.run(run).state == "failed"
    site.journal.retry(run)
    site.elapse(2)
    assert site.run(run).state == "finished"
    assert site.run(run).errors == ()
    assert site.stage.texts == ["one", *["two"] * attempts, "three", "two"], "what was done is not done again"
