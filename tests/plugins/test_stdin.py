"""The source `stdin`, and Flow's three kinds of source: all are `run(emit, stop)`."""

from __future__ import annotations

import io
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowhost
from flowhost.supervisor import Supervised, Supervisor
from flowhost_plugins.stdin import Stdin

Mode = Literal["whole", "lines"]


class Collected:
    """An `emit` that keeps what it is given."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.events: list[flowhost.Event] = []
        self._then = then

    def __call__(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        self.events.append(event)
        self._then()
        return Future()

    @property
    def data(self) -> list[Any]:
        return [event.data for event in self.events]


def read(content: bytes, mode: Mode) -> Collected:
    source, collected = Stdin(mode=mode), Collected()
    source.stream = io.BytesIO(content)
    source.run(collected, threading.Event())
    return collected


def test_the_whole_input_is_one_event() -> None:
    collected = read("Grüße\r\nan alle\n".encode(), "whole")
    assert [(e.type, e.data, e.source, e.subject, e.id) for e in collected.events] == [
        ("stdin.text", "Grüße\r\nan alle\n", "stdin", None, None)
    ]


def test_an_empty_input_is_an_event_with_an_empty_text_but_no_line() -> None:
    assert read(b"", "whole").data == [""]
    assert read(b"", "lines").data == []


def test_each_line_is_an_event_with_its_number() -> None:
    collected = read(b"eins\nzwei\r\n\nvier", "lines")
    assert [(e.type, e.subject, e.data) for e in collected.events] == [
        ("stdin.line", "1", "eins"),
        ("stdin.line", "2", "zwei"),
        ("stdin.line", "3", ""),
        ("stdin.line", "4", "vier"),
    ]


def test_what_is_no_text_stays_bytes() -> None:
    assert read(b"K\xf6ln", "whole").data == [b"K\xf6ln"]
    assert read(b"K\xf6ln\nBonn", "lines").data == [b"K\xf6ln", "Bonn"]


@pytest.mark.parametrize("mode", ["whole", "lines"])
def test_a_byte_order_mark_is_dropped(mode: Mode) -> None:
    assert read(b"\xef\xbb\xbf<a/>", mode).data == ["<a/>"]
    assert read(b"\xef", mode).data == [b"\xef"]


unhurried = settings(deadline=None)  # other tests may keep the machine busy


@unhurried
@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line)), st.integers(1, 7))
def test_lines_do_not_depend_on_how_the_input_arrives(lines: list[bytes], size: int) -> None:
    content = b"".join(line + b"\n" for line in lines)
    source, collected = Stdin(mode="lines"), Collected()
    source.stream = Dripping(content, size)
    source.run(collected, threading.Event())
    read_back = [data if isinstance(data, bytes) else data.encode() for data in collected.data]
    assert read_back == [
        line.removesuffix(b"\r") for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:-1]
    ]


class Dripping(io.BytesIO):
    """Gives a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._size)


@pytest.mark.parametrize("mode", ["whole", "lines"])
def test_a_file_and_a_big_line_are_read(tmp_path: Path, mode: Mode) -> None:
    file = tmp_path / "input"
    file.write_bytes(b"x" * 20_000_000)
    source, collected = Stdin(mode=mode), Collected()
    with file.open("rb") as source.stream:
        source.run(collected, threading.Event())
    assert [len(data) for data in collected.data] == [20_000_000]


def test_a_line_is_emitted_while_the_pipe_stays_open_and_stop_ends_it_then() -> None:
    stop, seen = threading.Event(), threading.Event()
    source, collected = Stdin(mode="lines"), Collected(then=seen.set)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source.stream, os.fdopen(writing, "wb", buffering=0) as pipe:
        thread = threading.Thread(target=source.run, args=(collected, stop))
        thread.start()
        pipe.write(b"first\nbeg")
        assert seen.wait(5)
        stop.set()
        thread.join(5)
        assert not thread.is_alive()
    assert collected.data == ["first"]


def test_a_part_of_the_whole_is_not_emitted_when_the_daemon_stops() -> None:
    stop = threading.Event()
    source, collected = Stdin(), Collected()
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source.stream, os.fdopen(writing, "wb", buffering=0) as pipe:
        thread = threading.Thread(target=source.run, args=(collected, stop))
        thread.start()
        pipe.write(b"the first half")
        stop.set()
        thread.join(5)
        assert not thread.is_alive()
    assert collected.data == []


def test_lines_already_read_wait_no_longer_once_the_daemon_stops() -> None:
    stop = threading.Event()
    source, collected = Stdin(mode="lines"), Collected(then=stop.set)
    source.stream = io.BytesIO(b"1\n2\n3\n")
    source.run(collected, stop)
    assert collected.data == ["1"]


def test_a_process_without_a_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(flowhost.Unavailable, match="no standard input"):
        Stdin().run(Collected(), threading.Event())


class Supervision:
    """Sources kept alive as in a daemon; `exhausted` is set when the daemon would end by itself."""

    def __init__(self, source: flowhost.Source) -> None:
        self.exhausted = threading.Event()
        self.collected = Collected()
        self.supervisor = Supervisor(
            [Supervised("kind", source, self.collected)],
            clock=flowhost.SystemClock(),
            exhausted=self.exhausted.set,
        )

    def __enter__(self) -> Supervision:
        self.supervisor.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.supervisor.stop()
        assert self.supervisor.join(5) == []


def test_a_source_of_the_kind_once_ends_the_daemon_when_it_returns() -> None:
    source = Stdin()
    source.stream = io.BytesIO(b"everything")
    with Supervision(source) as daemon:
        assert daemon.exhausted.wait(5)
    assert daemon.collected.data == ["everything"]


def test_a_source_of_the_kind_iterable_ends_the_daemon_after_its_last_value() -> None:
    class Countdown:
        """Emits what an iterator gives."""

        name: ClassVar[str] = "countdown"
        values: ClassVar[Iterator[int]] = iter([3, 2, 1])

        def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
            for value in self.values:
                if stop.is_set():
                    return
                emit(flowhost.Event("count", value))

    with Supervision(Countdown()) as daemon:
        assert daemon.exhausted.wait(5)
    assert daemon.collected.data == [3, 2, 1]


def test_a_source_of_the_kind_event_based_lets_others_call_back_until_the_daemon_stops() -> None:
    class Doorbell:
        """Hands `emit` to whoever rings, and keeps the daemon alive meanwhile."""

        name: ClassVar[str] = "doorbell"

        def __init__(self) -> None:
            self.callbacks: queue.Queue[Callable[[str], Any]] = queue.Queue()

        def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
            self.callbacks.put(lambda who: emit(flowhost.Event("ring", who)))
            stop.wait()

    bell = Doorbell()
    with Supervision(bell) as daemon:
        ring = bell.callbacks.get(timeout=5)
        ring("postman")
        ring("neighbour")
        assert not daemon.exhausted.is_set()
    assert daemon.collected.data == ["postman", "neighbour"]
    assert not daemon.exhausted.is_set()
