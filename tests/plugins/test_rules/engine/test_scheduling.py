"""Whatever happens, limits and priority hold, nothing that could run waits, and every run comes to an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import flowhost
from flowhost_plugins.rules.records import ENDED, Run

TOTAL = 3
RULES = {"Low": (0, 50), "Middle": (3, 2), "High": (7, 1)}
"""Name → priority and limit."""

Outcome = flowhost.Outcome
ITEMS = st.sampled_from(["VX-1", "VX-2", "VX-3"])
NAMES = st.sampled_from(sorted(RULES))


class Scheduling(RuleBasedStateMachine):
    """An engine, whose tasks are worked on one at a time, in any order.

    Args:
        make_site: makes the engine.
    """

    def __init__(self, make_site: Callable[[], Any]) -> None:
        super().__init__()
        self.site = make_site()
        self.revisions = Counter[str]()
        self.suspended: set[str] = set()
        self.jobs = 0
        self.before: set[int] = set()  # runs under way after the last step
        self.next_outcome: Callable[[flowhost.Context], Outcome] = lambda context: Outcome.done()
        self.site.stage.on("one", lambda context: self.next_outcome(context))
        self.site.options = {"maximum_total_concurrency": TOTAL}
        for name in RULES:
            self.write(name)
        self.site.open()

    def write(self, name: str) -> None:
        priority, limit = RULES[name]
        self.revisions[name] += 1
        self.site.rule(
            f"priority: {priority}\nmax-concurrency: {limit}\nbreaker: {{failures: 0}}\n"
            f"retry: {{attempts: 2, delay: 5 s}}\n"
            f"description: {self.revisions[name]}\nactions: [do: {{text: one}}, do: {{text: one}}]",
            name=name,
            trigger=f"{{source: {{type: {name}}}}}",
        )

    def runs(self, *states: str) -> list[Run]:
        found = self.site.journal.runs(number=10_000)
        return [run for run in found if not states or run.state in states]

    # what happens

    @rule(name=NAMES, item=ITEMS)
    def happen(self, name: str, item: str) -> None:
        self.site.happen(item, type=name)

    def work(self, data: st.DataObject, outcome: Callable[[flowhost.Context], Outcome]) -> None:
        self.next_outcome = outcome
        self.site.executor.work_on(data.draw(st.sampled_from(sorted(self.site.executor.tasks))))

    @precondition(lambda self: self.site.executor.tasks)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        self.work(data, lambda context: Outcome.done())

    @precondition(lambda self: self.site.executor.tasks)
    @rule(data=st.data(), permanent=st.booleans())
    def fail(self, data: st.DataObject, permanent: bool) -> None:
        def act(context: flowhost.Context) -> Outcome:
            raise (flowhost.Permanent if permanent else flowhost.Unavailable)("no")

        self.work(data, act)

    @precondition(lambda self: self.site.executor.tasks)
    @rule(data=st.data())
    def start_job(self, data: st.DataObject) -> None:
        def act(context: flowhost.Context) -> Outcome:
            self.jobs += 1
            job = f"J-{self.jobs}"
            self.site.assets.jobs[job] = flowhost.AssetJob(job, "STARTED")
            return Outcome.waiting([job])

        self.work(data, act)

    @precondition(lambda self: self.runs("waiting"))
    @rule(data=st.data(), well=st.booleans())
    def end_job(self, data: st.DataObject, well: bool) -> None:
        run = data.draw(st.sampled_from(self.runs("waiting")))
        for job in run.jobs:
            self.site.assets.jobs[job] = flowhost.AssetJob(job, "FINISHED" if well else "FAILED_TOTAL")
        self.site.engine.event(flowhost.Event("job_stop", {"jobId": run.jobs[0]}))

    @rule(seconds=st.sampled_from([1, 7, 40]))
    def elapse(self, seconds: int) -> None:
        self.site.settle()
        self.site.elapse(seconds)

    @precondition(lambda self: self.runs())
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.site.journal.cancel(data.draw(st.sampled_from(self.runs())).id)
        self.be_noticed()

    @precondition(lambda self: self.runs("failed", "cancelled"))
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        self.site.journal.retry(data.draw(st.sampled_from(self.runs("failed", "cancelled"))).id)
        self.be_noticed()

    @rule(name=NAMES)
    def clear(self, name: str) -> None:
        self.site.journal.clear(name)

    @rule(name=NAMES, suspended=st.booleans())
    def suspend(self, name: str, suspended: bool) -> None:
        self.site.journal.change_deployment(name, suspended=suspended)
        (self.suspended.add if suspended else self.suspended.discard)(name)
        self.be_noticed()

    @rule(name=NAMES)
    def reload(self, name: str) -> None:
        self.write(name)
        self.site.engine.reload()

    @rule(crash=st.booleans())
    def start_again(self, crash: bool) -> None:
        """The daemon ends, and hands back what it has; or it cannot write that down."""
        self.site.settle()
        self.site.journal.down = crash
        self.site.close()
        self.site.executor.tasks.clear()
        self.site.open()

    def be_noticed(self) -> None:
        """What commands write into the journal is noticed within a second."""
        self.site.settle()
        self.site.elapse(1)

    # what must be so

    @invariant()
    def limits_and_priority_hold(self) -> None:
        self.site.settle()
        runs = self.runs()
        under_way = [run for run in runs if run.state in ("running", "waiting")]
        by_rule = Counter(run.rule for run in under_way)
        assert len(under_way) <= TOTAL
        assert all(by_rule[name] <= limit for name, (_, limit) in RULES.items())
        assert max(Counter((run.rule, run.item) for run in under_way).values(), default=0) <= 1
        assert {f"{run.id}/{run.token}" for run in runs if run.state == "running"} == set(
            self.site.executor.tasks
        )
        startable = [run for run in runs if self.may_start(run, by_rule, runs)]
        if len(under_way) < TOTAL:
            assert startable == [], "there is room, so nothing waits"
        for late in (run for run in under_way if run.id not in self.before and run.token == 1):
            for run in startable:
                assert _urgency(late) > _urgency(run), f"{late} began before {run}"
        self.before = {run.id for run in under_way}

    def may_start(self, run: Run, by_rule: Counter[str], runs: list[Run]) -> bool:
        """Whether nothing but the total limit stands against a pending run, and no other of its rule and item."""
        return (
            run.state == "pending"
            and (run.wake is None or run.wake <= self.site.clock.now())
            and run.rule not in self.suspended
            and by_rule[run.rule] < RULES[run.rule][1]
            and [run.id]
            == [
                one.id
                for one in runs
                if (one.rule, one.item, one.state in ENDED) == (run.rule, run.item, False)
            ]
        )

    def teardown(self) -> None:
        try:
            for name in RULES:
                self.site.journal.change_deployment(name, suspended=False)
            self.finish()
            assert [run for run in self.runs() if run.state not in ENDED] == []
            for name in RULES:
                summary = self.site.journal.summary(name)
                assert (summary.pending, summary.running, summary.processing) == (0, 0, 0)
        finally:
            self.site.close()

    def finish(self) -> None:
        """Let everything come to its end."""
        self.next_outcome = lambda context: Outcome.done()
        for _ in range(500):
            self.site.settle()
            for job in self.site.assets.jobs:
                self.site.assets.jobs[job] = flowhost.AssetJob(job, "FINISHED")
            if not any(run.state not in ENDED for run in self.runs()):
                return
            while self.site.executor.tasks:
                self.site.executor.work_on(self.site.executor.tasks[0])
                self.site.settle()
            self.site.elapse(1)


def _urgency(run: Run) -> tuple[int, int]:
    return run.priority, -run.id


@pytest.mark.slow
def test_the_scheduler_holds_limits_and_priority_whatever_happens(make_site: Callable[[], Any]) -> None:
    run_state_machine_as_test(
        lambda: Scheduling(make_site),
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # to shrink a failure would take minutes
        ),
    )
