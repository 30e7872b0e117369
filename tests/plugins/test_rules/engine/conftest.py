"""An engine on a real journal in a temporary file, with actions, assets and a clock that the tests hold in their hands."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.rules import Journal, RulesEngine, RulesWorker
from flowhost_plugins.rules.records import ENDED, Run, Step

PATIENCE = 60  # seconds until a test gives up
THREADS = 4  # of the engine wait for the clock: scheduler, sweeper, timetable, watchdog

Behaviour = Callable[[flowhost.Context], flowhost.Outcome]


class Stage:
    """What the actions did, and how they are to behave: by the text of the step.

    Attributes:
        calls: text and context of every call of `act`.
        finished: the same of `finish`, with the jobs.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, flowhost.Context]] = []
        self.finished: list[tuple[str, flowhost.Context, tuple[flowhost.AssetJob, ...]]] = []
        self.behaviours: dict[str, Behaviour] = {}
        self.finishing: dict[str, Behaviour] = {}
        self.marks: list[str] = []

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.calls]

    def on(self, text: str, *outcomes: flowhost.Outcome | Exception | Behaviour) -> None:
        """Let the calls with this text come out so, one after the other; the last goes on for ever."""
        self.behaviours[text] = _one_after_the_other(outcomes)

    def on_finish(self, text: str, *outcomes: flowhost.Outcome | Exception | Behaviour) -> None:
        self.finishing[text] = _one_after_the_other(outcomes)


def _one_after_the_other(outcomes: Sequence[flowhost.Outcome | Exception | Behaviour]) -> Behaviour:
    left = deque(outcomes)

    def behave(context: flowhost.Context) -> flowhost.Outcome:
        now = left.popleft() if len(left) > 1 else left[0]
        if isinstance(now, Exception):
            raise now
        return now if isinstance(now, flowhost.Outcome) else now(context)

    return behave


@dataclass
class Do:
    """The action of the tests.

    Args:
        stage: told of each call.
        text: tells steps apart.
        destructive: whether it says that it destroys.
    """

    stage: Stage
    text: str
    destructive: bool = False
    name: ClassVar[str] = "do"

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        self.stage.calls.append((self.text, context))
        return self.stage.behaviours.get(self.text, lambda _: flowhost.Outcome.done(self.text))(context)


class DoAndFinish(Do):
    """The same, with something to finish when its waiting is over."""

    name: ClassVar[str] = "do-and-finish"

    def finish(self, context: flowhost.Context, jobs: Sequence[flowhost.AssetJob]) -> flowhost.Outcome:
        self.stage.finished.append((self.text, context, tuple(jobs)))
        return self.stage.finishing.get(self.text, lambda _: flowhost.Outcome.done("finished"))(context)


class Bench:
    """A workbench with the actions of the tests."""

    kinds: ClassVar[dict[str, Any]] = {"do": Do, "do-and-finish": DoAndFinish}

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.broken: set[str] = set()

    def names(self, kind: str = "action") -> list[str]:
        return sorted(self.kinds)

    def make(
        self,
        kind: str,
        name: str,
        data: Mapping[str, Any],
        *,
        place: flowhost.Place,
        places: Mapping[tuple[str | int, ...], flowhost.Place],
        called: str = "",
    ) -> Any:
        if name not in self.kinds or data.get("text") in self.broken:
            raise flowhost.ConfigError(flowhost.Problem(f"{called} cannot be made", place))
        return self.kinds[name](self.stage, **data)

    def schema(self, kind: str, name: str) -> dict[str, Any]:
        return {"type": "object"}

    def documentation(self, kind: str, name: str) -> str:
        return "An action of the tests."


