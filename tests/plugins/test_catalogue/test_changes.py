"""The log of changes, and those who listen to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost import AccessEntry
from flowhost_plugins.catalogue import Catalogue, Change, Group

DEADLINE = 60.0


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.005)


def told(changes: list[Change]) -> list[tuple[str, str, str | None]]:
    return [(one.kind, one.action, one.item) for one in changes]


def test_what_happens_is_in_the_log_in_order(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"a": ["1"]}, access=[AccessEntry("g")])
    catalogue.set_metadata(item.id, {"a": ["2"], "G/b": ["3"]})
    catalogue.set_groups(item.id, "G", [Group("G", {"b": ("4",)})])
    catalogue.set_access(item.id, [])
    catalogue.update_item(item.id, external_ids=["e"])
    catalogue.delete_item(item.id)

    changes = catalogue.changes()
    assert told(changes) == [
        ("item", "CREATE", item.id),
        ("access", "MODIFY", item.id),
        ("metadata", "MODIFY", item.id),
        ("metadata", "MODIFY", item.id),
        ("access", "MODIFY", item.id),
        ("item", "MODIFY", item.id),
        ("item", "DELETE", item.id),
    ]
    assert [one.fields for one in changes[:4]] == [("a",), (), ("a", "G/b"), ("G/b",)]
    assert [one.sequence for one in changes] == sorted({one.sequence for one in changes})
    assert changes[-1].sequence == catalogue.last_change()
    assert catalogue.changes(after=changes[2].sequence, number=2) == changes[3:5]
    assert catalogue.changes(after=catalogue.last_change()) == []


def test_the_log_outlives_the_process(catalogue: Catalogue) -> None:
    catalogue.create_item({})
    before = catalogue.changes()
    catalogue.close()
    catalogue.open()
    assert catalogue.changes() == before
    catalogue.create_item({})
    assert catalogue.last_change() > before[-1].sequence


def test_nothing_is_in_the_log_of_what_was_refused(catalogue: Catalogue) -> None:
    catalogue.create_item({}, external_id="e")
    seen = catalogue.changes()
    with pytest.raises(Exception, match="belongs to the item"):
        catalogue.create_item({"a": ["1"]}, external_id="e")
    assert catalogue.changes() == seen


def test_listeners_hear_every_change_once_and_in_order(catalogue: Catalogue) -> None:
    catalogue.create_item({})
    heard: list[Change] = []
    threads: set[str] = set()

    def listener(change: Change) -> None:
        assert catalogue.changes(after=change.sequence - 1, number=1) == [change], "it is committed"
        threads.add(threading.current_thread().name)
        heard.append(change)

    start = catalogue.last_change()
    listening = catalogue.listen(listener)
    writers = [
        threading.Thread(target=lambda: [catalogue.create_item({"n": ["1"]}) for _ in range(20)])
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    wait_until(lambda: len(heard) == 80)

    assert heard == catalogue.changes(after=start)
    assert threads == {"catalogue-changes"}
    listening.close()
    catalogue.create_item({})
    catalogue.close()
    assert len(heard) == 80


def test_a_listener_that_fails_hurts_nobody(catalogue: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Change] = []

    def failing(change: Change) -> None:
        raise RuntimeError("oh dear")

    catalogue.listen(failing)
    catalogue.listen(heard.append)
    catalogue.create_item({})
    catalogue.create_item({})
    wait_until(lambda: len(heard) == 2)
    assert "a listener failed at change" in caplog.text and "oh dear" in caplog.text


def test_a_listener_may_write_and_close_itself(catalogue: Catalogue) -> None:
    heard: list[Change] = []

    def listener(change: Change) -> None:
        heard.append(change)
        if change.kind == "item":
            catalogue.set_metadata(change.id, {"seen": ["yes"]})
        else:
            listening.close()

    listening = catalogue.listen(listener)
    item = catalogue.create_item({})
    wait_until(lambda: len(heard) == 2)
    catalogue.set_metadata(item.id, {"seen": ["again"]})
    catalogue.close()
    assert told(heard) == [("item", "CREATE", item.id), ("metadata", "MODIFY", item.id)]


def test_closing_tells_what_is_in_the_log_already(catalogue: Catalogue) -> None:
    heard: list[Change] = []
    catalogue.listen(heard.append)
    for _ in range(50):
        catalogue.create_item({})
    catalogue.close()
    assert len(heard) == 50


def test_a_neighbour_on_the_same_database_is_heard(library: Any) -> None:
    ours, theirs = (library.open(clock=flowhost.SystemClock()) for _ in range(2))
    heard: list[Change] = []
    ours.listen(heard.append)
    theirs.create_item({})
    wait_until(lambda: len(heard) == 1)
    theirs.close()
    ours.create_item({})
    wait_until(lambda: len(heard) == 2)
