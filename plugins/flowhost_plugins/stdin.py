"""The source ``stdin``: the standard input, whole or line by line."""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
import threading
from collections.abc import Iterator
from typing import Annotated, BinaryIO, ClassVar, Literal

import flowhost

_CHUNK = 65_536  # bytes; what a Linux pipe holds
_PATIENCE = 0.2  # seconds a silent input may delay the stop


class Stdin:
    """Emits the standard input as one event, or one event for each line, and is exhausted at its end.

    The data is text when it is UTF-8 (a byte order mark is dropped), otherwise bytes. An empty input is
    one event with an empty text as a whole, and none as lines. What was read when the daemon stops, but is
    no whole input or whole line yet, is not emitted.
    """

    name: ClassVar[str] = "stdin"

    def __init__(
        self,
        *,
        mode: Annotated[
            Literal["whole", "lines"], "one event for the whole input, or one for each line"
        ] = "whole",
    ) -> None:
        self._mode = mode
        self.stream: BinaryIO | None = None
        """What is read instead of the process's standard input."""

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Read and emit until the input ends or `stop` is set.

        Raises:
            Unavailable: the process has no standard input.
        """
        chunks = _without_mark(_chunks(self.stream or _standard_input(), stop))
        if self._mode == "lines":
            for number, line in enumerate(_lines(chunks, stop), start=1):
                emit(flowhost.Event("stdin.line", _text(line), source=self.name, subject=str(number)))
            return
        whole = b"".join(chunks)
        if not stop.is_set():
            emit(flowhost.Event("stdin.text", _text(whole), source=self.name))


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise flowhost.Unavailable("this process has no standard input; redirect one into it with < or |")
    return sys.stdin.buffer


def _chunks(stream: BinaryIO, stop: threading.Event) -> Iterator[bytes]:
    """What the stream gives, as soon as it gives it, until its end or `stop`."""
    try:
        descriptor = stream.fileno()
    except io.UnsupportedOperation:  # a stream in memory never waits
        yield from iter(lambda: stream.read(_CHUNK), b"")
        return
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while not stop.is_set():
        if poll.poll(_PATIENCE * 1000):
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return
            yield chunk


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= len(codecs.BOM_UTF8):
            break
    yield start.removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _lines(chunks: Iterator[bytes], stop: threading.Event) -> Iterator[bytes]:
    """The lines without their ends; each byte is looked at once, however long a line is."""
    begun: list[bytes] = []
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        begun.append(first)
        for other in others:
            yield b"".join(begun).removesuffix(b"\r")
            if stop.is_set():
                return
            begun = [other]
    last = b"".join(begun)
    if last and not stop.is_set():
        yield last.removesuffix(b"\r")


def _text(data: bytes) -> str | bytes:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


@flowhost.hookimpl
def flowhost_sources() -> list[type[Stdin]]:
    """Provide the source ``stdin``."""
    return [Stdin]
