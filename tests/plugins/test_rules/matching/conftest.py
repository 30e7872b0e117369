"""A library in memory, and a site: a journal, a matcher and rules that react."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import DeployedRule, Explanation, Matcher, Settings, explain
from flowhost_plugins.rules.records import Decision, Refusal, Run, RunState
from flowhost_plugins.rules.rule import Rule, StepSpec, Trigger


class StandInLibrary(flowhost.MediaLibrary):
    """Items in memory. A query is ``field=value``, joined by `` AND ``; an empty one finds all.

    Attributes:
        calls: name of a method → how often it was called.
        down: whether it cannot be reached.
        fails: whether it cannot withdraw access.
        page: ids in one page at most.
    """

    name: ClassVar[str] = "stand-in"

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._items: dict[str, flowhost.Item] = {}
        self._searches: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._access: set[tuple[str, str]] = set()
        self._shapes: dict[str, tuple[str, ...]] = {}
        self.calls: Counter[str] = Counter()
        self.down = self.fails = False
        self.page = 1000
        self.read_page: Callable[[], None] = lambda: None

    # what tests do

    def add(
        self, item_id: str, *, media_type: str = "video", tags: Sequence[str] = (), **fields: str
    ) -> None:
        values = {name.replace("__", "/"): (value,) for name, value in fields.items()}
        now = self._clock.now()
        title = fields.get("title", "")
        self._items[item_id] = flowhost.Item(
            item_id, title=title, media_type=media_type, fields=values, created=now, updated=now
        )
        self._shapes[item_id] = tuple(tags)

    def change(self, item_id: str, **fields: str) -> None:
        item = self._items[item_id]
        values = {**item.fields, **{name: (value,) for name, value in fields.items()}}
        self._items[item_id] = replace(item, fields=values, updated=self._clock.now())

    def forget_updated(self, item_id: str) -> None:
        self._items[item_id] = replace(self._items[item_id], updated=None)

    def remove(self, item_id: str) -> None:
        del self._items[item_id]
        self._access = {one for one in self._access if one[1] != item_id}
        for members in self._members.values():
            members.discard(item_id)

    def save(self, name: str, query: str) -> None:
        self._searches[name] = query

    def unsave(self, name: str) -> None:
        del self._searches[name]

    def collect(self, collection: str, *items: str) -> None:
        self._members.setdefault(collection, set()).update(items)

    def give_out(self, collection: str, item: str) -> None:
        self._members[collection].discard(item)

    # the role

    def _called(self, method: str) -> None:
        self.calls[method] += 1
        if self.down:
            raise flowhost.Unavailable("the library is down")

    def item(self, item_id: str) -> flowhost.Item | None:
        self._called("item")
        return self._items.get(item_id)

    def search_ids(self, query: str, *, cursor: str | None = None, number: int = 1000) -> flowhost.Ids:
        self._called("search_ids")
        if "?" in query:
            raise flowhost.Permanent(f"1:{query.index('?') + 1}: the query {query!r} cannot be read")
        return self._paged([one for one in self._items if self._finds(query, one)], cursor, number)

    def matches(self, query: str, item_id: str) -> bool:
        self._called("matches")
        return item_id in self._items and self._finds(query, item_id)

    def finding(self, query: str, item_id: str) -> flowhost.Finding:
        self._called("finding")
        if item_id not in self._items:
            raise flowhost.Permanent(f"there is no item {item_id}")
        terms = [term for term in query.split(" AND ") if term]
        parts = tuple(
            flowhost.Finding(term, self._finds(term, item_id), self._values(term.partition("=")[0], item_id))
            for term in terms
        )
        return flowhost.Finding(query, all(part.held for part in parts), parts=parts)

    def saved_query(self, search: str) -> str:
        self._called("saved_query")
        if search not in self._searches:
            raise flowhost.Permanent(f"there is no saved search {search!r}")
        return self._searches[search]

    def collection_ids(
        self, collection: str, *, cursor: str | None = None, number: int = 1000
    ) -> flowhost.Ids:
        self._called("collection_ids")
        members = self._collection(collection)
        return self._paged([one for one in self._items if one in members], cursor, number)

    def in_collection(self, collection: str, item_id: str) -> bool:
        self._called("in_collection")
        return item_id in self._collection(collection)

    def collection_names(self, item_id: str) -> tuple[str, ...]:
        self._called("collection_names")
        return tuple(name for name, members in self._members.items() if item_id in members)

    def shapes(self, item_id: str) -> tuple[flowhost.Shape, ...]:
        self._called("shapes")
        tags = self._shapes[item_id]
        return tuple(flowhost.Shape(f"S-{n}", item_id, tags=(tag,)) for n, tag in enumerate(tags))

    def grant_access(self, item_id: str, entry: flowhost.AccessEntry, *, origin: str) -> bool:
        self._called("grant_access")
        is_new = (origin, item_id) not in self._access
        self._access.add((origin, item_id))
        return is_new

    def withdraw_access(self, origin: str, item_id: str | None = None) -> int:
        self._called("withdraw_access")
        if self.fails:
            raise flowhost.Unavailable("the library fails")
        if item_id is not None and item_id not in self._items:
            raise flowhost.Permanent(f"there is no item {item_id}")
        gone = {one for one in self._access if one[0] == origin and item_id in (None, one[1])}
        self._access -= gone
        return len(gone)

    def items_with_access_from(self, origin: str) -> list[str]:
        self._called("items_with_access_from")
        return sorted(item for one, item in self._access if one == origin)

    def variables(self, item_id: str) -> Mapping[str, str]:
        self._called("variables")
        return {"originalFilename": f"{item_id}.mov", "user": "ingest"}

    def marked(self, mark: str) -> AbstractContextManager[None]:
        return nullcontext()

    def _collection(self, name: str) -> set[str]:
        if name not in self._members:
            raise flowhost.Permanent(f"there is no collection {name!r}")
        return self._members[name]

    def _paged(self, ids: list[str], cursor: str | None, number: int) -> flowhost.Ids:
        start = int(cursor or 0)
        end = start + min(number, self.page)
        page = flowhost.Ids(tuple(ids[start:end]), str(end) if end < len(ids) else None)
        self.read_page()
        return page

    def _values(self, field: str, item_id: str) -> tuple[str, ...]:
        item = self._items[item_id]
        return (item.media_type,) if field == "mediaType" else item.fields.get(field, ())

    def _finds(self, query: str, item_id: str) -> bool:
        terms = [term.partition("=") for term in query.split(" AND ") if term]
        return all(value in self._values(field, item_id) for field, _, value in terms)


class Planning:
    """An action that tells what it would do; `wanted` are the items it would do something for.

    Args:
        name: of the action.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.wanted: dict[str, str] = {}
        self.broken: dict[str, str] = {}
        self.contexts: list[flowhost.Context] = []

    def plan(self, context: flowhost.Context) -> str:
        self.contexts.append(context)
        if context.item in self.broken:
            raise flowhost.Permanent(self.broken[context.item])
        return self.wanted.get(context.item or "", "")

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        raise AssertionError("matching acts on nothing")


