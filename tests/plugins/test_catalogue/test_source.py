"""The source `catalogue-changes` in a daemon."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, CatalogueChanges

PROFILE = """
    [Flow]
    app name = app
    worker = log
    [Catalogue]
    url = {url}
    [Source]
    type = catalogue-changes
    {options}
"""


def profile(library: Any, options: str = "start = oldest") -> str:
    return PROFILE.format(url=library.url, options=options)


def types(jobs: list[flowhost.Job]) -> list[str]:
    return [job.event.type for job in jobs]


def test_each_change_is_an_event(library: Any, daemon: Any) -> None:
    catalogue = library.open()
    item = catalogue.create_item({"a": ["1"]}).id
    catalogue.set_metadata(item, {"a": ["2"]})
    running = daemon(profile(library))
    made, changed = (job.event for job in running.wait_for(2))
    first, second = catalogue.changes()
    assert (made.type, changed.type) == ("item_create", "metadata_modify")
    assert (made.id, changed.id) == (str(first.sequence), str(second.sequence))
    assert made.key == made.subject == changed.key == item
    assert changed.source == catalogue.location
    assert changed.time == second.time
    assert json.loads(json.dumps(changed.data))["fields"] == "a"
    assert changed.data["itemId"] == item

    catalogue.delete_item(item)  # what happens from now on is told at once
    assert types(running.wait_for(3)) == ["item_create", "metadata_modify", "item_delete"]


def test_it_goes_on_where_it_was(library: Any, daemon: Any) -> None:
    catalogue = library.open()
    catalogue.create_item({})
    first = daemon(profile(library))
    first.wait_for(1)
    first.stop()
    assert catalogue.position("app") == catalogue.last_change()
    item = catalogue.create_item({}).id
    second = daemon(profile(library))
    assert [job.event.key for job in second.wait_for(1)] == [item]


def test_it_begins_with_now_unless_told(library: Any, daemon: Any) -> None:
    catalogue = library.open()
    catalogue.create_item({})
    running = daemon(profile(library, ""))
    running.wait_until(lambda: catalogue.position("app") is not None, "the source to begin")
    item = catalogue.create_item({}).id
    assert [job.event.key for job in running.wait_for(1)] == [item]


def test_only_what_is_wanted(library: Any, daemon: Any) -> None:
    catalogue = library.open()
    item = catalogue.create_item({}).id
    catalogue.set_metadata(item, {"a": ["2"]})
    catalogue.delete_item(item)
    running = daemon(profile(library, "start = oldest\n    notifications = item_delete, job_stop"))
    assert types(running.wait_for(1)) == ["item_delete"]
    running.wait_until(
        lambda: catalogue.position("app") == catalogue.last_change(), "the others to be passed over"
    )
    running.stop()
    assert types(running.jobs) == ["item_delete"]


def test_an_unknown_notification() -> None:
    message = "there is no notification 'item_created'; did you mean 'item_create'"
    with pytest.raises(ValueError, match=message):
        CatalogueChanges(
            notifications=("item_created",),
            catalogue=Catalogue(clock=flowhost.SystemClock()),
            clock=flowhost.SystemClock(),
            info=flowhost.DaemonInfo("app", "."),
        )


def source(library: Any, catalogue: Catalogue) -> CatalogueChanges:
    return CatalogueChanges(
        start="oldest", catalogue=catalogue, clock=library.clock, info=flowhost.DaemonInfo("app", ".")
    )


def test_the_position_stays_behind_what_is_not_safe(library: Any, catalogue: Catalogue) -> None:
    """The second of three fails for good: the source ends, and begins with it again."""
    from concurrent.futures import Future

    numbers = [int(catalogue.create_item({}).id[3:]) for _ in range(3)]
    assert len(numbers) == 3
    emitted: list[str] = []

    def emit(event: flowhost.Event) -> Future[flowhost.Receipt]:
        emitted.append(event.id or "")
        future: Future[flowhost.Receipt] = Future()
        if len(emitted) == 2:
            future.set_exception(RuntimeError("no ledger"))
        else:
            future.set_result(flowhost.Receipt("done"))
        return future

    sequences = [one.sequence for one in catalogue.changes()]
    with pytest.raises(flowhost.Unavailable, match=f"change {sequences[1]} of the catalogue"):
        source(library, catalogue).run(emit, threading.Event())
    assert emitted == [str(one) for one in sequences]


def test_a_pruned_log_is_told(library: Any, catalogue: Catalogue, caplog: Any) -> None:
    for _ in range(5):
        catalogue.create_item({})
    catalogue.advance("app", catalogue.changes()[0].sequence)
    catalogue.prune_changes(keep=0, limit=2)
    stop = threading.Event()

    def emit(event: flowhost.Event) -> Any:
        from concurrent.futures import Future

        future: Future[flowhost.Receipt] = Future()
        future.set_result(flowhost.Receipt("done"))
        if event.id == str(catalogue.last_change()):
            stop.set()
        return future

    with caplog.at_level(logging.WARNING):
        source(library, catalogue).run(emit, stop)
    assert "2 changes of the catalogue were pruned before 'app' saw them" in caplog.text
    assert catalogue.position("app") == catalogue.last_change()
