"""The recycle bin: on a development server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

import flowhost

DAY = timedelta(days=1)


def deleted(bed: Any, item: str) -> str:
    fields: Any = bed.library.item(item).fields
    return "".join(fields.get("portal_deleted", ()))


def exists(bed: Any, item: str) -> bool:
    return bed.library.item(item) is not None


def test_it_says_since_when(bed: Any) -> None:
    item = bed.library.create_item({}).id
    before = datetime.now(UTC)
    with bed.requests(3):  # the item, its locks, the change
        assert bed.library.trash_item(item) is True
    first = deleted(bed, item)
    assert first.endswith("Z")
    assert before - timedelta(seconds=1) <= datetime.fromisoformat(first) <= datetime.now(UTC)
    with bed.requests(1):
        assert bed.library.trash_item(item, timedelta(days=3)) is False
    assert deleted(bed, item) == first
    assert bed.notes.keys() == []


def test_an_item_that_is_locked(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.rest("POST", f"item/{item}/deletion-lock", json={"expiryTime": "2999-01-01T00:00:00Z"})
    with pytest.raises(
        flowhost.Permanent, match=f"the item {item} is kept from deletion by a lock of admin until 2999"
    ):
        bed.library.trash_item(item)
    assert deleted(bed, item) == ""


def test_what_is_due_is_deleted(bed: Any) -> None:
    usual, short, long, zero = (bed.library.create_item({}).id for _ in range(4))
    bed.library.create_item({})
    bed.library.trash_item(usual)
    bed.library.trash_item(short, timedelta(hours=1))
    bed.library.trash_item(long, timedelta(days=9))
    bed.library.trash_item(zero, timedelta())
    now = datetime.now(UTC) + timedelta(seconds=1)
    assert bed.library.purge(now) == [zero]
    assert bed.library.purge(now + timedelta(hours=2)) == [short]
    assert bed.library.purge(now + DAY) == [usual]
    assert bed.library.purge(now + 8 * DAY) == []
    assert bed.library.purge(now + 9 * DAY) == [long]
    assert bed.library.purge(now + 20 * DAY) == []
    assert bed.notes.keys() == []
    assert len(bed.library.items().items) == 1


def test_a_lock_keeps_what_is_due(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.library.trash_item(item)
    lock = bed.rest("POST", f"item/{item}/deletion-lock", json={"expiryTime": "2999-01-01T00:00:00Z"})
    due = datetime.now(UTC) + 2 * DAY
    assert bed.library.purge(due) == []
    bed.rest("DELETE", f"item/{item}/deletion-lock/{lock['id']}")
    assert bed.library.purge(due) == [item]


def test_a_grace_counts_for_one_stay_only(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.library.trash_item(item, timedelta(hours=1))
    bed.library.set_metadata(item, {"portal_deleted": []})  # fetched back, and deleted again by somebody
    then = (datetime.now(UTC) + timedelta(seconds=5)).isoformat().replace("+00:00", "Z")
    bed.library.set_metadata(item, {"portal_deleted": [then]})
    assert bed.library.purge(datetime.now(UTC) + timedelta(hours=2)) == []
    assert bed.library.purge(datetime.now(UTC) + 2 * DAY) == [item]


def test_what_is_fetched_back_at_the_last_moment_stays(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is of a moment ago, or the site's index is late."""
    items = [bed.library.create_item({}).id for _ in range(2)]
    for item in items:
        bed.library.trash_item(item)
    purging = bed.library._bin()
    found = purging._trashed()
    monkeypatch.setattr(purging, "_trashed", lambda: found)
    bed.library.set_metadata(items[0], {"portal_deleted": []})
    assert bed.library.purge(datetime.now(UTC) + 2 * DAY) == [items[1]]
    assert exists(bed, items[0])


def test_a_search_that_misses_an_item_forgets_no_grace(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    item = bed.library.create_item({}).id
    bed.library.trash_item(item, timedelta(days=9))
    monkeypatch.setattr(bed.library._bin(), "_trashed", dict)
    assert bed.library.purge(datetime.now(UTC) + 2 * DAY) == []
    monkeypatch.undo()
    assert bed.library.purge(datetime.now(UTC) + 3 * DAY) == []
    assert exists(bed, item)
    assert bed.library.purge(datetime.now(UTC) + 10 * DAY) == [item]


def test_a_grace_holds_however_the_site_writes_the_moment(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.library.trash_item(item, timedelta(days=9))
    moment = datetime.fromisoformat(deleted(bed, item)).astimezone(timezone(timedelta(hours=2)))
    other = moment.isoformat(timespec="microseconds")
    bed.library.set_metadata(item, {"portal_deleted": [other]})
    assert bed.library.purge(datetime.now(UTC) + 2 * DAY) == []
    assert bed.library.purge(datetime.now(UTC) + 10 * DAY) == [item]


def test_a_library_that_was_closed_once_purges(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.library.trash_item(item)
    bed.library.close()
    bed.library.open()
    assert bed.library.purge(datetime.now(UTC) + 2 * DAY) == [item]


def test_a_process_that_dies_before_the_item_is_there(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    item = bed.library.create_item({}).id

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    monkeypatch.setattr(bed.library._client, "put", die)
    with pytest.raises(Died):
        bed.library.trash_item(item, timedelta(hours=1))
    monkeypatch.undo()
    assert deleted(bed, item) == ""
    assert bed.library.purge(datetime.now(UTC) + timedelta(minutes=30)) == []
    assert len(bed.notes.keys()) == 1  # it may be on its way
    assert bed.library.purge(datetime.now(UTC) + timedelta(hours=3)) == []
    assert bed.notes.keys() == []
    assert exists(bed, item)


def test_graces_that_are_none(bed: Any) -> None:
    item = bed.library.create_item({}).id
    for grace in (timedelta(seconds=-1), timedelta(days=99_999)):
        with pytest.raises(flowhost.Permanent, match="the grace is"):
            bed.library.trash_item(item, grace)


def test_more_than_a_page_is_deleted(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowhost_plugins.vidispine.trash.purging.PAGE", 2)
    ids = [bed.library.create_item({}).id for _ in range(5)]
    for item in ids:
        bed.library.trash_item(item)
    assert sorted(bed.library.purge(datetime.now(UTC) + 2 * DAY)) == sorted(ids)


def test_a_daemon_empties_it(make_bed: Callable[..., Any], clock: Any) -> None:
    bed = make_bed(purge=True, recycle_bin=3600, clock=clock)
    item = bed.library.create_item({}).id
    bed.library.trash_item(item)
    bed.library.daemon_started()
    assert "vidispine-trash" in {thread.name for thread in threading.enumerate()}
    clock.wait_for_waiters()
    assert exists(bed, item)
    clock.advance(3601)
    until_gone(bed, item)
    bed.library.close()
    assert "vidispine-trash" not in {thread.name for thread in threading.enumerate()}


def until_gone(bed: Any, item: str) -> None:
    patience = threading.Event()
    for _ in range(3000):
        if not any(one["id"] == item for one in bed.rest("GET", "item").get("item", [])):
            return
        patience.wait(0.02)
    raise AssertionError("the item is still there after a minute")


def test_a_daemon_leaves_it_to_portal(bed: Any) -> None:
    bed.library.daemon_started()
    assert "vidispine-trash" not in {thread.name for thread in threading.enumerate()}
