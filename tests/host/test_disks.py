"""What is free on the disks of folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import flowhost


def test_folders_of_one_disk_have_the_same_room_while_somebody_writes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    disks = flowhost.Disks()
    room = disks.free(first)
    with (first / "film").open("wb") as film:
        os.posix_fallocate(film.fileno(), 0, 64 * 1024 * 1024)
    assert disks.free(second) == room > 0
    assert disks.free(str(first)) == room


def test_a_folder_that_is_not_there_has_no_room(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        flowhost.Disks().free(tmp_path / "nowhere")
