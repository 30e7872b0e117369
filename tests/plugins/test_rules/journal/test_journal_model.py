"""The journal against a model of it: whatever happens in whatever order, both say the same."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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

from flowhost_plugins.rules.journal import schema
from flowhost_plugins.rules.records import Cause, NewRun, Run, Step

RULES = st.sampled_from(["r", "s"])
ITEMS = st.sampled_from(["VX-1", "VX-2", None])
WHO = st.integers(0, 1)
ENDS = ("finished", "failed", "cancelled")
_names = itertools.count()

Line = tuple[str, str]


@dataclass
class Kept:
    """A run, as the model knows it."""

    rule: str
    item: str | None
    priority: int
    created: datetime
    wake: datetime | None
    state: str = "pending"
    owner: str = ""
    token: int = 0
    attempt: int = 1
    step: int = 1
    steps: dict[int, str] = field(default_factory=dict)
    cancel: bool = False
    jobs: tuple[str, ...] = ()
    ended: datetime | None = None
    errors: tuple[str, ...] = ()

    @property
    def lives(self) -> bool:
        return self.state not in ENDS

    @property
    def waits(self) -> bool:
        return self.steps.get(self.step) == "waiting"

    @property
    def is_under_way(self) -> bool:
        return self.state in ("running", "waiting")


@dataclass
class Row:
    """An item, as the model knows it."""

    state: str
    run: int
    times: int = 0
    errors: tuple[str, ...] = ()


@dataclass
class Model:
    """What the journal should say; it thinks in lines of runs, one for each rule and item."""

    runs: dict[int, Kept] = field(default_factory=dict)
    items: dict[Line, Row] = field(default_factory=dict)
    seen: set[tuple[str, str | None, str]] = field(default_factory=set)
    lines: dict[Line, list[int]] = field(default_factory=dict)  # the first may run, the others wait behind it

    def has_turn(self, number: int) -> bool:
        run = self.runs[number]
        return run.item is None or self.lines[run.rule, run.item][0] == number

    def join(self, number: int) -> None:
        run = self.runs[number]
        if run.item is not None:
            line = self.lines.setdefault((run.rule, run.item), [])
            line.append(number)
            line[1:] = sorted(line[1:])

    def end(self, number: int, state: str, now: datetime, errors: tuple[str, ...]) -> None:
        run = self.runs[number]
        had_turn = self.has_turn(number)
        run.state, run.ended, run.owner, run.errors = state, now, "", errors
        if run.item is None:
            return
        line, row = self.lines[run.rule, run.item], self.items[run.rule, run.item]
        line.remove(number)
        row.times += 1
        if line and had_turn:
            row.errors = ()
        if not line:
            row.state, row.errors = ("handled" if state == "finished" else "failed"), errors


class Machine(RuleBasedStateMachine):
    """Two engines; each may die and be followed, and on a server its lease may be over unnoticed."""

    site: Any

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.names = ["", ""]
        self.journals = [self.site.open(synchronous="normal") for _ in range(2)]
        for table in schema.metadata.tables:
            self.site.execute(f"DELETE FROM {table}")
        self.alive: set[str] = set()
        for who in range(2):
            self.enlist(who)
        self.claimed: list[Run] = []

    @property
    def now(self) -> datetime:
        moment: datetime = self.site.clock.now()
        return moment

    def enlist(self, who: int) -> None:
        self.names[who] = f"engine {next(_names)}"
        self.journals[who].enlist(self.names[who])
        self.alive.add(self.names[who])

    def some_run(self, data: st.DataObject) -> int:
        number: int = data.draw(st.sampled_from(sorted(self.model.runs)))
        return number

    @rule(who=WHO, name=RULES, priority=st.integers(-1, 1), identity=st.sampled_from(["", "e"]))
    def start_much(self, who: int, name: str, priority: int, identity: str) -> None:
        """Many ways lead to many runs; this one is short."""
        for item in ("VX-1", "VX-1", "VX-2", None):
            self.start(who, name, item, "job", False, identity if item == "VX-2" else "", priority, None)

    @rule(who=WHO)
    def claim_much(self, who: int) -> None:
        self.claim(who, 4, 5, None, None)

    @rule(
        who=WHO,
        name=RULES,
        item=ITEMS,
        trigger=st.sampled_from(["saved-search", "job"]),
        once=st.booleans(),
        identity=st.sampled_from(["", "", "e", "f"]),
        priority=st.integers(-1, 1),
        delay=st.sampled_from([None, 0, 5]),
    )
    def start(
        self,
        who: int,
        name: str,
        item: str | None,
        trigger: str,
        once: bool,
        identity: str,
        priority: int,
        delay: int | None,
    ) -> None:
        wake = None if delay is None else self.now + timedelta(seconds=delay)
        new = NewRun(name, 1, item, Cause(trigger), priority, wake, identity=identity, once=once)
        answer = self.journals[who].start(new)
        row = self.model.items.get((name, item or "")) if item else None
        if identity and (name, item, identity) in self.model.seen:
            assert answer == "duplicate"
        elif once and row and row.state in ("handled", "failed"):
            assert answer == "handled"
        elif row and row.state == "processing" and (once or trigger != "job"):
            assert answer == "processing"
        else:
            assert isinstance(answer, Run)
            self.keep(answer, identity)

    def keep(self, run: Run, identity: str) -> None:
        self.model.runs[run.id] = Kept(run.rule, run.item, run.priority, self.now, run.wake)
        self.model.join(run.id)
        if identity:
            self.model.seen.add((run.rule, run.item, identity))
        if run.item:
            row = self.model.items.setdefault((run.rule, run.item), Row("processing", run.id))
            row.state, row.run, row.errors = "processing", run.id, ()

    @rule(
        who=WHO,
        number=st.integers(1, 4),
        total=st.integers(0, 5),
        limit=st.sampled_from([None, 0, 1, 2]),
        only=st.sampled_from([None, {"r"}, {"s"}, {"r", "s"}]),
    )
    def claim(self, who: int, number: int, total: int, limit: int | None, only: set[str] | None) -> None:
        limits = {} if limit is None else {"r": limit}
        expected = self.claimable(self.names[who], number, total, limits, only)
        got = self.journals[who].claim(
            self.names[who], number=number, total=total, per_rule=limits, rules=only
        )
        assert [run.id for run in got] == expected
        for run in got:
            kept = self.model.runs[run.id]
            if kept.state == "running" and not kept.waits:
                kept.attempt += 1
            kept.state, kept.owner, kept.token = "running", self.names[who], kept.token + 1
            assert (run.owner, run.token, run.attempt) == (kept.owner, kept.token, kept.attempt)
            assert (run.step, run.jobs, run.cancel, run.priority) == (
                *(kept.step, kept.jobs, kept.cancel, kept.priority),
            )
        self.claimed += got

    def claimable(
        self, owner: str, number: int, total: int, limits: dict[str, int], only: set[str] | None
    ) -> list[int]:
        def order(key: int) -> tuple[int, int]:
            return (-self.model.runs[key].priority, key)

        free = self.alive - {owner}
        runs = self.model.runs
        is_due = {key: not run.wake or run.wake <= self.now for key, run in runs.items()}
        going = [
            key
            for key, run in runs.items()
            if (run.state == "waiting" and run.wake and is_due[key])
            or (run.state == "running" and run.owner not in free | {owner})
        ]
        active = Counter(run.rule for run in runs.values() if run.is_under_way)
        starting: list[int] = []
        for key in sorted(runs, key=order):
            run = runs[key]
            may = run.state == "pending" and is_due[key] and self.model.has_turn(key)
            allowed = only is None or run.rule in only
            room = active.total() < total and active[run.rule] < limits.get(run.rule, 99)
            if may and allowed and room and len(starting) < number:
                starting.append(key)
                active[run.rule] += 1
        return sorted([*going, *starting], key=order)[:number]

    @precondition(lambda self: self.claimed)
    @rule(data=st.data(), state=st.sampled_from(ENDS))
    def end(self, data: st.DataObject, state: str) -> None:
        """The newest claim is seldom stale."""
        run = self.claimed[-1] if data.draw(st.booleans()) else data.draw(st.sampled_from(self.claimed))
        self.record_of(run, state, None, ())

    @precondition(lambda self: self.claimed)
    @rule(
        data=st.data(),
        state=st.sampled_from(["running", "waiting", "pending"]),
        delay=st.sampled_from([None, 0, 5]),
        job=st.sampled_from([(), ("J-1",), ("J-1", "J-2")]),
    )
    def record(self, data: st.DataObject, state: Any, delay: int | None, job: tuple[str, ...]) -> None:
        self.record_of(data.draw(st.sampled_from(self.claimed)), state, delay, job)

    def record_of(self, run: Run, state: Any, delay: int | None, job: tuple[str, ...]) -> None:
        kept = self.model.runs[run.id]
        ours = kept.state == "running" and kept.token == run.token
        wake = None if delay is None or state in ENDS else self.now + timedelta(seconds=delay)
        errors = ("broke",) if state != "finished" else ()
        jobs = job if state == "waiting" else ()
        number = run.step + (state == "running")
        step = Step(number, "a", "waiting" if state == "waiting" else "done", jobs=jobs)
        journal = self.journals[[*self.names].index(run.owner) if run.owner in self.names else 0]
        assert (
            journal.record(run, [step], state=state, step=number, wake=wake, jobs=jobs, errors=errors) is ours
        )
        if not ours:
            return
        kept.step, kept.attempt, kept.wake, kept.jobs, kept.errors = number, 1, wake, jobs, errors
        kept.steps[number] = step.state
        if state in ENDS:
            self.model.end(run.id, state, self.now, errors)
        elif state == "pending" and kept.cancel:
            self.model.end(run.id, "cancelled", self.now, (*errors, "cancelled"))
        else:
            kept.state = state
            kept.owner = run.owner if state == "running" else ""
            kept.wake = self.now if state == "waiting" and kept.cancel else wake

    @rule(who=WHO, job=st.sampled_from(["J-1", "J-2"]))
    def wake(self, who: int, job: str) -> None:
        waiting = [run for run in self.model.runs.values() if run.state == "waiting" and job in run.jobs]
        assert self.journals[who].wake([job]) == len(waiting)
        for run in waiting:
            run.wake = self.now

    @precondition(lambda self: self.model.runs)
    @rule(who=WHO, data=st.data())
    def cancel(self, who: int, data: st.DataObject) -> None:
        number = self.some_run(data)
        run = self.model.runs[number]
        answer = self.journals[who].cancel(number)
        if run.state == "pending":
            last = "cancelled" if run.token else "cancelled before it started"
            run.cancel = True
            self.model.end(number, "cancelled", self.now, (*run.errors, last))
        elif run.lives:
            run.cancel = True
            run.wake = self.now if run.state == "waiting" else run.wake
        assert answer == run.state

    @precondition(lambda self: self.model.runs)
    @rule(who=WHO, data=st.data())
    def retry(self, who: int, data: st.DataObject) -> None:
        number = self.some_run(data)
        run = self.model.runs[number]
        answer = self.journals[who].retry(number)
        assert (answer is not None) is (run.state in ("failed", "cancelled"))
        if answer is None:
            return
        run.state, run.wake, run.jobs, run.errors = "pending", None, (), ()
        run.attempt, run.cancel, run.ended = 1, False, None
        assert (answer.step, answer.state) == (run.step, "pending")
        self.model.join(number)
        if run.item:
            row = self.model.items.setdefault((run.rule, run.item), Row("processing", number, times=1))
            row.state, row.run, row.errors, row.times = "processing", number, (), row.times - 1

    @rule(who=WHO, name=RULES, item=ITEMS, some=st.lists(st.sampled_from(["VX-1", "VX-2", "VX-3"])))
    def forget(self, who: int, name: str, item: str | None, some: list[str]) -> None:
        if some:
            self.unmatch(who, name, some)
        else:
            self.clear(who, name, item)

    def clear(self, who: int, name: str, item: str | None) -> None:
        over = {
            key
            for key, row in self.model.items.items()
            if key[0] == name and row.state != "processing" and item in (None, key[1])
        }
        assert self.journals[who].clear(name, item) == len(over)
        for key in over:
            del self.model.items[key]
        self.model.seen = {
            (of, about, identity)
            for of, about, identity in self.model.seen
            if (of, about) not in over and not (of == name and item is None and about is None)
        }

    def unmatch(self, who: int, name: str, some: list[str]) -> None:
        met = [
            row
            for (of, item), row in self.model.items.items()
            if of == name and item in some and row.state in ("handled", "failed")
        ]
        assert self.journals[who].unmatch(name, some) == len(met)
        for row in met:
            row.state = "unmatched"

    @rule(who=WHO, how=st.sampled_from(["die", "leave", "stall", "beat"]))
    def come_and_go(self, who: int, how: str) -> None:
        name, journal = self.names[who], self.journals[who]
        if how == "beat":
            journal.beat(name)
            self.alive.add(name)
        elif how == "stall":
            if self.site.is_server:
                self.site.expire(name)
                self.alive.discard(name)
        elif how == "leave":
            journal.leave(name)
            self.alive.discard(name)
            self.enlist(who)
        else:
            self.site.kill(journal, name)
            self.alive.discard(name)
            self.journals[who] = self.site.open(synchronous="normal")
            self.enlist(who)

    @rule(seconds=st.integers(1, 10))
    def pass_time(self, seconds: int) -> None:
        self.site.clock.advance(seconds)

    @invariant()
    def runs_agree(self) -> None:
        found = {run.id: run for run in self.journals[0].runs(number=1000)}
        assert {number: run.state for number, run in found.items()} == {
            number: run.state for number, run in self.model.runs.items()
        }
        under_way = [
            (run.rule, run.item) for run in found.values() if run.item and run.state in ("running", "waiting")
        ]
        assert len(under_way) == len(set(under_way))

    @invariant()
    def items_agree(self) -> None:
        found = {
            (record.rule, record.item): Row(record.state, record.run, record.times, record.errors)
            for name in ("r", "s")
            for record in self.journals[1].items(name)
        }
        assert found == self.model.items

    @invariant()
    def counts_agree(self) -> None:
        for name in ("r", "s"):
            summary = self.journals[0].summary(name)
            runs = {key: run for key, run in self.model.runs.items() if run.rule == name}
            states = Counter(row.state for (of, _), row in self.model.items.items() if of == name)
            assert (summary.handled, summary.processing, summary.failed) == (
                *(states["handled"], states["processing"], states["failed"]),
            )
            assert summary.pending == sum(run.state == "pending" for run in runs.values())
            assert summary.running == sum(run.is_under_way for run in runs.values())
            assert summary.failures == failures_in_a_row(runs)
            may_start = [
                max(run.created, run.wake or run.created)
                for key, run in sorted(runs.items())
                if run.state == "pending"
                and self.model.has_turn(key)
                and (not run.wake or run.wake <= self.now)
            ]
            assert summary.oldest_pending == (may_start[0] if may_start else None)

    def teardown(self) -> None:
        for journal in self.journals:
            journal.close()


def failures_in_a_row(runs: dict[int, Kept]) -> int:
    ended = sorted(
        (run.ended, key, run.state) for key, run in runs.items() if run.state in ("finished", "failed")
    )
    states = [state for _, _, state in reversed(ended)]
    return len(list(itertools.takewhile(lambda state: state == "failed", states)))


@pytest.mark.slow
def test_the_journal_does_what_its_model_does(site: Any) -> None:
    machine = type("SiteMachine", (Machine,), {"site": site})
    options = settings(
        max_examples=15 if site.is_server else 80,
        stateful_step_count=40,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure on disk takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(machine, settings=options)
