"""Push and sweep in any order, events that come twice or never, crashes: each episode of matching is handled once.

The model knows what was seen: an episode that begins and ends while nobody looks is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import flowhost
from flowhost_plugins.rules.rule import SavedSearch

ITEMS = st.sampled_from(["VX-1", "VX-2", "VX-3"])
FRESH = SavedSearch("state=fresh", is_query=True)


class Episodes(RuleBasedStateMachine):
    """One rule, three items."""

    make_site: Callable[[], Any]
    shared: Any = None
    number = 0

    @initialize()
    def begin(self) -> None:
        cls = type(self)
        if cls.shared is None:  # a journal takes long to make; each example has a rule of its own in it
            cls.shared = cls.make_site()
        cls.number += 1
        self.site = cls.shared
        self.site._rules.clear()
        self.site.library.__init__(self.site.clock)
        self.site.new_matcher()
        self.name = f"rule {cls.number}"
        self.site.rule(FRESH, name=self.name)
        self.site.library.add("VX-1", state="old")
        self.site.library.add("VX-2", state="fresh")
        self.told: list[str] = []
        self.states: dict[str, str] = {}
        self.runs: dict[str, int] = {}
        self.given: set[str] = set()  # items with access from a run

    def see(self, item: str) -> None:
        """The model of one look at one item."""
        known = self.site.library._items.get(item)
        state = self.states.get(item)
        if known is not None and known.fields["state"] == ("fresh",):
            if state in (None, "unmatched"):
                self.states[item] = "processing"
                self.runs[item] = self.runs.get(item, 0) + 1
        elif state in ("handled", "failed"):
            self.states[item] = "unmatched"
            self.given.discard(item)

    @rule(item=ITEMS, state=st.sampled_from(["fresh", "old"]), tells=st.booleans())
    def change(self, item: str, state: str, tells: bool) -> None:
        if item in self.site.library._items:
            self.site.library.change(item, state=state)
        else:
            self.site.library.add(item, state=state)
        if tells:
            self.told.append(item)

    @rule(item=ITEMS)
    def delete(self, item: str) -> None:
        if item in self.site.library._items:
            self.site.library.remove(item)
            self.told.append(item)
            self.given.discard(item)

    @precondition(lambda self: self.told)
    @rule(data=st.data(), again=st.booleans())
    def deliver(self, data: Any, again: bool) -> None:
        """An event comes, not always the oldest, and perhaps it comes again later."""
        number = data.draw(st.integers(0, len(self.told) - 1))
        item = self.told[number] if again else self.told.pop(number)
        self.site.push("metadata_modify", item)
        self.see(item)

    @precondition(lambda self: self.told)
    @rule()
    def deliver_while_the_library_fails(self) -> None:
        """The event comes again, as nobody acknowledged it; what was begun is not lost."""
        item = self.told[0]
        self.site.library.fails = True
        try:
            self.site.push("metadata_modify", item)
        except flowhost.Unavailable:
            assert self.states.get(item) in ("handled", "failed")
        self.site.library.fails = False
        self.see(item)

    @rule()
    def sweep(self) -> None:
        self.site.matcher.sweep(self.site.deployed(self.name))
        for item in ("VX-1", "VX-2", "VX-3"):
            self.see(item)
        granted = set(self.site.library.items_with_access_from(f"rule:{self.name}"))
        ended = {item for item in self.given if self.states[item] in ("handled", "failed")}
        assert granted >= ended
        # what could not be withdrawn while the library failed stays when the item matches again; its run gives it anyway
        assert {self.states[item] for item in granted - ended} <= {"processing"}

    @rule(data=st.data(), ends=st.sampled_from(["finished", "failed"]))
    def finish(self, data: Any, ends: str) -> None:
        """A run gives access and ends."""
        for run in self.site.journal.claim("me", number=50, total=1000, per_rule={}, rules=[self.name]):
            if data.draw(st.booleans()):
                assert self.site.journal.record(run, [], state="pending")
                continue
            if run.item in self.site.library._items:
                self.site.library.grant_access(
                    run.item, flowhost.AccessEntry("x"), origin=f"rule:{self.name}"
                )
                self.given.add(run.item)
            assert self.site.journal.record(run, [], state=ends)
            self.states[run.item] = "handled" if ends == "finished" else "failed"

    @rule()
    def crash(self) -> None:
        self.site.new_matcher()

    @invariant()
    def each_episode_that_was_seen_has_one_run(self) -> None:
        assert self.site.journal.item_states(self.name, ["VX-1", "VX-2", "VX-3"]) == self.states
        runs: dict[str, int] = {}
        for run in self.site.journal.runs(rule=self.name, number=1000):
            runs[run.item] = runs.get(run.item, 0) + 1
        assert runs == self.runs


@pytest.mark.slow
def test_each_episode_of_matching_is_handled_once(make_site: Callable[[], Any]) -> None:
    class OnThisSite(Episodes):
        pass

    OnThisSite.make_site = staticmethod(make_site)
    options = settings(
        max_examples=60,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(OnThisSite, settings=options)
