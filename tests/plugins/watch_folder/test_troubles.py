"""The source `watch-folder` when something is wrong: with files, folders, deliveries or options."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import pytest

import flowhost


def test_a_file_that_cannot_be_read_is_told_once_and_tried_until_it_can(
    hot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Path.open

    def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "secret":
            raise PermissionError(13, "Permission denied")  # root, who may run the tests, is never refused
        return opened(path, *args, **kwargs)

    hot.write("secret", b"1")
    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "open", refuse)
        hot.watch(payload="content")
        hot.clock.elapse(60)
    assert hot.events == []
    assert [record.getMessage() for record in caplog.records] == [
        f"'{hot.path}/secret' cannot be read: Permission denied; it is tried again until it can"
    ]
    hot.clock.elapse(10)
    assert [event.data for event in hot.events] == [b"1"]


def test_a_file_whose_event_is_not_safe_is_offered_again(hot: Any) -> None:
    hot.answer = lambda future: future.set_exception(flowhost.StateUnavailable("disk full"))
    hot.write("a")
    hot.watch()
    hot.clock.elapse(20)
    offered = len(hot.events)
    assert offered > 2
    hot.answer = lambda future: future.set_result(flowhost.Receipt("done"))
    hot.clock.elapse(60)
    assert len(hot.events) == offered + 1
    assert set(hot.names()) == {"a"}


def test_a_file_still_being_worked_on_is_not_offered_again(hot: Any) -> None:
    hot.answer = lambda future: None
    hot.write("a")
    hot.watch()
    hot.clock.elapse(200)
    assert hot.names() == ["a"]


def test_a_file_that_could_not_be_emitted_is_offered_to_the_next_run(hot: Any) -> None:
    def refuse(future: Any) -> None:
        raise RuntimeError("the daemon stops")

    source = hot.source()
    hot.write("a")
    hot.run(source)
    hot.answer = refuse
    assert str(hot.failure()) == "the daemon stops"
    hot.events.clear()
    hot.answer = lambda future: future.set_result(flowhost.Receipt("done"))
    hot.run(source)
    hot.clock.elapse(10)
    assert hot.names() == ["a"]


@pytest.mark.parametrize("mode", ["polling", "native"])
def test_a_missing_folder_is_unavailable(hot: Any, mode: str, tmp_path: Path) -> None:
    with pytest.raises(flowhost.Unavailable, match=r"no folder '.*missing'; create or mount it"):
        hot.source(folder=tmp_path / "missing", mode=mode).run(hot.emit, hot.stopping)


@pytest.mark.parametrize("mode", ["polling", "native"])
def test_a_file_is_no_folder(hot: Any, mode: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(flowhost.Unavailable, match=r"file' cannot be read: Not a directory"):
        hot.source(folder=tmp_path / "file", mode=mode).run(hot.emit, hot.stopping)


@pytest.mark.parametrize("mode", ["polling", "native"])
def test_a_folder_that_vanishes_is_unavailable_until_it_is_back(hot: Any, mode: str) -> None:
    source = hot.source(mode=mode)
    hot.run(source)
    hot.path.rename(hot.path.with_name("away"))
    failure = hot.failure()
    assert isinstance(failure, flowhost.Unavailable)
    assert "there is no folder" in str(failure)
    hot.write("a")
    hot.run(source)
    hot.clock.elapse(5)
    assert hot.names() == ["a"]


def test_a_folder_in_the_folder_that_cannot_be_listed_is_told_once(
    hot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> Any:
        if path.endswith("/locked"):
            raise PermissionError(13, "Permission denied")  # root, who may run the tests, is never refused
        return scandir(path)

    hot.write("locked/a")
    hot.write("b")
    monkeypatch.setattr(os, "scandir", refuse)
    hot.watch(recursive=True)
    hot.clock.elapse(30)
    assert hot.names() == ["b"]
    assert [record.getMessage() for record in caplog.records] == [
        f"'{hot.path}/locked' cannot be listed: Permission denied; its files are left alone"
    ]


@pytest.mark.slow
def test_ten_thousand_files_at_the_start_are_emitted_in_reasonable_time(hot: Any) -> None:
    for number in range(10_000):
        (hot.path / f"{number:05}").write_bytes(b"1")
    hot.watch(settle=2)
    hot.clock.elapse(4, patience=60)
    assert sorted(hot.names()) == [f"{number:05}" for number in range(10_000)]


def test_it_stops_between_two_files(hot: Any) -> None:
    for name in "abc":
        hot.write(name)
    hot.answer = lambda future: hot.stopping.set()
    hot.watch(settle=1)
    hot.clock.advance(1.5)
    assert hot.stopping.wait(60)
    hot.stop()
    assert len(hot.events) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": []}, "pattern is empty"),
        ({"sweep": 0}, "sweep is 0 seconds, expected 0.1 or more"),
        ({"polling_interval": -1}, "polling interval is -1 seconds"),
        ({"settle": -1}, "settle is -1 seconds, expected 0 or more"),
        (
            {"companions": ["x.xml"]},
            r"companion pattern 'x.xml': expected a file name with \{stem\} or \{name\}",
        ),
        ({"companions": ["{stem"]}, r"companion pattern '\{stem' cannot be read"),
    ],
)
def test_wrong_options_are_explained(hot: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hot.source(**options)


def test_making_a_source_touches_nothing(hot: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hot.source(folder=tmp_path / "missing", mode="native")
    assert caplog.records == []
