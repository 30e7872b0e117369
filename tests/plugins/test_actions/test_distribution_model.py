"""Distribution under crashes, failing copies, storages that fill up and runs at the same time.

Whatever happens: no storage is filled past its high watermark, no shape loses its last whole copy, and once it is
quiet a rule brings every file where it shall be, and then has nothing more to do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from flowhost import LastCopy, Outcome, PathTemplate, Permanent, Retry
from flowhost.testing.clock import FakeClock
from flowhost_plugins.actions import MoveCopyFiles

STORAGES = {"a": "LOCAL", "b": "LOCAL", "c": "SHARED", "x": "EXTERNAL", "t": "ARCHIVE"}

WISHES: tuple[dict[str, Any], ...] = (
    {"storages": 2},
    {"targets": ("b",), "remove_from_others": True},
    {"targets": ("b", "c"), "storages": 2, "remove_from_others": True},
    {"directory": PathTemplate("hires"), "remove_from_others": True},
    {"targets": ("a", "x"), "directory": PathTemplate("hires/${title}"), "remove_from_others": True},
    {"storages": 3, "directory": PathTemplate("")},
)


@dataclass
class Run:
    """A step on its way. `outcome` is None when the process died before it was recorded."""

    action: MoveCopyFiles
    item: str
    name: str
    outcome: Outcome | None = None
    memo: Any = None
    attempt: int = 1


class Machine(RuleBasedStateMachine):
    """The rules engine in a world where everything goes wrong."""

    make_library: Callable[[], Any]
    make_engine: Callable[[Any, FakeClock], Any]
    crash: type[BaseException]

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.library = type(self).make_library()
        self.engine = type(self).make_engine(self.library, self.clock)
        self.runs: list[Run] = []
        self.number = 0
        self.foreign: list[str] = []

    @initialize(watermarks=st.lists(st.integers(200, 600) | st.none(), min_size=5, max_size=5))
    def begin(self, watermarks: list[int | None]) -> None:
        for (name, kind), watermark in zip(STORAGES.items(), watermarks, strict=True):
            self.library.add_storage(name, kind, watermark=watermark)
        self.actions = [
            MoveCopyFiles(formats=("original",), assets=self.library, clock=self.clock, **wish)
            for wish in WISHES
        ]

    def room(self, storage: str) -> float:
        return next(
            float("inf") if one.headroom is None else one.headroom
            for one in self.library.storages()
            if one.id == storage
        )

    # -- the world

    @rule(where=st.sets(st.sampled_from(sorted(STORAGES)), min_size=1), size=st.integers(1, 200))
    def import_clip(self, where: set[str], size: int) -> None:
        ids = [one.id for one in self.library.storages() if one.name in where and self.room(one.id) >= size]
        if len(self.library.items) < 4 and any(self.library.rooms[one].name != "t" for one in ids):
            item = self.library.add_item(title="Ä")
            self.library.add_shape(
                item, *((one, "clip.mxf" if size % 2 else f"{item}/clip.mxf") for one in ids), size=size
            )

    @rule(storage=st.sampled_from(sorted(STORAGES)), share=st.floats(0.1, 1.0))
    def others_fill_a_storage(self, storage: str, share: float) -> None:
        number = next(one.id for one in self.library.storages() if one.name == storage)
        size = int(min(self.room(number), 500) * share)
        if size:
            file = self.library._file(
                number, f"foreign-{len(self.library.files)}-{size}", None, None, size=size
            )
            self.foreign.append(file.id)

    @precondition(lambda self: self.foreign)
    @rule()
    def others_make_room(self) -> None:
        del self.library.files[self.foreign.pop()]

    # -- the engine

    @precondition(lambda self: self.library.items)
    @rule(data=st.data(), crash_in=st.none() | st.integers(1, 3))
    def start(self, data: st.DataObject, crash_in: int | None) -> None:
        self.number += 1
        item = data.draw(st.sampled_from(sorted(self.library.items)))
        run = Run(data.draw(st.sampled_from(self.actions)), item, str(self.number))
        self.runs.append(run)
        self.call(run, crash_in)

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), crash_in=st.none() | st.integers(1, 3))
    def go_on(self, data: st.DataObject, crash_in: int | None) -> None:
        run = data.draw(st.sampled_from(self.runs))
        if run.outcome is None:  # after a crash
            run.attempt += 1
            self.call(run, crash_in)
            return
        jobs = [self.library.job(one) for one in run.outcome.jobs]
        if not all(job.ended for job in jobs):
            return
        if any(job.status != "FINISHED" for job in jobs):
            self.runs.remove(run)
            return
        if run.outcome.until:
            self.clock.set(max(run.outcome.until, self.clock.now()))
        run.memo, run.outcome = run.outcome.memo, None
        self.call(run, crash_in)

    def call(self, run: Run, crash_in: int | None) -> None:
        self.library.crash_in = crash_in
        memo = {} if run.memo is None else {"memo": run.memo}
        context = self.engine.context(run.item, run=run.name, attempt=run.attempt, **memo)
        try:
            run.outcome = run.action.act(context) if run.memo is None else run.action.finish(context, [])
        except type(self).crash:
            return
        except LastCopy:  # the library's own wall; a plan made from the facts never gets there
            raise
        except (Permanent, Retry):
            self.runs.remove(run)
            return
        finally:
            self.library.crash_in = None
        if run.outcome.state != "waiting":
            self.runs.remove(run)

    @precondition(lambda self: any(not one.job.ended for one in self.library.work.values()))
    @rule(data=st.data(), reason=st.sampled_from(["", "", "", "the disk broke"]))
    def a_job_ends(self, data: st.DataObject, reason: str) -> None:
        live = [one for one in self.library.work.values() if not one.job.ended]
        self.library.end(data.draw(st.sampled_from(live)), reason)

    # -- what holds always, and in the end

    @invariant()
    def no_storage_is_too_full(self) -> None:
        for storage in self.library.storages():
            assert storage.high_watermark is None or storage.used <= storage.high_watermark, storage

    @invariant()
    def every_shape_has_a_whole_copy(self) -> None:
        for item in self.library.items:
            for shape in self.library.shapes(item):
                assert any(file.state == "CLOSED" for file in shape.files), shape

    def teardown(self) -> None:
        if not self.library.rooms:
            return
        self.library.run()
        self.runs.clear()
        self.clock.advance(7200)
        for number, item in enumerate(self.library.items):
            action = self.actions[number % len(self.actions)]
            outcome = self.engine.take(action, item, run="last")
            if outcome.state == "failed":
                assert "can have it" in outcome.reason
            else:
                assert action.plan(self.engine.context(item)) == ""
                assert (
                    self.engine.take(action, item, run="after").reason == "all files are where they shall be"
                )
            self.no_storage_is_too_full()
        self.every_shape_has_a_whole_copy()


@pytest.mark.slow
def test_distribution_in_a_world_where_everything_goes_wrong(
    make_library: Any, make_engine: Any, crash: type[BaseException]
) -> None:
    machine = type(
        "Distribution",
        (Machine,),
        {
            "make_library": staticmethod(make_library),
            "make_engine": staticmethod(make_engine),
            "crash": crash,
        },
    )
    run_state_machine_as_test(
        machine, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )


class OneAtATime:
    """A library for several threads. Its storages refuse nothing, so that only the plan keeps within the watermark."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._free = threading.Condition(threading.RLock())
        self._looks = 0
        library.require_room = lambda storage, size: None

    def storages(self) -> Any:
        """The storages as they are; then another thread gets a chance to see the same."""
        with self._free:
            found, self._looks = self._library.storages(), self._looks + 1
            self._free.notify_all()
            self._free.wait_for(lambda seen=self._looks: self._looks > seen, timeout=0.02)
            return found

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._library, name)

        def locked(*arguments: Any, **options: Any) -> Any:
            with self._free:
                return method(*arguments, **options)

        return locked