@dataclass
class Assets(flowhost.MediaLibrary):
    """A media library that knows items and jobs; the rest of the role is not called here."""

    stage: Stage
    things: dict[str, flowhost.Item] = field(default_factory=dict)
    jobs: dict[str, flowhost.AssetJob] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    found: dict[str, list[str]] = field(default_factory=dict)
    down: bool = False
    name: ClassVar[str] = "assets-of-the-tests"

    def open(self) -> None: ...

    def close(self) -> None: ...

    def item(self, item_id: str) -> flowhost.Item | None:
        self._check()
        return self.things.get(item_id)

    def job(self, job_id: str) -> flowhost.AssetJob | None:
        self._check()
        return self.jobs.get(job_id)

    def stop_job(self, job_id: str) -> None:
        self.stopped.append(job_id)

    def variables(self, item_id: str) -> Mapping[str, str]:
        return {}

    def withdraw_access(self, origin: str, item_id: str | None = None) -> int:
        self.withdrawn.append(origin)
        return 1

    def items_with_access_from(self, origin: str) -> list[str]:
        return []

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> flowhost.Ids:
        self._check()
        return flowhost.Ids(tuple(self.found.get(query, ())))

    def matches(self, query: str, item_id: str) -> bool:
        return item_id in self.found.get(query, ())

    @contextmanager
    def marked(self, mark: str) -> Iterator[None]:
        self.stage.marks.append(mark)
        yield

    def _check(self) -> None:
        if self.down:
            raise flowhost.Unavailable("the library is down")


class InlineExecutor(flowhost.Executor):
    """Works on a task where it is submitted: in the scheduler's thread."""

    name: ClassVar[str] = "inline"

    def __init__(self, capacity: int = 4) -> None:
        self.capacity = capacity
        self.work: Callable[[str], None] | None = None

    def open(self) -> None: ...

    def close(self) -> None: ...

    def begin(self, work: Callable[[str], None]) -> None:
        self.work = work

    def submit(self, task: str) -> None:
        assert self.work is not None
        self.work(task)

    def abandon(self, task: str) -> None: ...

    def end(self, timeout: float | None = None) -> bool:
        return True


class HeldExecutor(InlineExecutor):
    """Keeps the tasks until the test works on one."""

    def __init__(self, capacity: int = 4) -> None:
        super().__init__(capacity)
        self.tasks: list[str] = []

    def submit(self, task: str) -> None:
        self.tasks.append(task)

    def work_on(self, task: str) -> None:
        assert self.work is not None
        self.tasks.remove(task)
        self.work(task)


class WatchedJournal(Journal):
    """A journal that tells when something was recorded."""

    name: ClassVar[str] = "watched-journal"

    def watch(self) -> None:
        self.recorded = threading.Condition()
        self.down = False
        self.blind = False
        self.claims_lost = 0
        self.pruned: Callable[..., int] | None = None

    def prune(self, **words: Any) -> int:
        return self.pruned(**words) if self.pruned else super().prune(**words)

    def claim(self, owner: str, **words: Any) -> list[Run]:
        claimed = super().claim(owner, **words)
        if claimed and self.claims_lost:
            self.claims_lost -= 1
            raise flowhost.StateUnavailable("the connection broke before the answer came")
        return claimed

    def steps(self, run: int) -> list[Step]:
        if self.blind:
            raise flowhost.StateUnavailable("the server is gone")
        return super().steps(run)

    def record(self, run: Run, steps: Sequence[Step], **words: Any) -> bool:
        if self.down:
            raise flowhost.StateUnavailable("the disk is full")
        ours = super().record(run, steps, **words)
        with self.recorded:
            self.recorded.notify_all()
        return ours


