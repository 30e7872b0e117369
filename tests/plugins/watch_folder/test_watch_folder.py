"""The source `watch-folder`, polling: which files it emits, when, and how."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import flowhost


def test_a_file_is_emitted_once_it_is_quiet(hot: Any) -> None:
    hot.watch(settle=2)
    file = hot.write("clip.mxf", b"12345")
    hot.clock.elapse(2.5)
    assert hot.events == []
    hot.clock.elapse(1)
    status = file.stat()
    modified = datetime.fromtimestamp(status.st_mtime_ns // 1000 / 1_000_000, UTC)
    assert hot.events == [
        flowhost.Event(
            "file.settled",
            {
                "path": str(file),
                "name": "clip.mxf",
                "size": 5,
                "mtime": modified.isoformat(),
                "companions": {},
            },
            source=str(hot.path),
            subject=str(file),
            id=f"{file}:5:{status.st_mtime_ns}",
            key=str(file),
            time=modified,
        )
    ]


def test_each_file_is_emitted_once_however_long_it_stays(hot: Any) -> None:
    hot.write("a")
    hot.watch()
    hot.clock.elapse(300)
    assert hot.names() == ["a"]


def test_a_slowly_written_file_is_waited_for(hot: Any) -> None:
    hot.watch(settle=6)
    for number in range(1, 6):
        hot.write("slow", b"x" * number)
        hot.clock.elapse(5)
    assert hot.events == []
    hot.clock.elapse(9)
    assert hot.events == []  # its writer made pauses of 5 s
    hot.clock.elapse(4)
    assert [event.data["size"] for event in hot.events] == [5]


def test_a_file_emitted_too_early_is_waited_for_the_next_time(hot: Any) -> None:
    hot.watch(settle=2)
    for number in range(1, 6):
        hot.write("slow", b"x" * number)
        hot.clock.elapse(5)
    hot.clock.elapse(20)
    assert [event.data["size"] for event in hot.events] == [1, 5]


def test_a_file_truncated_and_written_again_is_emitted_in_its_last_state(hot: Any) -> None:
    hot.watch(settle=3)
    hot.write("a", b"first version")
    hot.clock.elapse(2)
    hot.write("a", b"")
    hot.clock.elapse(2)
    hot.write("a", b"second")
    hot.clock.elapse(20)
    assert [event.data["size"] for event in hot.events] == [6]


def test_a_file_removed_before_it_settled_is_dropped_silently(hot: Any, caplog: Any) -> None:
    hot.watch(settle=3)
    file = hot.write("a")
    hot.clock.elapse(2)
    file.unlink()
    hot.clock.elapse(20)
    assert hot.events == []
    assert caplog.records == []


def test_a_file_renamed_while_it_settles_is_emitted_under_its_last_name(hot: Any) -> None:
    hot.watch(settle=3)
    file = hot.write("upload.tmp")
    hot.clock.elapse(5)
    file.rename(hot.path / "half.mxf")
    hot.clock.elapse(2)
    (hot.path / "half.mxf").rename(hot.path / "clip.mxf")
    hot.clock.elapse(20)
    assert hot.names() == ["clip.mxf"]


def test_a_file_written_again_after_its_emission_is_emitted_again(hot: Any) -> None:
    hot.watch()
    hot.write("a", b"1")
    hot.clock.elapse(5)
    hot.write("a", b"22")
    hot.clock.elapse(60)
    assert [event.data["size"] for event in hot.events] == [1, 2]
    assert len({event.id for event in hot.events}) == 2


def test_a_name_used_again_after_the_file_was_taken_away_is_a_new_file(hot: Any) -> None:
    hot.watch()
    file = hot.write("a", b"same")
    status = file.stat()
    hot.clock.elapse(5)
    file.unlink()
    hot.clock.elapse(2)
    hot.write("a", b"same")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    hot.clock.elapse(5)
    assert hot.names() == ["a", "a"]  # the ledger decides whether it is the same by its id


def test_files_there_at_the_start_are_emitted_the_oldest_first(hot: Any) -> None:
    for age, name in enumerate(["new", "middle", "old"]):
        os.utime(hot.write(name), (0, 1_000_000 - age))
    hot.watch()
    hot.clock.elapse(5)
    assert hot.names() == ["old", "middle", "new"]


def test_files_there_at_the_start_are_left_alone_until_they_change_if_so_wished(hot: Any) -> None:
    hot.write("before")
    hot.write("growing", b"1")
    hot.watch(existing=False)
    hot.clock.elapse(100)
    assert hot.events == []
    hot.write("growing", b"12")
    hot.write("after")
    hot.clock.elapse(100)
    assert sorted(hot.names()) == ["after", "growing"]


@pytest.mark.parametrize("mode", ["polling", "native"])
def test_files_left_alone_at_the_start_are_left_alone_when_their_mount_is_back(hot: Any, mode: str) -> None:
    def become(folder: Path) -> None:
        """The folder is another one now; who is told of changes notices that and is started again."""
        folder.rename(hot.path)
        if mode == "native":
            assert isinstance(hot.failure(), flowhost.Unavailable)
            hot.run(source)
        hot.clock.elapse(10)

    source = hot.source(existing=False, mode=mode)
    hot.write("before")
    hot.write("rewritten", b"1")
    mount_point = hot.path.with_name("mount point")
    mount_point.mkdir()
    hot.run(source)
    mounted = hot.path.rename(hot.path.with_name("mounted"))
    become(mount_point)
    (mounted / "rewritten").write_bytes(b"12")
    (mounted / "after").write_bytes(b"1")
    hot.path.rmdir()
    become(mounted)
    assert sorted(hot.names()) == ["after", "rewritten"]


def test_files_that_come_while_the_source_is_restarted_are_not_taken_for_existing_ones(hot: Any) -> None:
    source = hot.source(existing=False)
    hot.write("before")
    hot.run(source)
    hot.stop()
    hot.write("meanwhile")
    hot.run(source)
    hot.clock.elapse(5)
    assert hot.names() == ["meanwhile"]


def test_a_restarted_source_does_not_emit_again_what_it_emitted(hot: Any) -> None:
    source = hot.source()
    hot.write("a")
    hot.run(source)
    hot.clock.elapse(5)
    hot.stop()
    hot.run(source)
    hot.clock.elapse(60)
    assert hot.names() == ["a"]


def test_a_new_process_gives_the_same_file_the_same_id(hot: Any) -> None:
    hot.write("a")
    for _ in range(2):
        hot.watch()
        hot.clock.elapse(5)
        hot.stop()
    assert hot.names() == ["a", "a"]
    assert hot.events[0].id == hot.events[1].id


def test_patterns_and_ignored_names_choose_the_files(hot: Any) -> None:
    hot.watch(pattern=["*.mxf", "*.mov"])
    for name in ("a.mxf", "b.mov", "c.txt", ".hidden.mxf", "D.MXF", "e.mxf.part"):
        hot.write(name)
    hot.clock.elapse(5)
    assert sorted(hot.names()) == ["a.mxf", "b.mov"]


def test_names_left_alone_by_default_can_be_wanted(hot: Any) -> None:
    hot.watch(ignore=[])
    for name in (".hidden", "a.tmp", "b~", "c.part"):
        hot.write(name)
    hot.clock.elapse(5)
    assert sorted(hot.names()) == [".hidden", "a.tmp", "b~", "c.part"]


def test_folders_in_the_folder_are_watched_only_when_wished(hot: Any) -> None:
    hot.watch()
    hot.write("sub/a")
    hot.clock.elapse(5)
    assert hot.events == []


def test_folders_in_the_folder_are_watched_but_not_the_ignored_ones(hot: Any) -> None:
    hot.watch(recursive=True)
    for name in ("a", "sub/b", "sub/deeper/c", ".trash/d", "sub/x.tmp/e"):
        hot.write(name)
    hot.clock.elapse(5)
    assert sorted(hot.names()) == ["a", "sub/b", "sub/deeper/c"]


def test_empty_files_wait_until_they_grow(hot: Any) -> None:
    hot.watch()
    hot.write("a", b"")
    hot.clock.elapse(100)
    assert hot.events == []
    hot.write("a", b"1")
    hot.clock.elapse(100)
    assert hot.names() == ["a"]


def test_empty_files_are_emitted_if_so_wished(hot: Any) -> None:
    hot.watch(skip_empty_files=False)
    hot.write("a", b"")
    hot.clock.elapse(5)
    assert hot.names() == ["a"]


def test_links_are_followed_to_files_but_not_to_folders(hot: Any, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"12")
    (hot.path / "link").symlink_to(tmp_path / "elsewhere")
    (hot.path / "nowhere").symlink_to(tmp_path / "missing")
    (hot.path / "itself").symlink_to(hot.path / "itself")
    (hot.path / "loop").symlink_to(hot.path)
    os.mkfifo(hot.path / "pipe")
    hot.watch(recursive=True)
    hot.clock.elapse(10)
    assert [(event.subject, event.data["size"]) for event in hot.events] == [(str(hot.path / "link"), 2)]


def test_the_folder_may_be_a_link_or_relative_to_the_profile(hot: Any, tmp_path: Path) -> None:
    hot.write("a")
    (tmp_path / "link").symlink_to(hot.path)
    hot.watch(folder=Path("other/../link"))
    hot.clock.elapse(5)
    assert [event.subject for event in hot.events] == [str(tmp_path / "link" / "a")]


def test_a_name_that_is_not_utf_8_goes_to_the_dead_letters_with_the_reason(hot: Any) -> None:
    hot.write(os.fsdecode(b"K\xf6ln.mxf"))
    hot.watch()
    hot.clock.elapse(60)
    [event] = hot.events
    reason = event.headers[flowhost.REJECT_HEADER]
    assert "K\\\\xf6ln.mxf' is not UTF-8" in reason
    assert "rename the file" in reason
    assert event.subject.endswith("/K\\xf6ln.mxf")
    assert str(flowhost.to_record(event)).encode()  # nothing in it that a database or log could not take


@pytest.mark.parametrize("modified", [-5, 0, 2**33])
def test_any_modification_time_will_do(hot: Any, modified: int) -> None:
    os.utime(hot.write("a"), (modified, modified))
    hot.watch()
    hot.clock.elapse(5)
    assert [event.time.timestamp() for event in hot.events] == [modified]


def test_a_clock_set_by_hand_neither_hurries_nor_delays(hot: Any) -> None:
    hot.watch(settle=3)
    hot.write("a")
    hot.clock.elapse(1)
    hot.clock.jump(3600)
    hot.clock.elapse(2)
    assert hot.events == []
    hot.clock.jump(-7200)
    hot.clock.elapse(2)
    assert hot.names() == ["a"]


def test_the_content_is_the_data_if_so_wished(hot: Any) -> None:
    hot.watch(payload="content")
    hot.write("a", b"\x00\xff")
    hot.clock.elapse(5)
    assert [(event.data, event.type) for event in hot.events] == [(b"\x00\xff", "file.settled")]
    assert flowhost.to_record(hot.events[0])["data_base64"] == base64.b64encode(b"\x00\xff").decode()


def test_a_content_too_big_goes_to_the_dead_letters_under_an_id_of_its_own(hot: Any) -> None:
    file = hot.write("a", b"x" * 11)
    hot.watch(payload="content", content_limit=10)
    hot.clock.elapse(60)
    [event] = hot.events
    assert (
        event.headers[flowhost.REJECT_HEADER] == f"'{file}' has 11 bytes, more than the content limit of 10"
    )
    assert event.data["size"] == 11
    hot.stop()
    hot.watch(payload="content", content_limit=11)
    hot.clock.elapse(5)
    assert hot.events[1].data == b"x" * 11
    assert hot.events[1].id != event.id
