"""A run takes its steps one after another, and each is recorded."""

from __future__ import annotations

import pytest

import flowhost
from flowhost_plugins.rules.engine.journey import Journey

THREE = """
actions:
  - do: {text: one}
  - do: {text: two}
  - do: {text: three}
"""

Outcome = flowhost.Outcome


def test_the_steps_are_taken_one_after_another(site) -> None:
    site.rule(THREE)
    site.open()
    (run,) = site.happen("VX-1")
    (ended,) = site.ended(run)
    assert ended.state == "finished"
    assert site.stage.texts == ["one", "two", "three"]
    assert site.outcomes(run) == [("done", "one"), ("done", "two"), ("done", "three")]
    assert site.journal.item_record("R", "VX-1").state == "handled"


def test_an_action_is_told_what_it_acts_on(site) -> None:
    site.rule(THREE)
    site.item("VX-1", author="Ada")
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    _, context = site.stage.calls[1]
    assert (context.item, context.rule, context.run, context.step, context.attempt) == (
        "VX-1",
        "R",
        str(run),
        2,
        1,
    )
    assert context.key == f"{run}/2"
    assert (context.event.type, context.event.subject, context.event.source) == ("go", "VX-1", "tests")
    assert flowhost.Template("${title} by ${author}").render(context.tags) == "Title of VX-1 by Ada"
    assert context.variables["itemId"] == "VX-1"
    assert not context.cancelled.is_set()


def test_what_actions_change_carries_the_number_of_the_run(site) -> None:
    site.rule(THREE)
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.stage.marks == [str(run)] * 3


def test_later_steps_go_on_after_a_failed_one_but_none_that_destroys(site) -> None:
    site.rule("""
actions:
  - do: {text: one}
  - do: {text: two}
  - do: {text: three, destructive: true}
  - do: {text: four}
""")
    site.stage.on("two", Outcome.failed("no such thing"))
    site.open()
    (run,) = site.happen("VX-1")
    (ended,) = site.ended(run)
    assert site.stage.texts == ["one", "two", "four"]
    assert site.outcomes(run) == [
        ("done", "one"),
        ("failed", "no such thing"),
        ("skipped", "step 2 failed before, and this step destroys"),
        ("done", "four"),
    ]
    assert ended.state == "failed"
    assert ended.errors == ("step 2 (do): no such thing",)
    record = site.journal.item_record("R", "VX-1")
    assert (record.state, record.errors) == ("failed", ended.errors)


def test_a_step_that_destroys_is_taken_when_nothing_failed(site) -> None:
    site.rule("actions: [do: {text: one}, do: {text: two, destructive: true}]")
    site.stage.on("one", Outcome.skipped("not for this item"))
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.outcomes(run) == [("skipped", "not for this item"), ("done", "two")]


def test_a_condition_of_a_step_is_about_the_item_as_it_is_then(site) -> None:
    site.rule("""
actions:
  - do: {text: one}
  - do: {text: two}
    when: item.fields['state'] == 'ready'
  - do: {text: three}
    when: item.fields['state'] != 'ready'
""")
    site.item("VX-1", state="raw")

    def make_ready(context: flowhost.Context) -> Outcome:
        site.item("VX-1", state="ready")
        return Outcome.done()

    site.stage.on("one", make_ready)
    site.open()
    (run,) = site.happen("VX-1")
    (ended,) = site.ended(run)
    assert ended.state == "finished"
    assert site.stage.texts == ["one", "two"]
    assert site.outcomes(run)[2] == (
        "skipped",
        "its condition does not hold: item.fields['state'] != 'ready'",
    )


def test_a_condition_that_cannot_be_worked_out_fails_its_step(site) -> None:
    site.rule("""
actions:
  - do: {text: one}
    when: int(item.title) > 3
  - do: {text: two}
""")
    site.open()
    (run,) = site.happen("VX-1")
    (ended,) = site.ended(run)
    assert site.stage.texts == ["two"]
    assert ended.state == "failed"
    assert "int(item.title) > 3" in ended.errors[0]


def test_a_step_can_end_the_run(site) -> None:
    site.rule(THREE)
    site.stage.on("two", Outcome.done("that will do", stop=True))
    site.open()
    (run,) = site.happen("VX-1")
    (ended,) = site.ended(run)
    assert ended.state == "finished"
    assert site.stage.texts == ["one", "two"]
    assert site.outcomes(run) == [("done", "one"), ("done", "that will do")]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (flowhost.Permanent("it is read-only"), "it is read-only"),
        (flowhost.MediaTypeMismatch("it is a sound"), "it is a sound"),
    ],
)
def test_what_cannot_succeed_is_not_tried_again(site, failure: Exception, reason: str) -> None:
    site.rule("actions: [do: {text: one}, do: {text: two}]")
    site.stage.on("one", failure)
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.outcomes(run) == [("failed", reason), ("done", "two")]


def test_an_action_that_returns_no_outcome_fails(site) -> None:
    site.rule("actions: [do: {text: one}]")
    site.stage.on("one", lambda context: None)
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.outcomes(run) == [("failed", "the action 'do' returned NoneType, expected an Outcome")]


def test_an_action_may_give_an_exception_as_its_reason(site) -> None:
    site.rule("actions: [do: {text: one}, do: {text: two}]")
    site.stage.on("one", Outcome.failed(LookupError("nothing there")))  # type: ignore[arg-type]
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.outcomes(run) == [("failed", "nothing there"), ("done", "two")]


def test_a_run_with_which_something_fails_that_nobody_foresaw_is_not_left_behind(site, monkeypatch) -> None:
    site.rule("actions: [do: {text: one}]")
    site.open()
    monkeypatch.setattr(Journey, "of", lambda *_: 1 / 0)
    (run,) = site.happen("VX-1")
    (ended,) = site.ended(run)
    assert (ended.state, ended.errors) == ("failed", ("ZeroDivisionError: division by zero",))


def test_an_action_that_exits_fails_its_step_only(site) -> None:
    def leave(context: flowhost.Context) -> Outcome:
        raise SystemExit(3)

    site.rule("retry: {attempts: 1}\nactions: [do: {text: one}, do: {text: two}]")
    site.stage.on("one", leave)
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.outcomes(run) == [("failed", "SystemExit: 3"), ("done", "two")]


def test_a_rule_can_be_about_no_item(site) -> None:
    site.rule(THREE)
    site.open()
    (run,) = site.happen(None)
    (ended,) = site.ended(run)
    assert (ended.item, ended.state) == (None, "finished")
    assert site.stage.calls[0][1].item is None
