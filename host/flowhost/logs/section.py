"""The options of ``[Logging]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

Level = Literal["debug", "info", "warning", "error"]
Form = Literal["flow", "terminal", "json", "file", "html"]


def _full_word(value: object) -> object:
    return "warning" if isinstance(value, str) and value.strip().lower() == "warn" else value


@dataclass(frozen=True, kw_only=True)
class LoggingSection:
    """How a process logs.

    Args:
        level: the least important lines that are written.
        color: whether colours are used where there is a terminal.
        logger: the form of a line, and with ``file`` and ``html`` also where it goes.
        formal: whether each line has the time and no line has a colour.
        file_name: for the loggers ``file`` and ``html``, and for ``json`` if it is given.
    """

    name: ClassVar[str] = "Logging"

    level: Annotated[Level, BeforeValidator(_full_word), "the least important lines that are written"] = (
        "info"
    )
    color: Annotated[bool, "colours, where the output is a terminal"] = True
    logger: Annotated[
        Form,
        "flow: lines with the job number; terminal: with the time of day too; json: one JSON object a line; "
        "file: plain lines in a file; html: a page",
    ] = "flow"
    formal: Annotated[bool, "no colours; ISO 8601 time and level in front of each line"] = False
    file_name: Annotated[
        str, "file to append to (file, html, and json when given); empty: NAME.log in the state directory"
    ] = ""
