"""Runs that wait until their item has been left alone, or that waited for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.rule import SavedSearch, Signal

FRESH = SavedSearch("state=fresh", is_query=True)
CHANGE = Signal("metadata_modify", "metadata-change")


def still(site: Any, number: int = 0) -> Any:
    runs = site.journal.runs()
    return site.matcher.still(site.deployed(), runs[number])


def test_a_run_waits_until_its_item_has_settled(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(CHANGE, settle=60)
    site.clock.advance(10)

    (run,) = site.push("metadata_modify")

    assert run.wake == site.clock.now() + timedelta(seconds=50)
    assert "it changed 10 s ago; the run waits until 00:01:00 UTC" in site.reasons()
    assert site.journal.claim("me", number=1, total=1, per_rule={}) == []


def test_an_item_that_has_settled_is_not_waited_for(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(CHANGE, settle=60)
    site.clock.advance(3600)

    (run,) = site.push("metadata_modify")

    assert run.wake is None
    assert "it has not changed for 1 h, 1 min is enough" in site.reasons()


def test_a_sweep_waits_for_items_too(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH, settle=60)

    site.matcher.sweep(site.deployed())

    assert site.journal.runs()[0].wake == site.clock.now() + timedelta(seconds=60)


def test_many_changes_while_an_item_settles_are_one_run(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(CHANGE, settle=60)
    (run,) = site.push("metadata_modify", id="1")
    site.clock.advance(30)
    site.library.change("VX-1", title="x")

    assert site.push("metadata_modify", id="2") == []
    assert site.reasons()[-1] == f"run {run.id} of this rule waits for the item to settle"


def test_a_run_waits_longer_when_its_item_changed_again(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(CHANGE, settle=60)
    site.push("metadata_modify")
    site.clock.advance(30)
    site.library.change("VX-1", title="x")
    site.clock.advance(30)

    standing = still(site)

    assert standing.state == "later"
    assert standing.until == site.clock.now() + timedelta(seconds=30)
    site.clock.advance(30)
    assert still(site).state == "go"


def test_a_run_whose_conditions_do_not_hold_any_more_is_not_wanted(site: Any) -> None:
    site.library.add("VX-1", title="x")
    site.rule(CHANGE, settle=60, when=["item.title == 'x'", "event.data['by'] == 'eva'"])
    site.push("metadata_modify", by="eva")
    site.clock.advance(60)
    assert still(site).state == "go"

    site.library.remove("VX-1")

    assert still(site).state == "gone"
    assert "there is no item VX-1" in still(site).reason


def test_a_run_whose_search_does_not_find_its_item_any_more_is_not_wanted(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)
    site.push()
    assert still(site).state == "go"
    site.library.change("VX-1", state="old")

    assert (still(site).state, still(site).reason) == (
        "gone",
        "the query 'state=fresh' does not find the item",
    )


def test_a_run_whose_search_cannot_be_asked_is_not_wanted(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.library.save("Fresh", "state=fresh")
    site.rule(SavedSearch("Fresh"))
    site.push()
    site.library.unsave("Fresh")

    assert still(site).reason == "there is no saved search 'Fresh'"


def test_a_run_that_was_started_by_hand_needs_no_reason(site: Any) -> None:
    site.library.add("VX-1", state="old")
    site.rule(FRESH, settle=60, when=["item.title == 'x'"])
    site.start()

    assert still(site).state == "go"
    assert still(site).reason == ""


def test_a_library_that_does_not_tell_when_an_item_changed(site: Any) -> None:
    site.library.add("VX-1")
    site.library.forget_updated("VX-1")
    site.rule(CHANGE, settle=60)

    (run,) = site.push("metadata_modify")

    assert run.wake is None
    assert "the asset system does not tell when the item last changed" in site.reasons()


def test_an_item_that_is_gone_does_not_settle(site: Any) -> None:
    site.rule(Signal("item_delete"), settle=60)

    assert site.push("item_delete") == []
    assert site.reasons()[-1] == "there is no item VX-1"


def test_a_library_that_is_down_is_waited_for(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)
    site.push()
    site.library.down = True

    with pytest.raises(flowhost.Unavailable):
        still(site)
