"""The worker ``log``: writes each event to the log, and is done. For trying out a source, or a dry run."""

from __future__ import annotations

import logging
import reprlib
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal

import flowhost

LONGEST_NAME = 1000  # characters of type and subject; a sender may have chosen them

log = logging.getLogger(__name__)


class Log:
    """Logs type, subject and the beginning of the data; never the headers, which may hold secrets."""

    name: ClassVar[str] = "log"

    def __init__(
        self,
        *,
        level: Annotated[Literal["debug", "info", "warning", "error"], "level of the log lines"] = "info",
        length: Annotated[int, "characters of the data to show; 0 for none"] = 200,
    ) -> None:
        if length < 0:
            raise ValueError(f"'length' is {length}, expected 0 or more")
        self._level = logging.getLevelNamesMapping()[level.upper()]
        self._length = length

    def work(self, event: flowhost.Event) -> None:
        """Write one line about the event."""
        words = [_one_line(event.type, LONGEST_NAME), _one_line(event.subject or "", LONGEST_NAME)]
        if self._length and event.data is not None:
            words.append(_one_line(_beginning(event.data, self._length), self._length))
        log.log(self._level, "%s", " ".join(filter(None, words)))


def _beginning(data: Any, length: int) -> str:
    """A text of the data that is at least `length` long, where there is so much."""
    if isinstance(data, str):
        return data[: length + 1]
    if isinstance(data, bytes):
        return data[: 4 * (length + 1)].decode(errors="backslashreplace")
    # a value can be huge: only what will be seen is written out
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = length + 1
    short.maxdict = short.maxlist = short.maxtuple = short.maxset = length // 3 + 1
    return short.repr(data)


def _one_line(text: str, length: int) -> str:
    """The text without what could end the line or play tricks on a terminal, cut to `length` characters."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: length + 1])
    return shown if len(shown) <= length else shown[: max(0, length - 1)] + "…"


@flowhost.hookimpl
def flowhost_workers() -> Iterable[type[flowhost.Worker]]:
    """Provide the worker."""
    return [Log]
