"""Options that are wrong, folders that are missing, disks that are full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.file_system_archive import FileSystemArchive


@pytest.mark.parametrize(
    ("policies", "sentence"),
    [
        ([], "policies is empty"),
        (["tape"], "'tape' is no policy, expected NAME=FOLDER"),
        (["tape=mnt"], "with an absolute folder"),
        (["=/mnt"], "'=/mnt' is no policy"),
        (["tape=/a", "tape=/b"], "there are two policies 'tape'"),
    ],
)
def test_policies_that_are_none(policies: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        FileSystemArchive(policies=policies)


def test_all_that_is_wrong_with_policies_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"'a' is no policy.*'b' is no policy"):
        FileSystemArchive(policies=["a", "b"])


def test_a_policy_keeps_its_id_when_its_folder_moves(tmp_path: Path) -> None:
    one, two = (FileSystemArchive(policies=[f"tape={tmp_path}/{name}"]).get_policies() for name in "ab")
    assert one == two
    assert one[0].name == "tape"


def test_a_folder_that_is_not_there(bed: Any, file_set: Any) -> None:
    assert bed.archive.is_ready()
    bed.folder.rmdir()
    assert not bed.archive.is_ready()
    for ask in (
        bed.archive.restore,
        bed.archive.delete,
        lambda sets, policy: bed.archive.archive(sets, policy, ""),
    ):
        with pytest.raises(flowhost.Unavailable, match=r"policy 'tape' is not there; is it mounted\?"):
            ask([], bed.policy)
    with pytest.raises(flowhost.Unavailable, match="is it mounted"):
        bed.archive.probe()
    bed.archive.open()  # others may be there


def test_a_mount_point_without_its_disk(tmp_path: Path) -> None:
    archive = FileSystemArchive(policies=[f"tape={tmp_path}"], marker=".here")
    assert not archive.is_ready()
    with pytest.raises(flowhost.Unavailable, match=r"has no file '\.here'"):
        archive.archive([], archive.get_policies()[0].uuid, "")
    (tmp_path / ".here").touch()
    assert archive.is_ready()


def test_what_dead_writers_left_goes_when_it_is_opened(bed: Any) -> None:
    (bed.folder / ".flowhost-1234-5678.part").write_bytes(b"half")
    bed.archive.open()
    assert bed.names() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        missing("a small disk can only be mounted by root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path, file_set: Any) -> None:
    archive = FileSystemArchive(policies=[f"tape={small_disk}"])
    large, little = file_set("large.mxf"), file_set("little.mxf", content=b"little")
    told = archive.archive([large, little], archive.get_policies()[0].uuid, "")
    assert [one.sha1 for one in told.archived] == [little.sha1]
    assert told.not_archived == [large]
    assert "No space left on device" in told.error
    assert [path.name for path in small_disk.iterdir()] == list(told.archived[0].external_ids)


def test_a_disk_that_may_only_be_read(small_disk: Path, file_set: Any) -> None:
    archive = FileSystemArchive(policies=[f"tape={small_disk}"])
    policy = archive.get_policies()[0].uuid
    (kept,) = archive.archive([file_set("a.mxf", content=b"a")], policy, "").archived
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    other = file_set("b.mxf", content=b"b")
    told = archive.archive([other], policy, "")
    assert (list(told.archived), told.not_archived) == ([], [other])
    assert "Read-only file system" in told.error
    with pytest.raises(flowhost.Unavailable, match=r"cannot delete .*Read-only"):
        archive.delete([kept], policy)
    Path(kept.files[0]).unlink()
    assert archive.restore([kept], policy) == [kept]  # which only reads there


def test_a_place_to_restore_to_that_cannot_be_written(small_disk: Path, bed: Any, file_set: Any) -> None:
    one = file_set("large.mxf")
    (kept,) = bed.archive.archive([one], bed.policy, "").archived
    with pytest.raises(flowhost.Unavailable, match="No space left on device"):
        bed.archive.restore([kept._replace(files=(str(small_disk / "large.mxf"),))], bed.policy)
    assert list(small_disk.iterdir()) == []
