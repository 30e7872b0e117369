"""How many runs are under way, and which come first."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost

Outcome = flowhost.Outcome
ONE = "actions: [do: {text: one}]"


@pytest.fixture
def executor(make_held) -> Any:
    return make_held(3)


def work_off(site) -> list[str]:
    """Work on whatever was claimed, one task after the other; return the items in the order in which they began."""
    while True:
        site.settle()
        if not site.executor.tasks:
            return [context.item for _, context in site.stage.calls]
        site.executor.work_on(site.executor.tasks[0])


def test_no_more_runs_are_claimed_than_can_be_worked_on(site) -> None:
    site.rule(ONE)
    site.open()
    for number in range(10):
        site.happen(f"VX-{number}")
    site.settle()
    assert len(site.executor.tasks) == 3
    assert site.journal.summary("R").pending == 7
    assert work_off(site) == [f"VX-{number}" for number in range(10)]


def test_a_claim_whose_answer_got_lost_is_no_run_lost(site) -> None:
    site.rule(ONE)
    site.open()
    site.happen("VX-0")
    site.settle()
    site.journal.claims_lost = 1
    site.happen("VX-1")
    site.elapse(2)
    assert site.executor.tasks == ["1/1", "2/1"], "that of the run in flight is not submitted twice"
    work_off(site)
    assert site.journal.summary("R").handled == 2


def test_the_limit_of_a_rule_holds_and_others_pass_by(site) -> None:
    site.rule(ONE + "\nmax-concurrency: 1", name="Slow", trigger="{source: {type: slow}}")
    site.rule(ONE, name="Fast", trigger="{source: {type: fast}}")
    site.open()
    for number in range(3):
        site.happen(f"VX-{number}", type="slow")
    for number in range(2):
        site.happen(f"VX-{number}", type="fast")
    site.settle()
    assert [site.run(int(task.split("/")[0])).rule for task in site.executor.tasks] == [
        "Slow",
        "Fast",
        "Fast",
    ]
    work_off(site)
    assert site.journal.summary("Slow").handled == 3


def test_the_total_limit_counts_runs_that_wait_for_jobs(site) -> None:
    def start_job(context: flowhost.Context) -> Outcome:
        site.assets.jobs[context.key] = flowhost.AssetJob(context.key, "STARTED")
        return Outcome.waiting([context.key])

    site.options = {"maximum_total_concurrency": 2}
    site.rule(ONE)
    site.stage.on("one", start_job)
    site.open()
    for number in range(4):
        site.happen(f"VX-{number}")
    work_off(site)
    assert len(site.stage.calls) == 2
    site.assets.jobs["1/1"] = flowhost.AssetJob("1/1", "FINISHED")
    for _ in range(31):
        site.elapse(1)
        work_off(site)
    assert len(site.stage.calls) == 3


def test_a_run_that_waited_and_was_not_taken_up_again_waits_after_a_restart(site) -> None:
    site.rule(ONE)
    site.stage.on("one", Outcome.waiting(["J-1"]))
    site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "STARTED")
    site.open()
    (run,) = site.happen("VX-1")
    work_off(site)
    site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", "FINISHED")
    site.elapse(31)
    assert len(site.executor.tasks) == 1
    site.close()
    site.executor.tasks.clear()
    site.options = {"maximum_total_concurrency": 0}  # it was under way, and needs no room
    site.open()
    work_off(site)
    assert site.run(run).state == "finished"


def test_with_a_total_of_0_nothing_starts(site) -> None:
    site.options = {"maximum_total_concurrency": 0}
    site.rule(ONE)
    site.open()
    site.happen("VX-1")
    site.elapse(5)
    assert site.executor.tasks == []


def test_what_is_urgent_comes_first(site) -> None:
    site.options = {"maximum_total_concurrency": 1}
    site.rule(ONE + "\npriority: 1", name="Low", trigger="{source: {type: low}}")
    site.rule(ONE + "\npriority: 9", name="High", trigger="{source: {type: high}}")
    site.open()
    site.happen("first", type="low")
    site.settle()
    for item in ("low-1", "low-2"):
        site.happen(item, type="low")
    for item in ("high-1", "high-2"):
        site.happen(item, type="high")
    assert work_off(site) == ["first", "high-1", "high-2", "low-1", "low-2"]


def test_one_item_is_in_one_run_of_a_rule_at_a_time(site) -> None:
    site.rule(ONE)
    site.open()
    site.happen("VX-1", id="1")
    site.happen("VX-1", id="2")
    site.happen("VX-2", id="3")
    site.settle()
    assert len(site.executor.tasks) == 2
    assert work_off(site) == ["VX-1", "VX-2", "VX-1"]


def test_a_breaker_pauses_a_rule_and_then_tries_one(site) -> None:
    site.rule(ONE + "\nbreaker: {failures: 3, pause: 10 min}\nretry: {attempts: 1}")
    site.executor.capacity = 1
    site.stage.on("one", *[Outcome.failed("no")] * 4, Outcome.done())
    site.open()
    for number in range(8):
        site.happen(f"VX-{number}")
    assert len(work_off(site)) == 3
    site.elapse(598)
    assert len(work_off(site)) == 3
    site.elapse(3)
    assert len(work_off(site)) == 4, "one is tried, and fails"
    site.elapse(602)
    assert len(work_off(site)) == 8, "one is tried, and all others follow"


def test_a_quota_is_never_exceeded(site) -> None:
    site.rule(ONE + "\nquota: {runs: 4, per: 1 h}")
    site.open()
    for number in range(10):
        site.happen(f"VX-{number}")
    assert len(work_off(site)) == 4
    site.elapse(3590)
    assert len(work_off(site)) == 4
    site.elapse(15)
    assert len(work_off(site)) == 8


def test_a_quota_is_not_exceeded_when_runs_end_while_nothing_waits(site) -> None:
    site.rule(ONE + "\nquota: {runs: 2, per: 1 h}\nmax-concurrency: 2")
    site.open()
    site.happen("VX-0")
    site.elapse(2)
    work_off(site)
    for number in range(1, 4):
        site.happen(f"VX-{number}")
    assert len(work_off(site)) == 2


def test_a_window_holds_back_what_would_start(site) -> None:
    site.rule(ONE + '\nwindows: [{from: "01:00", to: "02:00", time-zone: UTC}]')
    site.open()
    site.happen("VX-1")
    site.elapse(3590)
    assert site.executor.tasks == []
    site.elapse(15)
    assert len(site.executor.tasks) == 1
