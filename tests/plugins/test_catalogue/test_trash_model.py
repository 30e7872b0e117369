"""The recycle bin, deletion locks and time against a model in plain dictionaries."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.catalogue import Catalogue, DeletionLocked

HOURS = st.integers(0, 4).map(lambda hours: timedelta(hours=hours))


class Bin(RuleBasedStateMachine):
    """What is known of each item that was not deleted: its deadline in the bin, and until when it is locked."""

    prepared: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FakeClock()
        url = flowhost.Secret(f"sqlite:///{shutil.copy(self.prepared, self.folder.name)}")
        self.catalogue = Catalogue(url=url, clock=self.clock)
        self.catalogue.open()
        self.deadlines: dict[str, datetime | None] = {}
        self.locks: dict[str, list[datetime | None]] = {}

    def teardown(self) -> None:
        self.catalogue.close()
        self.folder.cleanup()

    items = Bundle("items")

    def is_locked(self, item: str) -> bool:
        return any(end is None or self.clock.now() < end for end in self.locks.get(item, []))

    @rule(target=items)
    def make(self) -> str:
        made = self.catalogue.create_item({}).id
        self.deadlines[made] = None
        return made

    @rule(item=items, grace=HOURS)
    def trash(self, item: str, grace: timedelta) -> None:
        if item not in self.deadlines:
            return
        try:
            trashed = self.catalogue.put_in_trash(item, grace)
        except DeletionLocked:
            assert self.is_locked(item)
            return
        assert not self.is_locked(item)
        assert trashed.purge_at == self.clock.now() + grace
        self.deadlines[item] = trashed.purge_at

    @rule(item=items)
    def restore(self, item: str) -> None:
        if item in self.deadlines:
            assert self.catalogue.restore_item(item) == (self.deadlines[item] is not None)
            self.deadlines[item] = None

    @rule(item=items, hours=st.none() | HOURS)
    def lock(self, item: str, hours: timedelta | None) -> None:
        if item in self.deadlines:
            end = None if hours is None else self.clock.now() + hours
            self.catalogue.lock_deletion(item, expires=end)
            self.locks.setdefault(item, []).append(end)

    @rule(item=items)
    def unlock(self, item: str) -> None:
        if item in self.deadlines:
            for one in self.catalogue.deletion_locks(item):
                assert self.catalogue.unlock_deletion(item, one.id)
            self.locks.pop(item, None)

    @rule(item=items)
    def delete(self, item: str) -> None:
        try:
            assert self.catalogue.delete_item(item) == (item in self.deadlines)
        except DeletionLocked:
            assert self.is_locked(item)
            return
        self.deadlines.pop(item, None)
        self.locks.pop(item, None)

    @rule(hours=HOURS)
    def pass_time(self, hours: timedelta) -> None:
        self.clock.jump(hours.total_seconds())  # the background sweep does not run: only `purge` deletes

    @rule()
    def purge(self) -> None:
        now = self.clock.now()
        due = {
            item
            for item, deadline in self.deadlines.items()
            if deadline is not None and deadline <= now and not self.is_locked(item)
        }
        assert set(self.catalogue.purge()) == due
        for item in due:
            del self.deadlines[item]
            self.locks.pop(item, None)

    @invariant()
    def what_is_seen(self) -> None:
        seen = {one.id for one in self.catalogue.items(number=1000).items}
        assert seen == {item for item, deadline in self.deadlines.items() if deadline is None}
        assert self.catalogue.count_items(trashed=True) == len(self.deadlines)
        binned = [(one.purge_at, one.item) for one in self.catalogue.trash(number=1000)]
        assert sorted(binned) == sorted(
            (end, item) for item, end in self.deadlines.items() if end is not None
        )
        assert [when for when, _ in binned] == sorted(when for when, _ in binned)


@pytest.mark.slow
def test_the_bin_does_what_the_model_does(examples: Any, prepared_file: Path) -> None:
    bound = type("BoundBin", (Bin,), {"prepared": prepared_file})
    run_state_machine_as_test(bound, settings=examples(10))
