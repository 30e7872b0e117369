"""How far sweeps of a feed have come, whatever happens between and during them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.viz_one.sources.newest import REMEMBERED, Newest
from flowhost_plugins.viz_one.sources.states import State

NOON = datetime(2025, 1, 2, 12, tzinfo=UTC)


def state(name: str, seconds: float) -> State:
    updated = NOON + timedelta(seconds=seconds)
    return State(f"{name} {updated}", "asset.changed", name, name, updated, b"<entry/>")


def walk(newest: Newest, things: dict[str, float], *, ordered: bool = True, done: bool = True) -> list[str]:
    """What one sweep finds."""
    pairs = list(things.items())
    if ordered:
        pairs.sort(key=lambda pair: pair[1], reverse=True)
    found = []
    for each in newest.walk(state(*pair) for pair in pairs):
        newest.begun(each)
        newest.ended(each, done=done)
        found.append(each.key)
    return sorted(found)


def made(store: Any, *, initial: bool = False) -> Newest:
    newest = Newest(store, "key", initial=initial, clock=FakeClock())
    newest.load()
    return newest


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 200)), max_size=6), min_size=1, max_size=8),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_each_state_is_found_once(
    rounds: list[list[tuple[int, int]]], ordered: bool, chance: random.Random
) -> None:
    """Sweeps, restarts and failures; time goes on from round to round as it does for a server."""
    store = DictStore()
    newest, things, now = made(store), {"there": 0.0}, 0.0
    assert walk(newest, things) == []
    for changes in rounds:
        changed = {}
        for number, later in changes:
            now += later
            changed[f"thing {number}"] = now
        things |= changed
        if chance.random() < 0.3:
            newest.save()
            newest = made(store)
        if chance.random() < 0.3:
            assert set(walk(newest, things, ordered=ordered, done=False)) == set(changed)
        assert walk(newest, things, ordered=ordered) == sorted(changed)
        assert walk(newest, things, ordered=ordered) == []


class DictStore(flowhost.Store):
    name = "dict"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def open(self) -> None: ...
    def close(self) -> None: ...
    def keys(self, prefix: str = "") -> list[str]:
        return sorted(self.values)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def put(self, key: str, value: Any) -> Any:
        self.values[key] = value
        return value

    def delete(self, key: str) -> bool:
        return self.values.pop(key, None) is not None


def test_initial_switched_on_later_gives_what_was_only_taken_note_of(store: Any) -> None:
    there = {"long ago": -5000.0, "just now": 2.0}
    assert walk(made(store), there) == []
    assert walk(made(store, initial=True), there) == ["just now", "long ago"]
    assert walk(made(store, initial=True), there) == []


def test_memory_is_bounded_with_many_changes_in_one_minute(store: Any) -> None:
    newest = made(store, initial=True)
    things = {f"thing {number}": number / 1000 for number in range(3 * REMEMBERED)}
    assert len(walk(newest, things)) == len(things)
    assert len(store.values["key"]["seen"]) <= REMEMBERED
    assert walk(newest, things) == []
    assert walk(made(store, initial=True), things | {"new": 16.0}) == ["new"]


def test_the_mark_waits_for_work_in_flight(store: Any) -> None:
    newest = made(store)
    assert walk(newest, {}) == []
    slow = state("slow", 10)
    newest.begun(slow)
    assert walk(newest, {"slow": 10, "new": 100_000}) == ["new"]
    newest.save()
    assert walk(made(store), {"slow": 10, "new": 100_000}) == ["slow"], "as after a crash"
    newest.ended(slow, done=True)
    assert walk(newest, {"slow": 10, "new": 100_000}) == []


OLD = [
    state("thing 40", -40_000),
    State("gone deleted", "asset.deleted", "gone", "", None, b"<entry/>", deleted=True),
]


@pytest.mark.parametrize("old", OLD, ids=["dated long ago", "not dated"])
@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("failed", [False, True])
def test_an_old_thing_in_work_brings_up_nothing_else(
    store: Any, old: State, restart: bool, failed: bool
) -> None:
    """What was only taken note of is not new because a message tells of something older."""
    newest, there = made(store), {f"thing {number}": -1000.0 * number for number in range(50)}
    assert walk(newest, there) == []
    newest.begun(old)
    if failed:
        newest.ended(old, done=False)
    newest.save()
    again = old.updated is not None and (restart or failed)
    assert walk(made(store) if restart else newest, there) == ([old.key] if again else [])


def test_what_failed_before_the_first_sweep_is_found_by_it(store: Any) -> None:
    newest, early = made(store), state("early", 5)
    newest.begun(early)
    newest.ended(early, done=False)
    assert walk(newest, {"there": 4, "early": 5}) == ["early"]
    assert walk(newest, {"there": 4, "early": 5}) == []


def test_what_fails_during_the_first_sweep_is_found_by_the_next(store: Any) -> None:
    newest, things = made(store), {"there": 4.0, "late": 5.0}

    def pages() -> Iterator[State]:
        newest.begun(state("late", 5))
        newest.ended(state("late", 5), done=False)
        yield state("late", 5)
        yield state("there", 4)

    assert list(newest.walk(pages())) == []
    assert walk(newest, things) == ["late"]
    assert walk(newest, things) == []


def test_more_failures_than_can_be_named(store: Any) -> None:
    newest, things = made(store), {f"thing {number}": number / 100 for number in range(REMEMBERED + 10)}
    walk(newest, {})
    assert len(walk(newest, things, done=False)) == len(things)
    assert len(store.values["key"]["open"]) <= REMEMBERED
    assert len(walk(newest, things)) == len(things)


def test_a_sweep_that_breaks_off_does_not_count(store: Any) -> None:
    newest = made(store)
    walk(newest, {})

    def broken() -> Iterator[State]:
        yield state("first", 1000)
        raise flowhost.Unavailable("the server is gone")

    with pytest.raises(flowhost.Unavailable):
        for each in newest.walk(broken()):
            newest.begun(each)
            newest.ended(each, done=True)
    assert walk(newest, {"first": 1000, "second": 1}) == ["second"]


def test_what_failed_is_not_forgotten_by_a_sweep_that_breaks_off(store: Any) -> None:
    newest = made(store)
    walk(newest, {})
    things = {"lost": 1000.0, "new": 100_000.0}
    walk(newest, things, done=False)
    newest.begun(state("new", 100_000))
    newest.ended(state("new", 100_000), done=True)

    def broken() -> Iterator[State]:
        yield state("new", 100_000)
        raise flowhost.Unavailable("the server is gone")

    with pytest.raises(flowhost.Unavailable):
        list(newest.walk(broken()))
    assert walk(newest, things) == ["lost"]


def test_an_entry_of_the_future_hides_nothing(store: Any) -> None:
    newest = made(store)
    century = 100 * 365 * 86_400
    assert walk(newest, {"wrong clock": century}) == []
    assert walk(newest, {"wrong clock": century, "new": 5 * 365 * 86_400}) == ["new"]


def test_what_shows_up_late_is_found(store: Any) -> None:
    newest = made(store)
    walk(newest, {"one": 1000})
    assert walk(newest, {"one": 1000, "late": 950}) == ["late"]
