"""Which files sweeps have found, whatever happens between and during them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one.sources.listing import Listing
from flowhost_plugins.viz_one.sources.states import State


def state(name: str) -> State:
    return State(name, "file.changed", name, name, None, b"<entry/>")


def walk(listing: Listing, *names: str, done: bool = True) -> list[str]:
    """What one sweep finds."""
    found = []
    for each in listing.walk(map(state, names)):
        listing.begun(each)
        listing.ended(each, done=done)
        found.append(each.id)
    return found


def made(store: Any, *, initial: bool = False) -> Listing:
    listing = Listing(store, "key", initial=initial)
    listing.load()
    return listing


def test_what_is_new(store: Any) -> None:
    listing = made(store)
    assert walk(listing, "a", "b") == []
    assert walk(listing, "a", "b", "c") == ["c"]
    assert walk(listing, "a", "c") == []
    assert walk(listing, "a", "b", "c") == ["b"], "it went and came back"


def test_a_restart(store: Any) -> None:
    walk(made(store), "a")
    assert walk(made(store), "a", "b") == ["b"]
    assert walk(made(store, initial=True), "a", "b") == ["a", "b"]
    assert walk(made(store, initial=True), "a", "b") == []


def test_what_failed_is_found_again(store: Any) -> None:
    listing = made(store)
    walk(listing)
    assert walk(listing, "a", done=False) == ["a"]
    assert walk(listing, "a") == ["a"]
    assert walk(listing, "a") == []


def test_a_crash_finds_work_in_flight_again(store: Any) -> None:
    listing = made(store)
    walk(listing)
    listing.begun(state("in flight"))
    assert walk(listing, "in flight", "done") == ["done"]
    assert walk(made(store), "in flight", "done") == ["in flight"]


def test_a_message_during_a_sweep(store: Any) -> None:
    """The file came after its page was read: it is not forgotten as one that has gone."""
    listing = made(store)
    walk(listing)

    def pages() -> Iterator[State]:
        yield state("a")
        listing.begun(state("late"))
        listing.ended(state("late"), done=True)

    assert [each.id for each in listing.walk(pages())] == ["a"]
    assert walk(listing, "late") == []


def test_what_fails_before_or_during_the_first_sweep_is_found_by_the_next(store: Any) -> None:
    listing = made(store)
    listing.begun(state("early"))
    listing.ended(state("early"), done=False)

    def pages() -> Iterator[State]:
        yield state("there")
        listing.begun(state("late"))
        listing.ended(state("late"), done=False)
        yield state("late")
        yield state("early")

    assert list(listing.walk(pages())) == []
    assert walk(listing, "there", "late", "early") == ["late", "early"]


def test_a_sweep_that_breaks_off_does_not_count(store: Any) -> None:
    def broken() -> Iterator[State]:
        yield state("a")
        raise flowhost.Unavailable("the server is gone")

    listing = made(store)
    with pytest.raises(flowhost.Unavailable):
        list(listing.walk(broken()))
    assert not store.values
    walk(listing, "a", "b")
    with pytest.raises(flowhost.Unavailable):
        list(listing.walk(broken()))
    assert walk(listing, "a", "b") == []


def test_it_is_compact(store: Any) -> None:
    listing = made(store)
    walk(listing, *(f"urn:vme:default:unmanagedfile:{number} 1 2025" for number in range(10_000)))
    assert len(store.values["key"]["known"]) < 11 * 10_000
