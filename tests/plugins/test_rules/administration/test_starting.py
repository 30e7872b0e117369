"""Starting a rule by hand."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.administration import Refused


def test_a_rule_is_started_for_each_item(stage: Any, admin: Any) -> None:
    stage.rule(trigger="new-item")
    stage.library.add("VX-1")
    stage.library.add("VX-2", external_id="house-2")
    one, two = admin.start("R", ["VX-1", "house-2", "VX-1"], user="eva")
    assert (one.run.state, one.run.cause.trigger, one.run.cause.user) == ("pending", "manual", "eva")
    assert (two.item, two.run.item) == ("VX-2", "VX-2")


def test_what_is_wrong_with_one_item_does_not_hold_up_the_others(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.library.add("VX-1")
    stage.library.add("VX-3")
    admin.start("R", ["VX-1"])
    first, second, third = admin.start("R", ["VX-1", "VX-2", "VX-3"])
    assert (first.run, first.refusal, first.would_start) == (None, "processing", False)
    assert (second.error, second.would_start) == ("there is no item VX-2", False)
    assert third.run is not None


def test_a_dry_start_starts_nothing(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.library.add("VX-1")
    stage.library.add("VX-2")
    admin.start("R", ["VX-1"])
    told = admin.start("R", ["VX-1", "VX-2", "VX-3"], dry=True)
    assert [one.would_start for one in told] == [False, True, False]
    assert len(admin.runs()) == 1


@pytest.mark.parametrize("trigger", ["manual", "{source: {type: x}}", "{schedule: {every: 1 h}}"])
def test_a_rule_that_need_not_be_about_an_item_is_started_without_one(
    stage: Any, admin: Any, trigger: str
) -> None:
    stage.rule(trigger=trigger)
    assert admin.start("R", dry=True)[0].would_start
    (started,) = admin.start("R")
    assert (started.item, started.run.item) == (None, None)


@pytest.mark.parametrize("trigger", ["new-item", "{schedule: {every: 1 h, query: 'state=raw'}}"])
def test_a_rule_that_works_on_items_needs_one(stage: Any, admin: Any, trigger: str) -> None:
    stage.rule(trigger=trigger)
    with pytest.raises(Refused, match="works on items; name at least one"):
        admin.start("R")


def test_the_items_that_a_query_finds(stage: Any, admin: Any) -> None:
    stage.library.add("VX-1", state="raw")
    stage.library.add("VX-2", state="ready")
    stage.library.add("VX-3", state="raw")
    assert admin.found("state=raw") == ["VX-1", "VX-3"]
    with pytest.raises(flowhost.Permanent, match="cannot be read"):
        admin.found("state")


def test_without_the_library_nothing_is_started(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.library.down = True
    with pytest.raises(flowhost.Unavailable):
        admin.start("R", ["VX-1"])
    assert admin.runs() == []
