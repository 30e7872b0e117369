"""The time line of an item."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flowhost_plugins.rules.administration import NotFound, timeline
from flowhost_plugins.rules.records import Check, Decision, Step


def test_everything_is_on_one_line_in_order(stage: Any, admin: Any, logged: Any) -> None:
    clock, start = stage.clock, stage.clock.now()
    stage.rule()
    stage.daemon()
    logged.add("VX-1")
    logged.changed("item", "CREATE", "VX-1", item="VX-1", fields=("title",))
    logged.changed("item", "CREATE", "VX-2", item="VX-2")
    logged.changed("collection", "CREATE", "VX-1")
    blocked = (Check("settle", False, "it changed 2 s ago"),)
    logged.changed("collection", "MODIFY", "VX-1", item="VX-1", details={"content": "add"})
    clock.advance(1)
    stage.journal.decide(Decision("R", "VX-1", blocked, clock.now(), clock.now(), trigger="sweep"))
    clock.advance(1)
    stage.journal.decide(Decision("R", "VX-1", blocked, clock.now(), clock.now(), trigger="sweep"))
    run = stage.run("VX-1")
    claimed = stage.claimed()
    clock.advance(1)
    logged.changed("metadata", "MODIFY", "VX-1", item="VX-1", fields=("note",), details={"mark": str(run.id)})
    logged.changed("job", "MODIFY", "VX-7", item="VX-1", details={"status": "FINISHED", "type": "EXPORT"})
    logged.changed("job", "MODIFY", "VX-8", item="VX-2", details={"status": "FINISHED"})
    step = Step(1, "do", "failed", "why", ("VX-7",), attempts=3, started=clock.now(), ended=clock.now())
    assert stage.journal.record(claimed, [step], state="failed", errors=["step 1 (do): why"])
    line = admin.item("VX-1")
    assert line.item is not None
    told = [((one.time - start).total_seconds(), one.kind, one.text) for one in line.entries]
    assert told == [
        (0, "change", "item create of title"),
        (0, "change", "collection modify VX-1: content add"),
        (1, "decision", "not started (sweep): settle: it changed 2 s ago"),
        (2, "run", f"run {run.id} asked for: manual, by eva"),
        (3, "change", f"metadata modify of note by run {run.id}"),
        (3, "job", "job modify VX-7: status FINISHED, type EXPORT"),
        (3, "step", "step 1 do failed: why (VX-7), 3 tries"),
        (3, "run", f"run {run.id} failed: step 1 (do): why"),
    ]
    decision = line.entries[2]
    assert (decision.rule, decision.times, decision.until) == ("R", 2, start + timedelta(seconds=2))
    assert {one.run for one in line.entries[6:]} == {run.id}


def test_since_leaves_out_what_was_over(stage: Any, admin: Any, logged: Any) -> None:
    logged.add("VX-1")
    logged.changed("item", "CREATE", "VX-1", item="VX-1")
    stage.clock.advance(10)
    since = stage.clock.now()
    logged.changed("item", "MODIFY", "VX-1", item="VX-1")
    assert [one.text for one in admin.item("VX-1", since=since).entries] == ["item modify"]


def test_without_a_log_the_events_that_were_kept_are_told(stage: Any, admin: Any) -> None:
    stage.library.add("VX-1", external_id="house-1")
    stage.event("item_create", "VX-1")
    stage.event("item_create", "VX-2")
    line = admin.item("house-1")
    assert [(one.kind, one.text) for one in line.entries] == [("event", "item_create from library")]
    assert line.id == "VX-1"


def test_an_item_that_is_gone_has_its_line_still(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.run("VX-1")
    admin.delete("R")
    line = admin.item("VX-1")
    assert (line.item, line.problem, len(line.entries)) == (None, "", 1)


def test_without_the_library_the_journal_tells_its_part(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.run("VX-1")
    stage.library.down = True
    line = admin.item("VX-1")
    assert (line.problem, len(line.entries)) == ("the library is down", 1)


def test_an_item_that_nobody_knows(admin: Any) -> None:
    with pytest.raises(NotFound, match="there is no item VX-404"):
        admin.item("VX-404")


def test_of_a_long_log_the_newest_part_is_looked_through(
    admin: Any, logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "CHANGES", 3)
    logged.add("VX-1")
    for _ in range(5):
        logged.changed("item", "MODIFY", "VX-1", item="VX-1")
    line = admin.item("VX-1")
    assert (len(line.entries), line.from_change) == (3, 3)
