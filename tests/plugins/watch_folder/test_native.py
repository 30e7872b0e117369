"""The source `watch-folder` on what the operating system tells; nothing here waits for the sweep."""

from __future__ import annotations

import errno
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers import Observer

import flowhost

NATIVE = {"mode": "native", "sweep": 1e9}


def test_a_written_file_is_emitted(hot: Any) -> None:
    hot.watch(**NATIVE)
    hot.write("a")
    hot.eventually(lambda: hot.names() == ["a"])


def test_a_file_moved_in_from_elsewhere_is_emitted(hot: Any, tmp_path: Path) -> None:
    hot.watch(**NATIVE)
    outside = tmp_path / "outside"
    outside.write_bytes(b"1")
    outside.rename(hot.path / "a")
    hot.eventually(lambda: hot.names() == ["a"])


def test_a_file_given_its_last_name_is_emitted_under_it_only(hot: Any) -> None:
    hot.watch(**NATIVE)
    hot.write("a.part").rename(hot.path / "a")
    hot.eventually(lambda: hot.names() == ["a"])
    hot.clock.elapse(20)
    assert hot.names() == ["a"]


def test_a_file_replaced_by_a_rename_is_emitted_again(hot: Any) -> None:
    hot.watch(**NATIVE)
    hot.write("a", b"1")
    hot.eventually(lambda: hot.names() == ["a"])
    hot.write("new.tmp", b"22").rename(hot.path / "a")
    hot.eventually(lambda: [event.data["size"] for event in hot.events] == [1, 2])


def test_files_in_new_and_moved_in_folders_are_emitted(hot: Any, tmp_path: Path) -> None:
    hot.watch(recursive=True, **NATIVE)
    hot.write("sub/deeper/a")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b").write_bytes(b"1")
    outside.rename(hot.path / "moved")
    hot.eventually(lambda: sorted(hot.names()) == ["moved/b", "sub/deeper/a"])
    hot.write("moved/c")
    hot.eventually(lambda: sorted(hot.names()) == ["moved/b", "moved/c", "sub/deeper/a"])


def test_files_in_the_folders_of_a_folder_are_not_emitted_unless_wished(hot: Any) -> None:
    hot.watch(**NATIVE)
    hot.write("sub/a")
    hot.write("b")
    hot.eventually(lambda: hot.names() == ["b"])
    hot.clock.elapse(20)
    assert hot.names() == ["b"]


def test_a_companion_that_comes_later_completes_its_file(hot: Any) -> None:
    hot.watch(companions=["{stem}.xml"], **NATIVE)
    hot.write("clip.mxf")
    hot.clock.elapse(10)
    hot.write("clip.xml")
    hot.eventually(lambda: hot.names() == ["clip.mxf"])


def test_a_folder_reached_by_a_link_is_watched_under_the_name_of_the_link(hot: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(hot.path)
    hot.watch(folder=tmp_path / "link", **NATIVE)
    hot.write("a")
    hot.eventually(lambda: len(hot.events) == 1)
    assert hot.events[0].subject == str(tmp_path / "link" / "a")


def test_reading_the_files_makes_no_work(hot: Any) -> None:
    hot.watch(payload="content", **NATIVE)
    file = hot.write("a")
    hot.eventually(lambda: len(hot.events) == 1)
    for _ in range(20):
        file.read_bytes()
        hot.clock.elapse(1)
    assert len(hot.events) == 1


def test_the_sweep_finds_what_nobody_told(hot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "flowhost_plugins.watch_folder.watching.ToldChanges.tell", lambda changes, event: None
    )
    hot.watch(mode="native", sweep=60)
    hot.write("a")
    hot.clock.elapse(50)
    assert hot.events == []
    hot.clock.elapse(20)
    assert hot.names() == ["a"]


def test_a_removed_folder_is_unavailable(hot: Any) -> None:
    hot.watch(**NATIVE)
    shutil.rmtree(hot.path)
    failure = hot.failure()
    assert isinstance(failure, flowhost.Unavailable)
    assert str(failure) == f"there is no folder '{hot.path}'; create or mount it"


def test_another_folder_in_its_place_is_not_taken_for_it(hot: Any) -> None:
    hot.watch(**NATIVE)
    hot.path.rename(hot.path.with_name("old"))
    hot.path.mkdir()
    failure = hot.failure()
    assert isinstance(failure, flowhost.Unavailable)
    assert str(failure).endswith("is gone; another one has taken its place")


def exhausted(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "inotify watch limit reached")


def test_when_the_system_s_limits_are_reached_auto_polls(
    hot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Observer, "start", exhausted)
    hot.watch(mode="auto", polling_interval=5)
    assert "inotify watch limit reached; it is listed every now and then instead" in caplog.text
    hot.write("a")
    hot.clock.elapse(10)
    assert hot.names() == ["a"]


def test_when_the_system_s_limits_are_reached_native_is_unavailable(
    hot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Observer, "start", exhausted)
    with pytest.raises(
        flowhost.Unavailable, match=r"limit reached; raise the limits .* or set mode = polling"
    ):
        hot.source(mode="native").run(hot.emit, threading.Event())


def test_a_watching_that_broke_down_is_unavailable(hot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hot.watch(**NATIVE)
    monkeypatch.setattr(Observer, "is_alive", lambda observer: False)
    failure = hot.failure()
    monkeypatch.undo()
    assert isinstance(failure, flowhost.Unavailable)
    assert "tells no more about the folder" in str(failure)


def test_nothing_is_left_behind(hot: Any) -> None:
    threads = set(threading.enumerate())
    descriptors = len([*Path("/proc/self/fd").iterdir()])
    hot.watch(**NATIVE)
    hot.stop()
    assert set(threading.enumerate()) <= threads
    assert len([*Path("/proc/self/fd").iterdir()]) <= descriptors
