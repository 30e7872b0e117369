"""Who gets which runs, in which order, within which limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import NewRun, Run, Step

New = Callable[..., NewRun]
Take = Callable[..., list[Run]]


def ids(runs: list[Run]) -> list[int]:
    return [run.id for run in runs]


def test_priority_then_age(journal: Journal, new: New, take: Take) -> None:
    numbers = {
        name: journal.start(new(name, rule=rule, priority=priority)).id
        for name, rule, priority in [
            ("a", "r", 1),
            ("b", "s", 5),
            ("c", "r", 5),
            ("d", "t", -1),
            ("e", "s", 1),
        ]
    }
    assert ids(take(journal, number=2)) == [numbers["b"], numbers["c"]]
    assert ids(take(journal)) == [numbers["a"], numbers["e"], numbers["d"]]


def test_what_a_claim_changes(journal: Journal, new: New, take: Take, clock: Any) -> None:
    journal.start(new())
    created = clock.now()
    clock.advance(3)
    [run] = take(journal)
    assert (run.state, run.owner, run.token, run.attempt) == ("running", "me", 1, 1)
    assert (run.created, run.started) == (created, clock.now())
    assert journal.run(run.id) == run
    clock.advance(3)
    journal.record(run, [], state="pending", attempt=2)
    [again] = take(journal)
    assert (again.token, again.attempt, again.started) == (2, 2, run.started)


def test_limits(journal: Journal, new: New, take: Take) -> None:
    journal.start_many([new(f"VX-{number}", rule=rule) for rule in "rs" for number in range(5)])
    assert take(journal, total=0) == []
    assert len(take(journal, total=3, per_rule={"r": 1})) == 3
    assert journal.summary("r").running == 1
    assert take(journal, total=3) == []
    assert len(take(journal, total=5, per_rule={"r": 1, "s": 3})) == 1
    [run] = journal.runs(rule="r", state="running")
    journal.record(run, [], state="waiting")
    assert take(journal, per_rule={"r": 1, "s": 3}) == [], "one that waits counts, too"
    assert len(take(journal, number=1)) == 1
    assert take(journal, number=0) == []
    assert {run.rule for run in take(journal, rules={"r"})} == {"r"}
    assert take(journal, rules=()) == []
    assert len(take(journal)) == 2


def test_a_moment_to_come(journal: Journal, new: New, take: Take, clock: Any) -> None:
    journal.start(new(wake=clock.now() + timedelta(seconds=10)))
    clock.advance(9.999)
    assert take(journal) == []
    clock.advance(0.001)
    [run] = take(journal)
    journal.record(run, [], state="pending", wake=clock.now() + timedelta(seconds=1), attempt=2)
    assert take(journal) == []
    clock.advance(1)
    [run] = take(journal)
    journal.record(run, [], state="waiting", wake=clock.now() + timedelta(seconds=1))
    assert take(journal) == []
    clock.advance(1)
    [run] = take(journal, total=0, rules=())
    assert run.token == 3


def test_jobs(journal: Journal, new: New, take: Take) -> None:
    journal.start(new())
    [run] = take(journal)
    step = Step(1, "transcode", "waiting", jobs=("J-1", "J-2"), memo={"of": ["VX-1"]})
    assert journal.record(run, [step], state="waiting", jobs=step.jobs)
    assert journal.run(run.id).jobs == step.jobs
    assert journal.steps(run.id) == [step]
    assert journal.wake(["J-3"]) == journal.wake([]) == 0
    assert take(journal) == []
    assert journal.wake(["J-0", "J-2"]) == 1
    [again] = take(journal)
    assert (again.jobs, again.token, again.attempt) == (step.jobs, 2, 1)
    assert journal.wake(["J-1"]) == 0, "it does not wait any more"


def test_one_run_that_waits_for_two_jobs_is_one(journal: Journal, new: New, take: Take) -> None:
    journal.start(new())
    [run] = take(journal)
    journal.record(run, [], state="waiting", jobs=["J-1", "J-2"])
    assert journal.wake(["J-1", "J-2", "J-1"]) == 1


@pytest.mark.postgresql
def test_waking_the_same_runs_by_different_jobs_at_once(server_site: Any, new: New, take: Take) -> None:
    from concurrent.futures import ThreadPoolExecutor

    journal = server_site.owner("me")
    journal.start_many([new(f"VX-{number}") for number in range(40)])
    runs = take(journal)
    for number, run in enumerate(runs):
        journal.record(run, [], state="waiting", jobs=[f"J-{number}", f"K-{-number % 40}"])
    jobs = [f"J-{number}" for number in range(40)]
    others = [f"K-{number}" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        some = [jobs, others, jobs[::-1], others[::-1]] * 10
        assert list(pool.map(journal.wake, some)) == [40] * 40


def test_waking_one(journal: Journal, new: New, take: Take, clock: Any) -> None:
    run = journal.start(new(wake=clock.now() + timedelta(days=1)))
    before = journal.stamp()
    assert journal.wake_run(run.id)
    assert journal.stamp() > before
    [taken] = take(journal)
    assert not journal.wake_run(run.id)
    journal.record(taken, [], state="waiting")
    assert journal.wake_run(run.id)
    assert ids(take(journal)) == [run.id]
    assert not journal.wake_run(99)


def test_a_dead_owner_s_runs_pass_to_the_next(site: Any, new: New, take: Take) -> None:
    dead, living = site.owner("dead"), site.owner("living")
    dead.start_many([new(f"VX-{number}") for number in range(3)])
    acting, between, waiting = take(dead, "dead")
    dead.record(acting, [Step(1, "a", "started")], state="running")
    dead.record(waiting, [Step(1, "a", "waiting", jobs=("J",))], state="waiting", jobs=["J"])
    dead.wake(["J"])
    assert ids(take(dead, "dead")) == [waiting.id]
    assert take(living, "living") == []
    site.kill(dead, "dead")
    living.beat("living")
    taken = take(living, "living", total=0, rules=())
    assert [(run.id, run.attempt, run.token) for run in taken] == [
        (acting.id, 2, 2),
        (between.id, 2, 2),
        (waiting.id, 1, 3),
    ]
    assert taken[2].jobs == ("J",)
    assert living.owners() == ["living"]


def test_a_late_word_of_a_former_owner_does_not_count(site: Any, new: New, take: Take) -> None:
    dead, living = site.owner("dead"), site.owner("living")
    dead.start(new())
    [old] = take(dead, "dead")
    dead.leave("dead")
    [run] = take(living, "living")
    assert not dead.record(old, [Step(1, "a", "done")], state="finished")
    assert living.steps(run.id) == []
    assert living.run(run.id) == run
    assert living.item_record("r", "VX-1").state == "processing"
    assert living.record(run, [], state="finished")
    assert not living.record(run, [], state="failed"), "it has ended"
    assert living.item_record("r", "VX-1").state == "handled"


def test_what_was_given_back_is_nobody_s(journal: Journal, new: New, take: Take) -> None:
    journal.start(new())
    [run] = take(journal)
    assert journal.record(run, [], state="pending")
    assert not journal.record(run, [], state="finished")
    assert journal.run(run.id).owner == ""


@pytest.mark.postgresql
def test_an_owner_that_stalls_and_comes_back(server_site: Any, new: New, take: Take) -> None:
    stalled, other = server_site.owner("stalled"), server_site.owner("other")
    stalled.start_many([new("VX-1"), new("VX-2")])
    first, second = take(stalled, "stalled")
    server_site.expire("stalled")
    assert other.owners() == ["other"]
    assert stalled.record(first, [], state="finished"), "nobody took it"
    assert take(stalled, "stalled") == [], "what it has it need not claim"
    assert ids(take(other, "other")) == [second.id]
    stalled.beat("stalled")
    assert not stalled.record(second, [], state="finished")
    assert other.owners() == ["other", "stalled"]


def test_the_limits_hold_for_many_threads(site: Any, new: New, take: Take) -> None:
    from concurrent.futures import ThreadPoolExecutor

    journals = [site.owner("a"), site.owner("b")]
    journals[0].start_many([new(f"VX-{number}") for number in range(200)])

    def work(number: int) -> list[int]:
        journal, owner = journals[number % 2], "ab"[number % 2]
        return ids(take(journal, owner, number=3, total=7, per_rule={"r": 7}))

    with ThreadPoolExecutor(8) as pool:
        taken = [number for numbers in pool.map(work, range(24)) for number in numbers]
    assert len(taken) == len(set(taken)) == 7
