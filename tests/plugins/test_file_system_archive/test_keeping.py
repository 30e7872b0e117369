"""Archiving, restoring, deleting."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost import FileSet
from flowhost_plugins.file_system_archive import FileSystemArchive


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


def test_it_fills_the_role() -> None:
    assert flowhost.Archive in FileSystemArchive.__mro__


def test_a_copy_has_the_name_of_the_file_its_item_and_its_checksum(bed: Any, file_set: Any) -> None:
    one = file_set("a/clip one.mxf")
    kept = bed.archive.archive([one], bed.policy, "job 1")
    name = f"clip one_VX-7_{one.sha1}.mxf"
    assert (kept.archived, kept.not_archived, kept.error) == ([one._replace(external_ids=(name,))], [], "")
    assert bed.names() == [name]
    assert (bed.folder / name).read_bytes() == Path(one.files[0]).read_bytes()


def test_there_and_back(bed: Any, file_set: Any) -> None:
    one = file_set("deep/er/clip.mxf", "other/clip.mxf")
    (kept,) = bed.archive.archive([one], bed.policy, "job 1").archived
    for file in map(Path, one.files):
        file.unlink()
        file.parent.rmdir()
    assert bed.archive.restore([kept], bed.policy) == [kept]
    assert {sha1(Path(file).read_bytes()) for file in one.files} == {one.sha1}
    bed.archive.delete([kept], bed.policy)
    assert bed.names() == []
    bed.archive.delete([kept], bed.policy)  # which is no error


def test_a_checksum_that_nobody_knew(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf")
    (kept,) = bed.archive.archive([one._replace(sha1="")], bed.policy, "job 1").archived
    assert (kept.sha1, kept.external_ids) == (one.sha1, (f"clip_VX-7_{one.sha1}.mxf",))


def test_of_several_copies_the_first_that_is_whole(bed: Any, file_set: Any) -> None:
    one = file_set("a/clip.mxf", "b/clip.mxf", "c/other.mxf")
    Path(one.files[0]).unlink()
    Path(one.files[1]).write_bytes(b"damaged")
    (kept,) = bed.archive.archive([one], bed.policy, "job 1").archived
    assert bed.names() == list(kept.external_ids) == [f"other_VX-7_{one.sha1}.mxf"]


def test_what_cannot_be_archived_is_told_and_the_others_are(bed: Any, file_set: Any) -> None:
    bad, good = file_set("bad.mxf"), file_set("good.mxf", content=b"good")
    Path(bad.files[0]).write_bytes(b"damaged")
    told = bed.archive.archive([bad, good, FileSet((), (), "VX-8")], bed.policy, "job 1")
    assert [one.sha1 for one in told.archived] == [good.sha1]
    assert told.not_archived == [bad, FileSet((), (), "VX-8")]
    assert f"{bad.files[0]} is damaged: its SHA-1 is {sha1(b'damaged')}, expected {bad.sha1}" in told.error
    assert "no file of the item VX-8 is on this machine" in told.error
    assert len(bed.names()) == 1


def test_archiving_again_finds_the_copy_though_the_files_are_gone(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf")
    first = bed.archive.archive([one], bed.policy, "job 1").archived
    before = (bed.folder / first[0].external_ids[0]).stat()
    Path(one.files[0]).unlink()
    assert bed.archive.archive([one], bed.policy, "job 2").archived == first
    after = (bed.folder / first[0].external_ids[0]).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_copy_that_is_damaged_is_made_again(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf")
    (kept,) = bed.archive.archive([one], bed.policy, "job 1").archived
    (bed.folder / kept.external_ids[0]).write_bytes(b"rot")
    assert bed.archive.archive([one], bed.policy, "job 2").archived == [kept]
    assert sha1((bed.folder / kept.external_ids[0]).read_bytes()) == one.sha1


def test_a_damaged_copy_is_not_restored(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf")
    (kept,) = bed.archive.archive([one], bed.policy, "job 1").archived
    Path(one.files[0]).unlink()
    (bed.folder / kept.external_ids[0]).write_bytes(b"rot")
    with pytest.raises(flowhost.Permanent, match="is damaged"):
        bed.archive.restore([kept], bed.policy)
    assert list(bed.media.iterdir()) == []


def test_another_file_is_never_replaced(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf")
    (kept,) = bed.archive.archive([one], bed.policy, "job 1").archived
    Path(one.files[0]).write_bytes(b"somebody's")
    with pytest.raises(flowhost.Permanent, match=r"another file is at .*clip\.mxf"):
        bed.archive.restore([kept], bed.policy)
    assert Path(one.files[0]).read_bytes() == b"somebody's"


def test_many_who_archive_the_same_make_one_copy(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf")
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: bed.archive.archive([one], bed.policy, "job"), range(16)))
    assert {result.archived[0].external_ids for result in told} == {(bed.names()[0],)}
    assert len(bed.names()) == 1


@pytest.mark.parametrize(
    "name", ["ü" * 120 + ".mxf", "a" * 250 + ".mxf", "clip", ".hidden", "a.b.c", "x y\n.mov"]
)
def test_names_of_any_kind_fit(bed: Any, file_set: Any, name: str) -> None:
    one = file_set(name)
    (kept,) = bed.archive.archive([one], bed.policy, "job 1").archived
    assert bed.names() == list(kept.external_ids)
    Path(one.files[0]).unlink()
    assert bed.archive.restore([kept], bed.policy)
    assert Path(one.files[0]).exists()


def test_a_name_that_is_no_utf8(bed: Any, file_set: Any) -> None:
    one = file_set(os.fsdecode(b"clip-\xff.mxf"))
    assert bed.archive.archive([one], bed.policy, "job 1").error == ""


@pytest.mark.parametrize("ids", [(), ("../../etc/passwd",), ("a", "b"), ("clip_VX-7.mxf",)])
def test_ids_that_are_not_its_own(bed: Any, ids: tuple[str, ...]) -> None:
    for ask in (bed.archive.restore, bed.archive.delete):
        with pytest.raises(flowhost.Permanent, match="is nothing this archive keeps"):
            ask([FileSet((str(bed.media / "a"),), ids)], bed.policy)


def test_a_policy_that_is_not_there(bed: Any, file_set: Any) -> None:
    for ask in (lambda: bed.archive.archive([], "nobody", ""), lambda: bed.archive.restore([], "nobody")):
        with pytest.raises(flowhost.Permanent, match=r"id 'nobody'; there are tape \("):
            ask()
