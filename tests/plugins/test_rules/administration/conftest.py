"""An administration on a real journal in a temporary file, with a library and actions in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.rules import Journal
from flowhost_plugins.rules.administration import Administration, Site
from flowhost_plugins.rules.matching import Matcher, access_origin
from flowhost_plugins.rules.records import Cause, NewRun, Run, RunState, Step

ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the library's log."""

    sequence: int
    time: datetime
    kind: str
    action: str
    id: str
    item: str | None = None
    fields: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


class StandInLibrary(flowhost.MediaLibrary):
    """Items in memory. A query is ``field=value``.

    Attributes:
        down: whether it cannot be reached.
    """

    name: ClassVar[str] = "stand-in"

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.things: dict[str, flowhost.Item] = {}
        self.access_from: dict[str, list[str]] = {}
        self.down = False

    def add(self, item_id: str, external_id: str | None = None, **fields: str) -> None:
        values = {name: (value,) for name, value in fields.items()}
        now = self._clock.now()
        self.things[item_id] = flowhost.Item(
            item_id, f"Title of {item_id}", "video", values, external_id=external_id, created=now, updated=now
        )

    def item(self, item_id: str) -> flowhost.Item | None:
        self._check()
        found = (one for one in self.things.values() if item_id in (one.id, one.external_id))
        return next(found, None)

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> flowhost.Ids:
        self._check()
        if "=" not in query:
            raise flowhost.Permanent(f"the query {query!r} cannot be read")
        return flowhost.Ids(tuple(one for one in self.things if self.matches(query, one)))

    def matches(self, query: str, item_id: str) -> bool:
        name, _, value = query.partition("=")
        return value in self.things[item_id].fields.get(name, ())

    def finding(self, query: str, item_id: str) -> flowhost.Finding:
        actual = self.things[item_id].fields.get(query.partition("=")[0], ())
        return flowhost.Finding(query, self.matches(query, item_id), actual)

    def items_with_access_from(self, origin: str) -> list[str]:
        self._check()
        return self.access_from.get(origin, [])

    def variables(self, item_id: str) -> Mapping[str, str]:
        return {}

    def shape_tags(self) -> list[flowhost.ShapeTag]:
        return []

    def field_names(self) -> list[str]:
        return ["state", "approved"]

    def storages(self) -> list[flowhost.Storage]:
        return []

    def _check(self) -> None:
        if self.down:
            raise flowhost.Unavailable("the library is down")


class LoggedLibrary(StandInLibrary):
    """One that keeps a log of changes, in pages of two."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.log: list[Change] = []

    def changed(self, kind: str, action: str, id: str, **more: Any) -> None:  # noqa: A002  # the word of the log
        self.log.append(Change(len(self.log) + 1, self._clock.now(), kind, action, id, **more))

    def changes(self, after: int = 0, number: int = 1000) -> list[Change]:
        return [one for one in self.log if one.sequence > after][: min(number, 2)]

    def last_change(self) -> int:
        return len(self.log)


@dataclass
class Do:
    """The action of the tests: tells its text as its plan.

    Args:
        text: what it would do.
        destroys: whether it says that it destroys.
    """

    text: str = "something"
    destroys: bool = False
    name: ClassVar[str] = "do"

    @property
    def destructive(self) -> bool:
        return self.destroys

    def plan(self, context: flowhost.Context) -> str:
        return f"{self.text} with {context.item}"

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        raise AssertionError("the administration acts on nothing")


class Bench:
    """A workbench with the action of the tests; the action ``broken`` cannot be made."""

    def names(self, kind: str = "action") -> list[str]:
        return ["do"]

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
        if name != "do":
            raise flowhost.ConfigError(flowhost.Problem(f"unknown action {name!r}", place))
        return Do(**data)

    def schema(self, kind: str, name: str) -> dict[str, Any]:
        return {"type": "object"}

    def documentation(self, kind: str, name: str) -> str:
        return "An action of the tests."


class Stage:
    """An administration, and what stands behind it."""

    def __init__(self, folder: Path, clock: FakeClock, library: StandInLibrary) -> None:
        self.clock = clock
        self.library = library
        self.folder = folder / "rules"
        self.folder.mkdir()
        info = flowhost.DaemonInfo("tests", str(folder))
        url = flowhost.Secret(f"sqlite:///{folder}/rules.db")
        self.journal = Journal(url=url, synchronous="normal", info=info, clock=clock)
        self.journal.open()
        self.site = Site(self.journal, lambda: self.library, Bench(), clock, self.folder)
        self.admin = Administration(self.site)

    def file(self, name: str = "R", *, trigger: str = "manual", steps: str = "[do]", more: str = "") -> Path:
        """Write a rule file."""
        file = self.folder / f"{name}.yaml"
        file.write_text(f"name: {name}\ntrigger: {trigger}\nactions: {steps}\n{more}\n")
        return file

    def rule(self, name: str = "R", **words: str) -> Path:
        """Write a rule file, and deploy it."""
        file = self.file(name, **words)
        self.admin.redeploy(name)
        return file

    def daemon(self) -> None:
        """Let a daemon run the rules."""
        self.journal.enlist(ENGINE)

    def run(self, item: str | None = "VX-1", rule: str = "R", **words: Any) -> Run:
        """Keep a run that nobody has begun."""
        revision = self.admin.rule(rule).status.revision
        started = self.journal.start(NewRun(rule, revision, item, Cause("manual", user="eva"), **words))
        assert isinstance(started, Run)
        return started

    def end(
        self, *steps: Step, state: Literal["finished", "failed"] = "finished", errors: tuple[str, ...] = ()
    ) -> None:
        """Let the run that is next be claimed, and end after a second."""
        claimed = self.claimed()
        self.clock.advance(1)
        assert self.journal.record(claimed, steps, state=state, errors=errors)

    def claimed(self) -> Run:
        (claimed,) = self.journal.claim(ENGINE, number=1, total=100, per_rule={})
        return claimed

    def state(self, run: int) -> RunState:
        found = self.journal.run(run)
        assert found is not None
        return found.state

    def event(self, type: str, item: str) -> None:  # noqa: A002  # the word of the record
        """Let a source tell of something; nothing reacts."""
        event = flowhost.Event(type, {"itemId": item}, subject=item, source="library", time=self.clock.now())
        matcher = Matcher(self.journal, self.library, self.clock)
        matcher.event(event, [])
        matcher.flush()

    def grant(self, rule: str, *items: str) -> None:
        self.library.access_from[access_origin(rule)] = list(items)


@pytest.fixture
def library(clock: FakeClock) -> StandInLibrary:
    return StandInLibrary(clock)


@pytest.fixture
def stage(tmp_path: Path, clock: FakeClock, library: StandInLibrary) -> Iterator[Stage]:
    stage = Stage(tmp_path, clock, library)
    yield stage
    stage.journal.close()


@pytest.fixture
def admin(stage: Stage) -> Administration:
    return stage.admin


@pytest.fixture
def logged(stage: Stage, clock: FakeClock) -> LoggedLibrary:
    """A library with a log, in place of the other."""
    stage.library = library = LoggedLibrary(clock)
    return library
