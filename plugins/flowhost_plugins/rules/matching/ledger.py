"""What the ledger says: whether a rule has handled an item already."""

from __future__ import annotations

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Check, ItemState, Refusal, Run

KNOWN: frozenset[ItemState] = frozenset({"processing", "handled", "failed"})
"""States of items that a rule leaves alone as long as they match."""

_SAID: dict[str | None, str] = {
    None: "the rule has not had this item yet",
    "unmatched": "the item did not match for a while, so it is new again",
    "processing": "the rule is at this item",
    "handled": "the rule has handled this item",
    "failed": "the rule failed at this item; clear it to have it tried again",
}

_REFUSED: dict[Refusal, str] = {
    "processing": "the rule is at this item",
    "handled": "the rule has had this item",
    "duplicate": "this event has started the rule for this item already",
}


def state_check(state: ItemState | None) -> Check:
    """Whether an item in this state is new for a rule."""
    return Check("ledger", state not in KNOWN, _SAID[state])


def refusal_check(refusal: Refusal) -> Check:
    """Why the ledger did not let a run start."""
    return Check("ledger", False, _REFUSED[refusal])


def settling_run(journal: Journal, rule: str, item: str | None) -> Run | None:
    """A run of the rule that waits for this item to settle: another one would do nothing besides."""
    record = None if item is None else journal.item_record(rule, item)
    run = None if record is None or record.state != "processing" else journal.run(record.run)
    return run if run and run.state == "pending" and run.started is None and run.wake is not None else None


def record_check(journal: Journal, rule: str, item: str) -> tuple[Check, Run | None]:
    """What the ledger knows of an item, in detail, and the newest run for it."""
    record = journal.item_record(rule, item)
    if record is None:
        return state_check(None), None
    run = journal.run(record.run)
    check = state_check(record.state)
    since = f"{record.since:%Y-%m-%d %H:%M:%S} UTC"
    state = f"; run {run.id} is {run.state}" if run else ""
    wake = f" until {run.wake:%Y-%m-%d %H:%M:%S} UTC" if run and run.wake and run.state == "pending" else ""
    errors = f"; {record.errors[0]}" if record.errors else ""
    return Check("ledger", check.held, f"{check.reason} (since {since}{state}{wake}{errors})"), run
