"""Storages and scans, and the files in them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, NotFound
from flowhost_plugins.catalogue.machine import copying
from flowhost_plugins.catalogue.storages import scanning

CLIP = bytes(range(256)) * 1000


def states(catalogue: Catalogue, storage: str) -> dict[str, str]:
    return {file.path: file.state for file in catalogue.files(storage=storage).files}


def test_storages_are_folders(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "media", capacity=1000, high_watermark=800, low_watermark=700)
    (storage,) = catalogue.storages()

    assert (storage.name, storage.path, storage.kind) == ("media", str(folder), "LOCAL")
    assert (storage.used, storage.free, storage.headroom) == (0, 1000, 800)
    assert catalogue.storage("media") == catalogue.storage(storage.id) == storage
    (folder / "a.mxf").write_bytes(b"x" * 300)
    catalogue.scan(storage)
    assert (catalogue.storage("media").used, catalogue.storage("media").headroom) == (300, 500)
    catalogue.remove_storage("media")
    assert catalogue.storages() == [] == list(catalogue.files().files)
    assert (folder / "a.mxf").exists()
    with pytest.raises(NotFound, match="no storage 'media'"):
        catalogue.storage("media")


def test_storages_must_make_sense(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "media")
    (folder / "inner").mkdir()
    (library.folder / "other").mkdir()

    def refused(error: type[Exception], message: str, *arguments: Any, **options: Any) -> None:
        with pytest.raises(error, match=message):
            catalogue.add_storage(*arguments, **options)

    refused(flowhost.Permanent, "which is no folder", "x", library.folder / "missing")
    (library.folder / "\udcff").mkdir()  # the byte 0xFF
    refused(flowhost.Permanent, "no UTF-8; rename it", "x", library.folder / "\udcff")
    refused(flowhost.Conflict, "there is a storage 'media' already", "media", library.folder / "other")
    refused(flowhost.Conflict, "overlaps with", "x", folder)
    refused(flowhost.Conflict, "overlaps with", "x", folder / "inner")
    refused(flowhost.Conflict, "overlaps with", "x", library.folder)
    refused(flowhost.Permanent, "name of the storage", "VX-1", library.folder / "other")
    refused(flowhost.Permanent, "name of the storage", "", library.folder / "other")
    refused(flowhost.Permanent, "did you mean 'LOCAL'", "x", library.folder / "other", kind="LOCL")
    refused(flowhost.Permanent, "none below", "x", library.folder / "other", capacity=10, high_watermark=20)
    refused(flowhost.Permanent, "no minus", "x", library.folder / "other", capacity=-1)
    assert len(catalogue.storages()) == 1


def test_scans_find_new_grown_complete_and_vanished_files(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "in", kind="EXTERNAL")
    (folder / "sub").mkdir()
    (folder / "sub" / "a.mxf").write_bytes(b"1")
    (folder / "b.xml").write_bytes(b"2")
    (folder / ".hidden").write_bytes(b"3")
    (folder / "link").symlink_to("b.xml")

    first = catalogue.scan("in")
    assert [(one.kind, one.action) for one in first] == [("file", "CREATE")] * 2
    assert states(catalogue, "in") == {"b.xml": "OPEN", "sub/a.mxf": "OPEN"}

    (folder / "b.xml").write_bytes(b"longer")
    assert [one.action for one in catalogue.scan("in")] == ["MODIFY", "MODIFY"]
    assert states(catalogue, "in") == {"b.xml": "OPEN", "sub/a.mxf": "CLOSED"}
    grown = catalogue.file_at("in", "b.xml")
    assert grown and grown.size == 6 and grown.name == "b.xml"
    assert catalogue.path_of(grown) == folder / "b.xml"

    (folder / "sub" / "a.mxf").unlink()
    changes = catalogue.scan("in")
    assert sorted(one.action for one in changes) == ["DELETE", "MODIFY"]
    assert states(catalogue, "in") == {"b.xml": "CLOSED"}
    assert catalogue.scan("in") == []
    assert [one for one in catalogue.changes(number=1000) if one.kind == "file"][-2:] == changes


def test_a_storage_that_is_not_mounted_has_lost_nothing(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "in")
    (folder / "a").write_bytes(b"1")
    catalogue.scan("in")
    folder.rename(library.folder / "away")
    with pytest.raises(flowhost.Unavailable, match="the folder of the storage is gone"):
        catalogue.scan("in")
    assert states(catalogue, "in") == {"a": "OPEN"}


def test_a_file_that_comes_while_a_scan_walks_is_not_lost(
    catalogue: Catalogue, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = library.storage(catalogue, "in")
    (folder / "a").write_bytes(b"1")
    catalogue.scan("in")
    monkeypatch.setattr(scanning, "walk", lambda _folder: iter(()))
    assert catalogue.scan("in") == []
    assert states(catalogue, "in") == {"a": "OPEN"}


def test_a_name_that_is_no_utf8_is_skipped(
    catalogue: Catalogue, library: Any, caplog: pytest.LogCaptureFixture
) -> None:
    folder = library.storage(catalogue, "in")
    Path(os.fsdecode(os.fsencode(folder) + b"/b\xe9d.mxf")).write_bytes(b"1")
    (folder / ("ü" * 100 + ".mxf")).write_bytes(b"1")
    catalogue.scan("in")
    assert list(states(catalogue, "in")) == ["ü" * 100 + ".mxf"]
    assert "no UTF-8" in caplog.text


def test_very_long_paths_are_told_apart(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "in")
    deep = folder / "/".join(["d" * 200] * 10)
    deep.mkdir(parents=True)
    (deep / "a").write_bytes(b"1")
    (deep / "b").write_bytes(b"1")
    catalogue.scan("in")
    assert len(states(catalogue, "in")) == 2
    assert catalogue.file_at("in", f"{'/'.join(['d' * 200] * 10)}/b")


def test_files_are_listed_by_storage_item_and_page(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "in")
    for name in "abcde":
        (folder / name).write_bytes(b"1")
    catalogue.scan("in")
    first = catalogue.files(storage="in", number=3)
    second = catalogue.files(storage="in", number=3, cursor=first.cursor)
    assert [file.path for file in (*first.files, *second.files)] == list("abcde")
    assert second.cursor is None
    assert catalogue.files(unmanaged=False).files == ()
    assert len(catalogue.files(unmanaged=True).files) == 5
    with pytest.raises(NotFound):
        catalogue.files(item="VX-1")
    with pytest.raises(NotFound):
        catalogue.file("VX-99")


def test_a_deleted_file_is_gone(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "in")
    (folder / "a").write_bytes(b"1")
    (change,) = catalogue.scan("in")
    assert catalogue.delete_file(change.id) is True
    assert catalogue.delete_file(change.id) is False
    assert not (folder / "a").exists()
    assert catalogue.files().files == ()
    assert catalogue.changes()[-1].action == "DELETE"


@pytest.mark.parametrize("nanoseconds", [10**21, -(10**21)])
def test_the_time_of_a_file_may_be_beyond_what_the_tables_hold(
    catalogue: Catalogue, library: Any, monkeypatch: pytest.MonkeyPatch, nanoseconds: int
) -> None:
    (library.storage(catalogue, "media") / "a.mxf").write_bytes(b"x")
    found = os.stat_result((0o100644, 1, 1, 1, 0, 0, 1, 0, 0, 0), {"st_mtime_ns": nanoseconds})
    seen = copying.last_change(found)
    monkeypatch.setattr(scanning, "last_change", lambda _: seen)  # few file systems can keep such a time
    catalogue.scan("media")
    (file,) = catalogue.files().files
    assert file.modified
    assert file.modified.year in (1677, 2262)
