"""What changes are called in Vidispine's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost import AccessEntry
from flowhost_plugins.catalogue import Catalogue, Change, ChangeAction, ChangeKind, Member, notification
from flowhost_plugins.catalogue.changes.notifications import NAMES

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def last(catalogue: Catalogue) -> Any:
    """The newest change in Vidispine's words."""
    return notification(catalogue.changes(catalogue.last_change() - 1)[-1])


def test_items(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    told = last(catalogue)
    assert told.names == ("item_create",)
    assert told.variables == {
        "itemId": item,
        "item": item,
        "action": "CREATE",
        "sequenceNumber": str(catalogue.last_change()),
        "timestamp": catalogue.record(item).created.isoformat(),
    }
    catalogue.set_metadata(item, {"a": ["1"], "b": ["2"]})
    assert (last(catalogue).name, last(catalogue).variables["fields"]) == ("metadata_modify", "a,b")
    catalogue.trash_item(item, timedelta())
    assert last(catalogue).names == ("item_trash", "item_modify")
    catalogue.restore_item(item)
    assert last(catalogue).names == ("item_restore", "item_modify")
    catalogue.delete_item(item)
    assert (last(catalogue).name, last(catalogue).variables["itemId"]) == ("item_delete", item)


def test_access(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    made = catalogue.add_access(item, AccessEntry("editors", "group", "WRITE", 3), origin="rule:x")
    told = last(catalogue)
    assert told.name == "access_create"
    expected = {"accessId": made.id, "group": "editors", "permission": "WRITE", "priority": "3"}
    assert expected.items() <= told.variables.items()
    assert (told.variables["itemId"], told.variables["origin"]) == (item, "rule:x")
    catalogue.remove_access(item, made.id)
    assert last(catalogue).name == "access_delete"


def test_collections(catalogue: Catalogue) -> None:
    collection = catalogue.create_collection("c").id
    assert last(catalogue).name == "collection_create"
    first, second = (catalogue.create_item({}).id for _ in range(2))
    catalogue.add_member(collection, first)
    told = last(catalogue)
    assert told.name == "collection_item_add"
    assert told.variables["collectionId"] == collection
    assert told.variables["itemId"] == told.variables["memberId"] == first
    catalogue.set_members(collection, [Member(second)])
    added, removed = last(catalogue), notification(catalogue.changes()[-2])
    assert (removed.name, removed.variables["itemId"]) == ("collection_item_remove", first)
    assert (added.name, added.variables["itemId"]) == ("collection_item_add", second)
    catalogue.update_collection(collection, name="d")
    assert last(catalogue).names == ("collection_metadata_modify", "collection_modify")
    catalogue.delete_item(second)
    names = [notification(one).name for one in catalogue.changes()[-2:]]
    assert sorted(names) == ["collection_item_remove", "item_delete"]
    catalogue.delete_collection(collection)
    assert last(catalogue).name == "collection_delete"


def test_jobs_shapes_and_files(library: Any, catalogue: Catalogue, finished: Any) -> None:
    folder: Path = library.storage(catalogue, "media")
    (folder / "a.bin").write_bytes(b"a")
    catalogue.scan("media")
    assert last(catalogue).name == "file_create"
    catalogue.scan("media")
    assert last(catalogue).names == ("file_close", "file_change")
    item = catalogue.create_item({}).id
    start = catalogue.last_change()
    job = finished(catalogue, catalogue.import_file(item, folder / "a.bin"))
    told = [notification(one) for one in catalogue.changes(start)]
    names = [one.name for one in told]
    assert names[0] == "job_create"
    assert {"job_update", "shape_create", "file_create"} <= set(names)
    (end,) = (one for one in told if "job_stop" in one.names)
    assert end.names == ("job_finish", "job_stop")
    expected = {"jobId": job.id, "itemId": item, "type": "IMPORT", "status": "FINISHED", "action": "STOP"}
    assert expected.items() <= end.variables.items()
    assert end.variables["started"] == "2026-01-01T00:00:00.000Z"
    assert (end.variables["tags"], end.variables["sourceUri"]) == ("original", (folder / "a.bin").as_uri())


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("STARTED", ("job_update",)),
        ("FINISHED", ("job_finish", "job_stop")),
        ("FINISHED_WARNING", ("job_finish", "job_stop")),
        ("FAILED_TOTAL", ("job_fail", "job_stop")),
        ("ABORTED", ("job_fail", "job_stop")),
    ],
)
def test_the_states_of_jobs(status: str, names: tuple[str, ...]) -> None:
    change = Change(1, NOW, "job", "MODIFY", "VX-1", details={"status": status})
    assert notification(change).names == names


@given(
    st.builds(
        Change,
        st.integers(1),
        st.just(NOW),
        st.sampled_from(get_args(ChangeKind)),
        st.sampled_from(get_args(ChangeAction)),
        st.just("VX-1"),
        st.none() | st.just("VX-2"),
        st.just(()),
        st.dictionaries(
            st.sampled_from(["status", "state", "content", "recycleBin"]),
            st.sampled_from(["CLOSED", "FINISHED", "add", "move", "trash"]),
        ),
    )
)
def test_every_change_that_can_be_has_a_name(change: Change) -> None:
    told = notification(change)
    assert told.names
    assert set(told.variables) >= {"action", "sequenceNumber", "timestamp"}
    if change.kind != "metadata" or change.action == "MODIFY":
        assert set(told.names) <= set(NAMES)
