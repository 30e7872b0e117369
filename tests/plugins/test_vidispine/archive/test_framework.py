"""An archive of the role, on a development server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import Mock

import pytest

import flowhost
from flowhost_plugins.file_system_archive import FileSystemArchive
from flowhost_plugins.vidispine.media.shapes import item_with_shapes

CONTENT = b"media" * 1000


def fields(bed: Any, item: str) -> dict[str, tuple[str, ...]]:
    found = bed.library.item(item).fields
    return {
        name: values
        for name, values in found.items()
        if name.startswith(("portal_archive", "portal_restore"))
    }


def component(bed: Any, item: str) -> dict[str, str]:
    shape = bed.original(item)
    document = bed.rest("GET", f"item/{item}/shape/{shape.id}")
    first = document.get("containerComponent") or document["binaryComponent"][0]
    return {one["key"]: one["value"] for one in first["metadata"]}


def archived(bed: Any, item: str, **options: Any) -> flowhost.AssetJob:
    return bed.ended(bed.library.archive_item(item, "tape", **options))


def copies(bed: Any) -> list[Path]:
    return sorted((bed.folder / "tape").iterdir())


def test_archiving(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    (file,) = bed.original(item).files
    assert archived(bed, item) == flowhost.AssetJob(bed_job(bed), "FINISHED", 100.0)
    (copy,) = copies(bed)
    assert copy.name == f"{Path(file.path).stem}_{item}_{file.hash}.bin"
    assert copy.read_bytes() == bed.path(file).read_bytes() == CONTENT
    assert component(bed, item)["portal_archive_status"] == "ARCHIVED"
    found = fields(bed, item)
    assert (found["portal_archive_status"], found["portal_archive_external_ids"]) == (
        ("Archived",),
        (copy.name,),
    )
    assert "portal_archive_ts" in found
    assert bed.original(item).files[0].state == "CLOSED"


def bed_job(bed: Any) -> str:
    (key,) = bed.notes.keys("vidispine/orders/")
    return str(key.rpartition("/")[2])


def test_there_and_back(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    (file,) = bed.original(item).files
    path = bed.path(file)
    assert archived(bed, item, purge=True).status == "FINISHED"
    assert not path.exists()
    (away,) = bed.original(item).files
    assert (away.id, away.state, away.path) == (file.id, "ARCHIVED", file.path)
    with pytest.raises(flowhost.LastCopy):
        bed.library.delete_from_archive(item)
    path.parent.rmdir()
    assert bed.ended(bed.library.restore_from_archive(item)).status == "FINISHED"
    assert path.read_bytes() == CONTENT
    assert bed.original(item).files[0].state == "CLOSED"
    found = fields(bed, item)
    assert found["portal_archive_status"] == ("Archived/Restored",)
    assert "portal_restore_ts" in found
    assert bed.library.delete_from_archive(item) == 1
    assert (copies(bed), fields(bed, item), path.read_bytes()) == ([], {}, CONTENT)
    assert component(bed, item).get("portal_archive_status") is None
    assert bed.library.delete_from_archive(item) == 0
    with pytest.raises(flowhost.Permanent, match="is not in the archive"):
        bed.library.restore_from_archive(item)


def test_a_deletion_that_was_cut_off_is_brought_to_its_end(
    archive_bed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    archived(bed, item)
    with monkeypatch.context() as patch:  # the last thing that is told of a shape is never told
        patch.setattr("flowhost_plugins.vidispine.archive.noting.note", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bed.library.delete_from_archive(item)
    assert fields(bed, item) == {}
    assert bed.library.delete_from_archive(item) == 1
    assert (copies(bed), fields(bed, item)) == ([], {})
    assert component(bed, item).get("portal_archive_status") is None


def test_all_copies_go_and_come_back_to_their_storages(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    bed.ended(bed.library.copy_file(bed.original(item).files[0], "second", "there/copy.bin"))
    paths = [bed.path(file) for file in bed.original(item).files]
    assert archived(bed, item, purge=True).status == "FINISHED"
    assert [path.exists() for path in paths] == [False, False]
    assert len(copies(bed)) == 1
    assert bed.ended(bed.library.restore_from_archive(item)).status == "FINISHED"
    assert [path.read_bytes() for path in paths] == [CONTENT, CONTENT]
    assert [file.state for file in bed.original(item).files] == ["CLOSED", "CLOSED"]


def test_a_damaged_copy_is_not_archived_nor_purged(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    bed.ended(bed.library.copy_file(bed.original(item).files[0], "second", "copy.bin"))
    bed.original(item)  # the site has seen both checksums
    bad, good = bed.original(item).files
    bed.path(bad).write_bytes(b"rotten" * 1000)
    job = archived(bed, item, purge=True)
    assert job.status == "FINISHED_WARNING"
    assert f"the file {bad.id} ({bad.path}) stays online: it is not what was archived" in job.error
    assert copies(bed)[0].read_bytes() == CONTENT
    assert bed.path(bad).exists()
    assert not bed.path(good).exists()


def test_nothing_whole_fails_and_deletes_nothing(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    (file,) = bed.original(item).files
    bed.path(file).write_bytes(b"x" * 5000)
    job = archived(bed, item, purge=True)
    assert job.status == "FAILED_TOTAL"
    assert "is damaged" in job.error
    assert (copies(bed), fields(bed, item), bed.path(file).exists()) == ([], {}, True)


def test_a_file_somebody_put_where_one_was_stays(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    (file,) = bed.original(item).files
    archived(bed, item, purge=True)
    bed.path(file).write_bytes(b"somebody's")
    job = bed.ended(bed.library.restore_from_archive(item))
    assert job.status == "FAILED_TOTAL"
    assert "another file is at" in job.error
    assert bed.path(file).read_bytes() == b"somebody's"


def test_a_moved_file_comes_back_to_where_it_was_last(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    archived(bed, item)
    bed.ended(bed.library.move_file(bed.original(item).files[0], "second", "moved.bin"))
    archived(bed, item, purge=True)
    assert bed.ended(bed.library.restore_from_archive(item)).status == "FINISHED"
    assert (bed.folder / "second" / "moved.bin").read_bytes() == CONTENT
    assert [path for path in (bed.folder / "media").rglob("*") if path.is_file()] == []


def test_only_what_the_archive_has_is_purged(archive_bed: Any) -> None:
    """Somebody brought a file back by hand, since the archive lost its copy."""
    bed, item = archive_bed, archive_bed.new_item()
    (file,) = bed.original(item).files
    archived(bed, item, purge=True)
    for content in (CONTENT, b"somebody's"):
        for copy in copies(bed):
            copy.unlink()
        bed.path(file).write_bytes(content)
        (bed.folder / "other.bin").write_bytes(b"other")  # else there is nothing to archive
        bed.ended(bed.library.import_media(item, str(bed.folder / "other.bin")))
        job = archived(bed, item, purge=True)
        if content == CONTENT:
            assert job.status == "FINISHED"
            assert CONTENT in [copy.read_bytes() for copy in copies(bed)]
            assert not bed.path(file).exists()
    assert job.status == "FINISHED_WARNING"
    assert "is damaged" in job.error
    assert bed.path(file).read_bytes() == b"somebody's"


def test_a_record_that_leads_out_of_the_storage_writes_nothing(archive_bed: Any) -> None:
    """Whoever may change an item may change it."""
    bed, item = archive_bed, archive_bed.new_item()
    archived(bed, item, purge=True)
    shape = bed.original(item)
    document = bed.rest("GET", f"item/{item}/shape/{shape.id}")
    first = document.get("containerComponent") or document["binaryComponent"][0]
    record = json.loads(component(bed, item)["flowhost_archive"])
    record["places"][0]["path"] = "../out.bin"
    pairs = [{"key": "flowhost_archive", "value": json.dumps(record)}]
    bed.rest("PUT", f"item/{item}/shape/{shape.id}/component/{first['id']}/metadata", json={"field": pairs})
    job = bed.ended(bed.library.restore_from_archive(item))
    assert (job.status, "leads out of the storage" in job.error) == ("FAILED_TOTAL", True)
    assert not (bed.folder / "out.bin").exists()


def test_another_checksum_of_the_site(archive_bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bed, item = archive_bed, archive_bed.new_item()

    def with_md5(client: Any, item_id: str) -> Any:
        found = item_with_shapes(client, item_id)
        for file in (file for shape in found.shape for part in shape.components for file in part.file):
            file.hash = "0" * 32
        return found

    monkeypatch.setattr("flowhost_plugins.vidispine.archive.working.item_with_shapes", with_md5)
    assert archived(bed, item, purge=True).status == "FINISHED"
    assert [copy.read_bytes() for copy in copies(bed)] == [CONTENT]


def test_what_an_order_asks(still_archive_bed: Any) -> None:
    bed, item = still_archive_bed, still_archive_bed.new_item()
    bed.library.storages()
    job = bed.library.archive_item(item, "tape", key="run 1")
    bed.ended(job)
    with bed.requests(0):
        assert bed.library.archive_item(item, "tape", key="run 1").id == job.id
        assert bed.library.job(job.id).status == "FINISHED"
    assert bed.library.archive_item(item, "tape", key="run 2").id != job.id


def test_orders_that_are_refused(archive_bed: Any, make_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    with pytest.raises(flowhost.Permanent, match=r"no archive policy 'tap'.*tape"):
        bed.library.archive_item(item, "tap")
    with pytest.raises(flowhost.Permanent, match=r"no archive policy 'tap'.*tape"):
        bed.library.check_archive_policy("tap")
    bed.library.check_archive_policy("tape")
    with pytest.raises(flowhost.Permanent, match="has no whole file online"):
        bed.library.archive_item(bed.library.create_item({}).id, "tape")
    archived(bed, item, purge=True)
    with pytest.raises(flowhost.Permanent, match="none is wired"):
        make_bed(bed.server).library.restore_from_archive(item)


class WriteOnly(FileSystemArchive):
    """One that cannot do much."""

    role_restore: ClassVar[bool] = False
    role_purge: ClassVar[bool] = False
    role_delete: ClassVar[bool] = False


def test_what_an_archive_cannot_do(make_bed: Any, tmp_path: Path) -> None:
    (tmp_path / "tape").mkdir()
    bed = make_bed(archive=WriteOnly(policies=[f"tape={tmp_path}/tape"]))
    item = bed.new_item()
    with pytest.raises(flowhost.Permanent, match="does not allow to purge"):
        bed.library.archive_item(item, "tape", purge=True)
    assert archived(bed, item).status == "FINISHED"
    with pytest.raises(flowhost.Permanent, match="cannot bring anything back"):
        bed.library.restore_from_archive(item)
    with pytest.raises(flowhost.Permanent, match="cannot delete what it keeps"):
        bed.library.delete_from_archive(item)


def test_a_library_without_notes_says_so(make_bed: Any, tmp_path: Path) -> None:
    (tmp_path / "tape").mkdir()
    bed = make_bed(notes=None, archive=FileSystemArchive(policies=[f"tape={tmp_path}/tape"]))
    item = bed.new_item()
    with pytest.raises(flowhost.Permanent, match="'notes'"):
        bed.library.archive_item(item, "tape")
    assert bed.library.live_jobs(item) == []
    assert bed.library.job("flowhost-0123456789abcdef01234567") is None


def test_a_missing_mount_holds_up_and_goes_on(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    shutil.rmtree(bed.folder / "tape")
    job = bed.library.archive_item(item, "tape", purge=True)
    assert [one.id for one in bed.library.live_jobs(item)] == [job.id]
    with pytest.raises(flowhost.Conflict, match=f"the archive is at work on the item {item}"):
        bed.library.archive_item(item, "tape")
    (bed.folder / "tape").mkdir()
    assert bed.ended(job).status == "FINISHED"
    assert bed.library.live_jobs(item) == []


def test_an_order_that_is_stopped(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    shutil.rmtree(bed.folder / "tape")
    job = bed.library.archive_item(item, "tape", purge=True)
    bed.library.stop_job(job.id)
    assert bed.ended(job).status == "ABORTED"
    bed.library.stop_job(job.id)  # one that has ended
    assert bed.path(bed.original(item).files[0]).exists()


def test_a_copy_in_a_storage_that_is_offline_is_none(archive_bed: Any) -> None:
    bed, item = archive_bed, archive_bed.new_item()
    archived(bed, item)
    storage = bed.original(item).files[0].storage
    bed.rest("PUT", f"storage/{storage}/state/OFFLINE")
    with pytest.raises(flowhost.LastCopy, match="has no whole file online"):
        bed.library.delete_from_archive(item)
    bed.rest("PUT", f"storage/{storage}/state/NONE")
    assert bed.library.delete_from_archive(item) == 1
