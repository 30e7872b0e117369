"""Where lines go: stdout and stderr, or a file that may be rotated."""

from __future__ import annotations

import errno
import io
import logging
import logging.handlers
import os
import stat
import sys
from pathlib import Path
from typing import TextIO

from flowhost.errors import ConfigError
from flowhost.logs.failing import report

MODE = 0o640  # a log may name files and people: its owner writes, a group such as adm reads


class Console(logging.Handler):
    """Writes to stdout; in colour, and warnings and errors to stderr, where there is a terminal.

    The streams are looked up for each line, because a live view puts its own in their place.

    Args:
        plain: what a line looks like without colours.
        colored: what it looks like on a terminal; None for never.
    """

    def __init__(self, plain: logging.Formatter, colored: logging.Formatter | None = None) -> None:
        super().__init__()
        self._plain = plain
        self._colored = colored

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record and flush."""
        try:
            stream = self._stream(record)
            formatter = self._colored if self._colored and stream.isatty() else self._plain
            stream.write(_encodable(formatter.format(record), stream) + "\n")
            stream.flush()
        except Exception:  # noqa: BLE001  # whatever is wrong with a line or a stream must not hurt the caller
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name in logging
        """One line on stderr instead of logging's traceback."""
        report(record)

    def _stream(self, record: logging.LogRecord) -> TextIO:
        split = self._colored is not None and sys.stdout.isatty()
        return sys.stderr if split and record.levelno >= logging.WARNING else sys.stdout


class LogFile(logging.handlers.WatchedFileHandler):
    """Appends to a file, and opens it anew when a rotation has moved it.

    In a folder everybody can write to, such as /tmp, a symbolic link is not followed: it could be anybody's.

    Args:
        path: the file.
        head: what a new file begins with.

    Raises:
        ConfigError: it cannot be opened.
    """

    def __init__(self, path: Path, *, head: str = "") -> None:
        self._head = head
        try:
            super().__init__(path, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise ConfigError(f"the log file {str(path)!r} cannot be opened: {_reason(error)}") from None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record and flush."""
        try:
            super().emit(record)
        except Exception:  # noqa: BLE001  # as above; opening the file anew after a rotation may fail too
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name in logging
        """One line on stderr instead of logging's traceback."""
        report(record)

    def _open(self) -> io.TextIOWrapper:
        path = Path(self.baseFilename)
        follow = 0 if path.parent.stat().st_mode & stat.S_IWOTH == 0 else os.O_NOFOLLOW
        number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | follow, MODE)
        stream = open(number, "a", encoding=self.encoding, errors=self.errors)  # noqa: SIM115, PTH123  # kept open; opened by number
        if self._head and os.fstat(number).st_size == 0:
            stream.write(self._head)
        return stream


def _encodable(text: str, stream: TextIO) -> str:
    """The text with what the stream cannot encode, such as a file name that is no UTF-8, written out."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "it is a symbolic link in a folder everybody can write to"
    return (error.strerror or str(error)).lower()