STEPS = (StepSpec("act"),)


class Site:
    """A journal, a library, a matcher, and rules by name."""

    def __init__(self, journal: Journal, library: StandInLibrary, clock: FakeClock) -> None:
        self.journal = journal
        self.library = library
        self.clock = clock
        self.settings = Settings()
        self._rules: dict[str, tuple[Rule, tuple[Any, ...]]] = {}
        self.matcher = self.new_matcher()

    def new_matcher(self, **settings: Any) -> Matcher:
        """A matcher that remembers nothing, as after a crash."""
        self.settings = replace(self.settings, **settings)
        self.matcher = Matcher(self.journal, self.library, self.clock, self.settings)
        return self.matcher

    def rule(
        self,
        *triggers: Trigger,
        name: str = "rule",
        when: Sequence[str] = (),
        actions: Sequence[Any] = (),
        steps: Sequence[StepSpec] = STEPS,
        **settings: Any,
    ) -> DeployedRule:
        """Deploy a rule."""
        conditions = tuple(flowhost.Expression(one) for one in when)
        text = repr((triggers, when, settings))
        rule = Rule(name, triggers, tuple(steps), conditions=conditions, text=text, **settings)
        self.journal.deploy(name, text)
        self._rules[name] = (rule, tuple(actions))
        return self.deployed(name)

    def deployed(self, name: str = "rule") -> DeployedRule:
        """A rule as it is deployed now."""
        rule, actions = self._rules[name]
        deployment = self.journal.deployment(name)
        assert deployment is not None
        return DeployedRule(rule, deployment, actions)

    @property
    def rules(self) -> tuple[DeployedRule, ...]:
        return tuple(self.deployed(name) for name in self._rules)

    def event(self, type: str = "item_create", item: str | None = "VX-1", **options: Any) -> flowhost.Event:  # noqa: A002
        """A notification about an item; what is no attribute of an event is a variable."""
        attributes = {
            name: options.pop(name) for name in ("id", "source", "time", "headers") if name in options
        }
        data = dict(options.items())
        if item is not None:
            data["itemId"] = item
        attributes.setdefault("time", self.clock.now())
        attributes.setdefault("source", "library")
        return flowhost.Event(type, data, subject=item, **attributes)

    def push(self, type: str = "item_create", item: str | None = "VX-1", **options: Any) -> list[Run]:  # noqa: A002
        """Let an event happen; return the runs it started."""
        return self.matcher.event(self.event(type, item, **options), self.rules)

    def finish(self, *runs: Run, state: RunState = "finished") -> None:
        """Let pending runs be done; without any all that may be."""
        wanted = {run.id for run in runs}
        while claimed := self.journal.claim("me", number=50, total=1000, per_rule={}):
            for run in claimed:
                if wanted and run.id not in wanted:
                    self.journal.record(run, [], state="pending")
                else:
                    assert self.journal.record(
                        run, [], state=state, errors=["it failed"] * (state == "failed")
                    )
            if wanted:
                return

    def start(self, item: str | None = "VX-1", name: str = "rule") -> Run | Refusal:
        return self.matcher.start(self.deployed(name), item, "eva")

    def decisions(self, item: str = "VX-1", name: str = "rule") -> list[Decision]:
        """What was decided, the newest first."""
        self.matcher.flush()
        return self.journal.decisions(name, item)

    def reasons(self, item: str = "VX-1", name: str = "rule") -> list[str]:
        """The reasons of the newest decision."""
        return [check.reason for check in self.decisions(item, name)[0].checks]

    def explain(self, item: str = "VX-1", name: str = "rule", at: datetime | None = None) -> Explanation:
        self.matcher.flush()
        deployed = self.deployed(name)
        return explain(self.journal, self.library, self.clock, deployed, item, at=at, settings=self.settings)

    def state(self, item: str = "VX-1", name: str = "rule") -> str | None:
        return self.journal.item_states(name, [item]).get(item)


@pytest.fixture
def library(clock: FakeClock) -> StandInLibrary:
    return StandInLibrary(clock)


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[[], Site]]:
    """Makes sites of their own; they are closed at the end."""
    opened: list[Journal] = []

    def make() -> Site:
        clock = FakeClock()
        info = flowhost.DaemonInfo("d", str(tmp_path))
        url = flowhost.Secret(f"sqlite:///{tmp_path}/rules{len(opened)}.db")
        journal = Journal(url=url, synchronous="normal", info=info, clock=clock)
        journal.open()
        opened.append(journal)
        journal.enlist("me")
        return Site(journal, StandInLibrary(clock), clock)

    yield make
    for journal in opened:
        journal.close()


@pytest.fixture
def site(make_site: Callable[[], Site]) -> Site:
    return make_site()


@pytest.fixture
def planning() -> Planning:
    return Planning("move-copy-files")
