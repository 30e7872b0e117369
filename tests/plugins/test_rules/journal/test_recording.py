"""How far runs came, what people do to them, and how they are counted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import NewRun, Run, Step, Summary

New = Callable[..., NewRun]
Take = Callable[..., list[Run]]


def test_steps_are_kept_and_replaced(journal: Journal, new: New, take: Take, clock: Any) -> None:
    journal.start(new())
    [run] = take(journal)
    now = clock.now()
    begun = Step(1, "set-metadata", "started", started=now)
    assert journal.record(run, [begun], state="running")
    assert journal.steps(run.id) == [begun]
    done = Step(1, "set-metadata", "done", "5 fields\0\ud800", ("J-1",), {"a": None}, 2, now, now)
    following = Step(2, "export", "skipped", "no shape")
    assert journal.record(run, [done, following], state="running", step=3, attempt=1)
    kept = "5 fields\\x00\\ud800"
    assert journal.steps(run.id) == [
        Step(1, "set-metadata", "done", kept, ("J-1",), {"a": None}, 2, now, now),
        following,
    ]
    assert journal.run(run.id).step == 3
    assert journal.steps(99) == []


def test_the_end_of_a_run(journal: Journal, new: New, take: Take, clock: Any) -> None:
    journal.start(new())
    [run] = take(journal)
    clock.advance(90)
    assert journal.record(run, [], state="failed", step=2, errors=["no", "room"])
    ended = journal.run(run.id)
    assert (ended.state, ended.ended, ended.owner, ended.errors, ended.step) == (
        *("failed", clock.now(), "", ("no", "room"), 2),
    )
    record = journal.item_record("r", "VX-1")
    assert (record.state, record.errors, record.since, record.times) == (
        "failed",
        ended.errors,
        clock.now(),
        1,
    )


def test_cancelling(journal: Journal, new: New, take: Take) -> None:
    journal.start_many([new(f"VX-{number}") for number in range(4)])
    running, waiting, over = take(journal, number=3)
    [pending] = journal.runs(state="pending")
    journal.record(waiting, [], state="waiting", jobs=["J"])
    journal.record(over, [], state="finished")
    before = journal.stamp()
    assert journal.cancelling("me") == set()
    answers = [journal.cancel(run.id) for run in (running, waiting, over, pending)]
    assert answers == ["running", "waiting", "finished", "cancelled"]
    assert journal.cancel(99) is None
    assert journal.stamp() > before
    assert journal.cancelling("me") == {running.id}
    assert [(run.id, run.cancel) for run in take(journal)] == [(waiting.id, True)]
    assert journal.cancelling("me") == {running.id, waiting.id}
    record = journal.item_record("r", pending.item)
    assert (record.state, record.errors) == ("failed", ("cancelled before it started",))
    assert not journal.run(over.id).cancel


def test_one_that_is_cancelled_while_it_runs_does_not_wait_after_that(
    journal: Journal, new: New, take: Take, clock: Any
) -> None:
    journal.start_many([new("VX-1"), new("VX-2")])
    waits, tries_again = take(journal)
    for run in (waits, tries_again):
        assert journal.cancel(run.id) == "running"
    later = clock.now() + timedelta(hours=8)
    assert journal.record(waits, [], state="waiting", wake=later, jobs=["J"])
    assert journal.record(tries_again, [], state="pending", wake=later, errors=["no room"])
    ended = journal.run(tries_again.id)
    assert (ended.state, ended.errors) == ("cancelled", ("no room", "cancelled"))
    assert journal.item_record("r", "VX-2").state == "failed"
    assert [(run.id, run.cancel) for run in take(journal)] == [(waits.id, True)]


def test_cancelling_one_that_waits_for_its_turn(journal: Journal, new: New, take: Take) -> None:
    _, second, third = (journal.start(new(trigger="job")) for _ in range(3))
    [run] = take(journal)
    assert journal.cancel(second.id) == "cancelled"
    assert take(journal) == []
    record = journal.item_record("r", "VX-1")
    assert (record.state, record.times) == ("processing", 1)
    journal.record(run, [], state="finished")
    [last] = take(journal)
    assert last.id == third.id
    journal.record(last, [], state="finished")
    assert journal.item_record("r", "VX-1").times == 3


def test_cancelling_the_first_of_those_that_wait(journal: Journal, new: New, take: Take) -> None:
    first, second = (journal.start(new(trigger="job")) for _ in range(2))
    assert journal.cancel(first.id) == "cancelled"
    assert journal.item_record("r", "VX-1").state == "processing"
    assert [run.id for run in take(journal)] == [second.id]


def test_trying_again(journal: Journal, new: New, take: Take, clock: Any) -> None:
    journal.start(new())
    [run] = take(journal)
    steps = [Step(1, "a", "done"), Step(2, "b", "failed"), Step(3, "c", "done"), Step(4, "d", "failed")]
    journal.record(run, steps, state="failed", step=5, errors=["b broke", "d broke"])
    before = journal.stamp()
    again = journal.retry(run.id)
    assert (again.state, again.step, again.attempt, again.errors, again.ended) == ("pending", 2, 1, (), None)
    assert journal.stamp() > before
    record = journal.item_record("r", "VX-1")
    assert (record.state, record.times, record.errors) == ("processing", 0, ())
    assert record.run == run.id
    assert journal.retry(run.id) is journal.retry(99) is None
    [taken] = take(journal)
    assert (taken.id, taken.step) == (run.id, 2)
    assert journal.steps(run.id) == steps
    journal.record(taken, [], state="finished")
    assert journal.retry(run.id) is None
    assert journal.item_record("r", "VX-1").times == 1


def test_trying_an_older_run_again(journal: Journal, new: New, take: Take) -> None:
    first = journal.start(new())
    journal.cancel(first.id)
    second = journal.start(new())
    journal.cancel(second.id)
    journal.retry(first.id)
    assert journal.item_record("r", "VX-1").run == first.id, "this one has the item"


def test_trying_again_behind_another(journal: Journal, new: New, take: Take) -> None:
    first = journal.start(new())
    journal.cancel(first.id)
    second = journal.start(new())
    journal.clear("r")
    assert journal.retry(first.id).state == "pending"
    [run] = take(journal)
    assert run.id == second.id
    journal.record(run, [], state="finished")
    assert journal.item_record("r", "VX-1").state == "processing"
    assert [run.id for run in take(journal)] == [first.id]


def test_trying_again_what_was_forgotten(journal: Journal, new: New, take: Take) -> None:
    about_none = journal.start(new(None))
    run = journal.start(new())
    journal.cancel(run.id)
    journal.cancel(about_none.id)
    journal.clear("r")
    assert journal.retry(run.id).cancel is False
    assert journal.retry(about_none.id).state == "pending"
    record = journal.item_record("r", "VX-1")
    assert (record.state, record.times, record.run) == ("processing", 0, run.id)
    assert len(take(journal)) == 2


def test_finding_runs(journal: Journal, new: New, take: Take) -> None:
    for rule in "rs":
        for number in range(3):
            journal.start(new(f"VX-{number}", rule=rule))
    everything = [run.id for run in journal.runs()]
    assert everything == sorted(everything, reverse=True)
    assert len(everything) == 6
    take(journal, number=1)
    assert {run.rule for run in journal.runs(rule="s")} == {"s"}
    assert len(journal.runs(item="VX-1")) == 2
    assert len(journal.runs(rule="r", item="VX-1")) == 1
    assert [run.id for run in journal.runs(state="running")] == [everything[-1]]
    assert [run.id for run in journal.runs(before=everything[2], number=2)] == everything[3:5]


def test_a_summary(journal: Journal, new: New, take: Take, clock: Any) -> None:
    assert journal.summary("r") == Summary()
    journal.deploy("r", "text")
    assert journal.summaries() == {"r": Summary()}
    begin = clock.now()
    for number, state in enumerate(["failed", "finished", "failed", "cancelled", "failed"]):
        journal.start(new(f"VX-{number}", swept=number < 2))
        [run] = take(journal)
        clock.advance(2)
        journal.record(run, [], state=state)
    assert journal.budget("r", "VX-1", begin) == 1
    assert journal.budget("r", "VX-1", clock.now()) == 0
    since = clock.now()
    journal.start(new("VX-9"))
    take(journal)
    later = since + timedelta(seconds=50)
    journal.start_many([new("VX-7", wake=later), new("VX-7", rule="other"), new("VX-8", trigger="job")])
    journal.start(new("VX-8", trigger="job"))
    summary = journal.summary("r", since=since)
    assert summary == Summary(
        handled=1,
        processing=3,
        failed=4,
        pending=3,
        running=1,
        last_handled=since,
        last_duration=2.0,
        failures=2,
        last_failure=since,
        swept=2,
        oldest_pending=since,
        started_since=1,
    )
    health = journal.health("r", since=begin)
    assert (health.failures, health.last_failure, health.started_since, health.running) == (2, since, 6, 1)
    clock.advance(60)
    for run in journal.runs(item="VX-8"):
        journal.cancel(run.id)
    assert journal.summary("r").oldest_pending == later
    [run] = take(journal, number=1, rules={"r"})
    journal.record(run, [], state="finished")
    assert journal.health("r").last_failure is None
    assert journal.summary("r").failures == 0
    assert journal.summary("r").oldest_pending is None


def test_forgetting_what_is_old(journal: Journal, new: New, take: Take, clock: Any) -> None:
    journal.deploy("r", "one")
    journal.deploy("r", "two")
    journal.start_many([new(f"VX-{number}", identity="e", revision=1) for number in range(4)])
    *old, young = take(journal, number=3)
    for run in old:
        journal.record(run, [Step(1, "a", "done")], state="finished")
    clock.advance(100)
    journal.record(young, [Step(1, "a", "done")], state="finished")
    keep = {"keep_runs": 50, "keep_events": 50, "keep_decisions": 50}
    assert journal.prune(**keep, number=1) == 1
    assert journal.prune(**keep) == 1 + 4, "a run and the identities"
    assert [run.state for run in journal.runs()] == ["pending", "finished"]
    assert journal.steps(old[0].id) == []
    assert len(journal.steps(young.id)) == 1
    assert journal.prune(**keep) == 0
    assert journal.start(new("VX-0", once=True)) == "handled"
    assert isinstance(journal.start(new("VX-1", identity="e")), Run)
    assert [number for number, _ in journal.revisions("r")] == [2, 1], "runs took both"
    clock.advance(100)
    for run in take(journal):
        journal.record(run, [], state="finished")
    clock.advance(100)
    journal.prune(**keep)
    assert journal.revision_text("r", 1) is None
    assert journal.revision_text("r", 2) == "two"
    assert journal.deployment("r").revision == 2


def test_items_that_have_not_matched_for_long_are_forgotten(
    journal: Journal, new: New, take: Take, clock: Any
) -> None:
    journal.deploy("r", "text")
    journal.start_many([new(f"VX-{number}") for number in range(3)])
    for run in take(journal):
        journal.record(run, [], state="finished")
    journal.unmatch("r", ["VX-0"])
    clock.advance(60)
    journal.unmatch("r", ["VX-1"])
    keep = {"keep_runs": 50, "keep_events": 50, "keep_decisions": 50}
    assert journal.prune(**keep) == 3 + 1, "the runs and an item"
    states = [(record.item, record.state) for record in journal.items("r")]
    assert states == [("VX-1", "unmatched"), ("VX-2", "handled")]


def test_the_items_of_a_deleted_rule_are_forgotten_after_its_runs(
    journal: Journal, new: New, take: Take, clock: Any
) -> None:
    for rule in "rs":
        journal.deploy(rule, "text")
        journal.start_many([new(f"VX-{number}", rule=rule) for number in range(3)])
    last, *others = take(journal)
    for run in others:
        journal.record(run, [], state="finished")
    clock.advance(60)
    journal.change_deployment("r", deleted=True)
    clock.advance(60)
    keep = {"keep_runs": 50, "keep_events": 50, "keep_decisions": 50}
    journal.prune(**keep)
    assert len(journal.items("r")) == 3, "one of its runs has not ended"
    journal.record(last, [], state="finished")
    clock.advance(60)
    assert journal.prune(**keep, number=3) == 3, "the run and two items"
    assert journal.prune(**keep) == 1
    assert journal.prune(**keep) == 0
    assert journal.items("r") == []
    assert journal.deployment("r").deleted
    assert journal.revision_text("r", 1) == "text"
    assert len(journal.items("s")) == 3


def test_the_items_of_a_rule_that_was_just_deleted_are_not_forgotten(
    journal: Journal, new: New, take: Take, clock: Any
) -> None:
    journal.deploy("r", "text")
    journal.start(new())
    [run] = take(journal)
    journal.record(run, [], state="finished")
    clock.advance(1000)
    journal.change_deployment("r", deleted=True)
    clock.advance(40)
    assert journal.prune(keep_runs=50, keep_events=50, keep_decisions=50) == 1, "the run"
    assert [record.state for record in journal.items("r")] == ["handled"]


@pytest.mark.postgresql
def test_a_run_that_is_being_tried_again_is_not_forgotten(server_site: Any, new: New, take: Take) -> None:
    journal = server_site.owner("me")
    journal.start(new())
    [run] = take(journal)
    journal.record(run, [Step(1, "a", "done")], state="failed")
    server_site.clock.advance(100)
    engine = server_site.engine()
    again = sqlalchemy.text("UPDATE rules_runs SET state = 'pending', queue = 1, ended = NULL")
    with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
        connection.execute(again)
        pruning = pool.submit(journal.prune, keep_runs=50, keep_events=50, keep_decisions=50)
        server_site.until(lambda: pruning.done() or server_site.others("wait_event_type = 'Lock'"))
        connection.commit()  # what waits for our row goes on
        pruning.result()
    engine.dispose()
    assert journal.run(run.id).state == "pending"
    assert len(journal.steps(run.id)) == 1


@pytest.mark.parametrize("text", ["50% of ?", "'; --", "ä𝄞"])
def test_texts_are_no_statements(journal: Journal, new: New, take: Take, text: str) -> None:
    run = journal.start(new(text, rule=text))
    [taken] = take(journal, text)
    assert (taken.item, taken.rule, taken.owner) == (text, text, text)
    journal.record(
        taken, [Step(1, text, "waiting", text, (text,), {text: text})], state="waiting", jobs=[text]
    )
    assert journal.wake([text]) == 1
    assert journal.steps(run.id)[0].memo == {text: text}
    assert journal.item_states(text, [text]) == {text: "processing"}
