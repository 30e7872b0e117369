"""Runs: their details, cancel, retry."""

from __future__ import annotations

from typing import Any

import pytest

from flowhost_plugins.rules.administration import NotFound, Refused
from flowhost_plugins.rules.records import Step


def test_a_run_shows_its_steps_and_what_is_ahead(stage: Any, admin: Any) -> None:
    stage.rule(steps="[do, {do: {text: two}}, do]")
    stage.daemon()
    run = stage.run()
    assert admin.run(run.id).ahead == ("do", "do", "do")
    assert admin.run(run.id).seconds is None
    claimed = stage.claimed()
    stage.clock.advance(5)
    first = Step(1, "do", "done", "did it", started=claimed.started, ended=stage.clock.now())
    assert stage.journal.record(claimed, [first], state="waiting", step=2, jobs=["VX-9"])
    details = admin.run(run.id)
    assert (details.run.state, details.run.jobs, details.seconds) == ("waiting", ("VX-9",), 5)
    assert [one.reason for one in details.steps] == ["did it"]
    assert details.ahead == ("do", "do")


def test_of_an_ended_run_nothing_is_ahead(stage: Any, admin: Any) -> None:
    stage.rule(steps="[do, do]")
    stage.daemon()
    run = stage.run()
    stage.end(Step(1, "do", "failed", "no"), state="failed", errors=("no",))
    details = admin.run(run.id)
    assert (details.ahead, details.seconds) == ((), 1)


def test_runs_are_listed_the_newest_first_in_pages(stage: Any, admin: Any) -> None:
    stage.rule("A")
    stage.rule("B")
    for number in range(3):
        stage.run(f"VX-{number}", "A")
    stage.run("VX-1", "B")
    assert [one.id for one in admin.runs(number=2)] == [4, 3]
    assert [one.id for one in admin.runs(before=3)] == [2, 1]
    assert [one.id for one in admin.runs(item="VX-1")] == [4, 2]
    assert [one.id for one in admin.runs(rule="A", item="VX-1", state="pending")] == [2]
    assert admin.runs(state="failed") == []


def test_a_pending_run_is_cancelled_at_once_and_tried_again(stage: Any, admin: Any) -> None:
    stage.rule()
    run = stage.run()
    assert admin.cancel(run.id).state == "cancelled"
    with pytest.raises(Refused, match=f"run {run.id} has ended already: it is cancelled"):
        admin.cancel(run.id)
    assert admin.retry(run.id).state == "pending"
    with pytest.raises(Refused, match=f"run {run.id} is pending; only a failed or cancelled one"):
        admin.retry(run.id)


def test_a_run_under_way_is_asked_to_end(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.daemon()
    run = stage.run()
    stage.claimed()
    cancelled = admin.cancel(run.id)
    assert (cancelled.state, cancelled.cancel) == ("running", True)


def test_a_run_of_a_deleted_rule_is_not_tried_again(stage: Any, admin: Any) -> None:
    stage.rule()
    run = stage.run()
    admin.cancel(run.id)
    admin.delete("R")
    with pytest.raises(Refused, match="the rule 'R' was deleted"):
        admin.retry(run.id)


def test_there_is_no_such_run(admin: Any) -> None:
    for ask in (admin.run, admin.cancel, admin.retry):
        with pytest.raises(NotFound, match="there is no run 404"):
            ask(404)
