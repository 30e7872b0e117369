"""Which new runs are kept, and which are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Cause, NewRun, Run

New = Callable[..., NewRun]
Take = Callable[..., list[Run]]


def end(journal: Journal, take: Take, state: Any = "finished") -> Run:
    """Take the next run to its end."""
    [run] = take(journal, number=1)
    assert journal.record(run, [], state=state, errors=["it broke"] if state != "finished" else [])
    return run


def test_a_run_is_kept_as_it_was_asked_for(journal: Journal, clock: Any) -> None:
    cause = Cause(
        "job", {"id": "7", "data": {"a": [1]}}, swept=True, user="kim", variables={"x": "y\nz"}, mark="3"
    )
    wake = clock.now() + timedelta(seconds=5)
    asked = NewRun("r", 4, "VX-1", cause, priority=-2, wake=wake, depth=2, chain=("a", "b"))
    run = journal.start(asked)
    assert run == Run(
        run.id,
        "r",
        4,
        "VX-1",
        "pending",
        cause,
        priority=-2,
        created=clock.now(),
        wake=wake,
        depth=2,
        chain=("a", "b"),
    )
    assert journal.run(run.id) == run
    assert journal.run(run.id + 1) is None


def test_an_item_that_is_processed_is_not_started_again(journal: Journal, new: New, take: Take) -> None:
    journal.start(new())
    assert journal.start(new()) == "processing"
    assert journal.start(new(once=True)) == "processing"
    assert journal.start(new(trigger="manual")) == "processing"
    assert journal.start(new(trigger="job", once=True)) == "processing"
    assert isinstance(journal.start(new(rule="other")), Run)
    assert isinstance(journal.start(new("VX-2")), Run)


@pytest.mark.parametrize("trigger", ["job", "new-item", "metadata-change", "notification", "source"])
def test_what_happens_while_an_item_is_processed_waits_for_its_turn(
    journal: Journal, new: New, take: Take, trigger: str
) -> None:
    first = journal.start(new())
    second, third = (journal.start(new(trigger=trigger)) for _ in range(2))
    [run] = take(journal)
    assert run.id == first.id
    assert take(journal) == []
    journal.record(run, [], state="finished")
    assert journal.item_record("r", "VX-1").state == "processing"
    assert end(journal, take, "failed").id == second.id
    assert end(journal, take).id == third.id
    record = journal.item_record("r", "VX-1")
    assert (record.state, record.times, record.run, record.errors) == ("handled", 3, third.id, ())


def test_one_that_waits_for_its_turn_and_for_a_moment_waits_for_both(
    journal: Journal, new: New, take: Take, clock: Any
) -> None:
    journal.start(new())
    late = journal.start(new(trigger="job", wake=clock.now() + timedelta(seconds=60)))
    end(journal, take)
    assert take(journal) == []
    clock.advance(60)
    assert [run.id for run in take(journal)] == [late.id]


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
def test_once_is_once_until_the_item_is_unmatched(journal: Journal, new: New, take: Take, state: Any) -> None:
    journal.start(new(once=True))
    end(journal, take, state)
    assert journal.start(new(once=True)) == "handled"
    assert journal.unmatch("r", ["VX-1", "VX-2"]) == 1
    assert journal.unmatch("r", ["VX-1"]) == 0
    assert journal.item_states("r", ["VX-1", "VX-2"]) == {"VX-1": "unmatched"}
    assert isinstance(journal.start(new(once=True)), Run)
    assert journal.unmatch("r", ["VX-1"]) == 0, "it is being processed"


def test_without_once_a_handled_item_starts_again(journal: Journal, new: New, take: Take) -> None:
    journal.start(new())
    end(journal, take)
    assert isinstance(journal.start(new()), Run)


def test_an_identity_starts_one_run_of_a_rule_for_an_item(journal: Journal, new: New, take: Take) -> None:
    journal.start(new(identity="e"))
    assert journal.start(new(trigger="job", identity="e")) == "duplicate"
    end(journal, take)
    assert journal.start(new(identity="e")) == "duplicate"
    assert isinstance(journal.start(new(rule="other", identity="e")), Run)
    assert isinstance(journal.start(new("VX-2", identity="e")), Run)
    assert isinstance(journal.start(new(None, identity="e")), Run)
    assert journal.start(new(None, identity="e")) == "duplicate"


def test_an_event_that_was_refused_was_not_seen(journal: Journal, new: New, take: Take) -> None:
    journal.start(new())
    assert journal.start(new(identity="e")) == "processing"
    end(journal, take)
    assert isinstance(journal.start(new(identity="e")), Run)


def test_runs_about_no_item_have_no_turns(journal: Journal, new: New, take: Take) -> None:
    first, second = journal.start(new(None, once=True)), journal.start(new(None, once=True))
    assert [run.id for run in take(journal)] == [first.id, second.id]
    assert journal.items("r") == []


def test_many_are_answered_in_their_order(journal: Journal, new: New, take: Take) -> None:
    items = [f"VX-{number % 120}" for number in range(170)]
    answers = journal.start_many([new(item) for item in items])
    assert [answer.item if isinstance(answer, Run) else answer for answer in answers] == [
        *items[:120],
        *["processing"] * 50,
    ]
    assert len(take(journal, number=200, total=200)) == 120
    assert journal.start_many([]) == []


def test_an_item_cleared_is_new(journal: Journal, new: New, take: Take) -> None:
    journal.start(new(once=True, identity="e"))
    assert journal.clear("r") == journal.clear("r", "VX-1") == 0, "it is being processed"
    end(journal, take)
    journal.start(new(None, identity="e"))
    assert journal.clear("other") == journal.clear("r", "VX-2") == 0
    assert journal.clear("r", "VX-1") == 1
    assert journal.item_record("r", "VX-1") is None
    assert isinstance(journal.start(new(once=True, identity="e")), Run)
    assert journal.start(new(None, identity="e")) == "duplicate"
    end(journal, take)
    end(journal, take)
    assert journal.clear("r") == 1
    assert isinstance(journal.start(new(None, identity="e")), Run)


def test_pages_of_items(journal: Journal, new: New, take: Take) -> None:
    ids = sorted(["VX-1", "VX-10", "VX-2", "vx-1", "a b", "Ä", "ä", "𝄞", "ﬀ"])
    journal.start_many([new(item) for item in ids])
    first = journal.items("r", number=4)
    rest = journal.items("r", after=first[-1].item)
    assert [record.item for record in [*first, *rest]] == ids
    assert journal.items("r", state="handled") == []
    assert len(journal.items("r", state="processing")) == len(ids)
    assert journal.clear("r") == 0


@pytest.mark.parametrize("item", ["", "x\0y", "\ud800", "x" * 513])
def test_ids_that_no_database_keeps(journal: Journal, new: New, item: str) -> None:
    with pytest.raises(ValueError, match="expected 1 to 512, all of them whole"):
        journal.start(new(item))
    assert journal.runs() == []


def test_identities_may_be_anything(journal: Journal, new: New) -> None:
    for identity in ["x" * 100_000, "a\0b", "\ud800", "'; DROP TABLE rules_runs; --", "%s", "?"]:
        assert isinstance(journal.start(new(None, identity=identity)), Run)
        assert journal.start(new(None, identity=identity)) == "duplicate"


def test_a_journal_that_is_not_open(site: Any, new: New) -> None:
    closed = site.made()
    with pytest.raises(flowhost.StateUnavailable, match=r"the journal .* is not open"):
        closed.start(new())