def test_runs_at_the_same_time_keep_within_the_watermark(
    make_library: Any, make_engine: Any, clock: FakeClock
) -> None:
    library = make_library()
    source = library.add_storage("source", "EXTERNAL", watermark=None)
    library.add_storage("small", watermark=550)
    items = [library.add_item() for _ in range(12)]
    for item in items:
        library.add_shape(item, (source, f"{item}/clip.mxf"))
    action = MoveCopyFiles(
        formats=("original",),
        remove_from_others=True,
        assets=OneAtATime(library),
        clock=clock,  # type: ignore[arg-type]  # has the methods
    )
    start = threading.Barrier(len(items))
    contexts = [make_engine(library, clock).context(item, run=item) for item in items]

    def act(context: Any) -> Outcome:
        start.wait(60)
        return action.act(context)

    with ThreadPoolExecutor(len(items)) as pool:
        outcomes = list(pool.map(act, contexts))
    assert sorted(outcome.state for outcome in outcomes) == ["failed"] * 7 + ["waiting"] * 5
    library.run()
    assert [one.used for one in library.storages() if one.name == "small"] == [500]


def test_two_rules_do_not_start_for_one_item_at_the_same_time(
    make_library: Any, make_engine: Any, clock: FakeClock
) -> None:
    library = make_library()
    storages = [library.add_storage(name) for name in "abc"]
    item = library.add_item()
    library.add_shape(item, (storages[0], "clip.mxf"))
    shared: Any = OneAtATime(library)
    actions = [
        MoveCopyFiles(
            formats=("original",), targets=(name,), remove_from_others=True, assets=shared, clock=clock
        )
        for name in "bc"
    ]
    start = threading.Barrier(2)

    def act(number: int) -> Outcome:
        start.wait(60)
        return actions[number].act(make_engine(library, clock).context(item, run=str(number)))

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(act, range(2)))
    assert sorted(len(outcome.jobs) for outcome in outcomes) == [0, 1]  # the other one waits for a moment
    assert [outcome.state for outcome in outcomes] == ["waiting", "waiting"]
