"""Lines for people: ``(7) text``, with a level word or a colour, perhaps with the time in front."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from flowhost.logs.content import OUTSIDE, data_of, exception_lines, job_of, message_of

Timing = Literal["none", "time of day", "full"]

EMPTY = "{empty dict}"

BOLD = "\033[1m"
TITLE = "\033[1;34m"
PAINT = {
    logging.DEBUG: "\033[34m",
    logging.INFO: BOLD,
    logging.WARNING: "\033[1;33m",
    logging.ERROR: "\033[1;31m",
}
PLAIN = "\033[0m"

# anything that could move a terminal's cursor or forge a line; tabs and line ends are dealt with
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """Formats a record as one or more lines, each of which begins with the job number.

    Args:
        timing: what time each line has in front.
        colored: a colour instead of the level word.
        debug: whether errors raised on purpose have their traceback.
    """

    def __init__(self, *, timing: Timing = "none", colored: bool = False, debug: bool = False) -> None:
        super().__init__()
        self._timing = timing
        self._colored = colored
        self._debug = debug

    def format(self, record: logging.LogRecord) -> str:
        """The record's lines, without the last line end."""
        number = job_of(record)
        prefix = f"{self._in_front(record)}({OUTSIDE if number is None else number}) "
        lines = [(prefix + visible(text)).rstrip() for text in self._texts(record)]
        return "\n".join(self._painted(line, record) for line in lines)

    def _in_front(self, record: logging.LogRecord) -> str:
        time = _local_time(record.created, self._timing)
        return time if self._colored else f"{time}{record.levelname:<7} "

    def _texts(self, record: logging.LogRecord) -> Iterable[str]:
        yield from message_of(record).splitlines() or [""]
        data = data_of(record)
        if data is not None:
            yield from aligned(data)
        yield from exception_lines(record, debug=self._debug)

    def _painted(self, line: str, record: logging.LogRecord) -> str:
        if not self._colored:
            return line
        level = min(record.levelno, logging.ERROR)
        paint = TITLE if data_of(record) is not None and level == logging.INFO else PAINT.get(level, "")
        return f"{paint}{line}{PLAIN}" if paint else line


def _local_time(seconds: float, timing: Timing) -> str:
    if timing == "none":
        return ""
    moment = datetime.fromtimestamp(seconds).astimezone()
    return (
        f"{moment:%H:%M:%S} " if timing == "time of day" else f"{moment.isoformat(timespec='milliseconds')} "
    )


def aligned(data: Mapping[str, Any]) -> list[str]:
    """One line for each entry, the values below each other."""
    width = max(map(len, data), default=0)
    return [f"  {key:<{width}}  {value}" for key, value in data.items()] or [f"  {EMPTY}"]


def visible(text: str) -> str:
    """The text with its control characters written out as escapes: a file name must not drive a terminal."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