class Site:
    """An engine and everything around it.

    Args:
        folder: of the profile.
        clock: turned by the test.
        executor: works on the runs.
        url: of the journal; a file in the folder by default.
    """

    def __init__(self, folder: Path, clock: FakeClock, executor: flowhost.Executor, *, url: str = "") -> None:
        self.folder = folder
        self.clock = clock
        self.executor = executor
        self.url = url or f"sqlite:///{folder}/rules.db"
        self.lease = 3600 if url else 30  # a server measures it by its own clock, which no test turns
        self.stage = Stage()
        self.bench = Bench(self.stage)
        self.assets = Assets(self.stage)
        self.options: dict[str, Any] = {}
        self.prune: Callable[..., int] | None = None
        self.info = flowhost.DaemonInfo("tests", str(folder))
        self.rules = folder / "rules"
        self.rules.mkdir()
        self._engine: RulesEngine | None = None
        self._journal: WatchedJournal | None = None

    @property
    def engine(self) -> RulesEngine:
        assert self._engine is not None, "the site is not open"
        return self._engine

    @property
    def journal(self) -> WatchedJournal:
        assert self._journal is not None, "the site is not open"
        return self._journal

    def rule(self, text: str, *, name: str = "R", trigger: str = "{source: {type: go}}") -> Path:
        """Write a rule file: its steps, and whatever else there is in it."""
        file = self.rules / f"{name}.yaml"
        file.write_text(f"name: {name}\ntrigger: {trigger}\n{text}\n")
        return file

    def item(self, item_id: str, **fields: str) -> None:
        values = {name: (value,) for name, value in fields.items()}
        self.assets.things[item_id] = flowhost.Item(item_id, title=f"Title of {item_id}", fields=values)

    def open(self) -> Site:
        self._journal = WatchedJournal(
            url=flowhost.Secret(self.url), lease=self.lease, info=self.info, clock=self.clock
        )
        self._journal.watch()
        self._journal.pruned = self.prune
        self._journal.open()
        self._engine = RulesEngine(
            **self.options,
            journal=self._journal,
            assets=self.assets,
            executor=self.executor,
            workbench=self.bench,
            clock=self.clock,
            info=self.info,
        )
        self._engine.open()
        self._engine.daemon_started()
        return self

    def close(self) -> None:
        """As a daemon that ends. The clock must not be needed for it."""
        if self._engine is not None:
            self._engine.close()
            self.executor.close()
            self.journal.close()
        self._engine = self._journal = None

    def happen(self, item: str | None, *, type: str = "go", id: str | None = None) -> list[int]:  # noqa: A002
        """An event comes in; return the runs it causes."""
        if item is not None and item not in self.assets.things:
            self.item(item)
        event = flowhost.Event(type, subject=item, id=id, source="tests", time=self.clock.now())
        return RulesWorker(engine=self.engine).work(event)

    def settle(self) -> None:
        """Wait until every thread of the engine has nothing to do before time passes."""
        self.clock.wait_for_waiters(THREADS, patience=PATIENCE)

    def elapse(self, seconds: float) -> None:
        self.clock.elapse(seconds, waiters=THREADS, patience=PATIENCE)

    def run(self, number: int) -> Run:
        run = self.journal.run(number)
        assert run is not None
        return run

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Wait, without letting time pass, until something holds that a record brings about."""
        with self.journal.recorded:
            assert self.journal.recorded.wait_for(holds, PATIENCE)

    def ended(self, *numbers: int) -> list[Run]:
        """Wait for the end of runs."""
        self.wait_for(lambda: all(self.run(number).state in ENDED for number in numbers))
        return [self.run(number) for number in numbers]

    def outcomes(self, number: int) -> list[tuple[str, str]]:
        """State and reason of each step of a run."""
        return [(step.state, step.reason) for step in self.journal.steps(number)]


@pytest.fixture
def executor() -> flowhost.Executor:
    return InlineExecutor()


@pytest.fixture
def site(tmp_path: Path, clock: FakeClock, executor: flowhost.Executor) -> Iterator[Site]:
    """An engine whose actions run in the scheduler's thread, one after the other."""
    site = Site(tmp_path, clock, executor)
    yield site
    site.close()


@pytest.fixture
def make_held() -> Callable[[int], HeldExecutor]:
    """Make an executor that keeps so many tasks until the test works on them."""
    return HeldExecutor


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    """Make a site of its own folder and clock, whose tasks the test works on; whoever made it closes it."""
    numbers = count()

    def make(url: str = "") -> Site:
        folder = tmp_path / f"site-{next(numbers)}"
        folder.mkdir()
        return Site(folder, FakeClock(), HeldExecutor(5), url=url)

    return make
