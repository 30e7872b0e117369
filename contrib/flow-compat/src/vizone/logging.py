"""Logging with a text and data of a kind; the lines go where the profile's ``[Logging]`` says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

_log = logging.getLogger("flow")

CELL = 100
"""Characters of a table's cell that are shown."""


def debug(text: object, *args: object) -> None:
    """Log at level debug; `args` are put into the text by ``%``."""
    _log.debug(_text(text), *args)


def info(text: object, *args: object) -> None:
    """Log at level info."""
    _log.info(_text(text), *args)


def warn(text: object, *args: object) -> None:
    """Log at level warning."""
    _log.warning(_text(text), *args)


def error(text: object, *args: object) -> None:
    """Log at level error."""
    _log.error(_text(text), *args)


def exception(text: object, *args: object) -> None:
    """Log at level error, with the exception that is being handled."""
    _log.exception(_text(text), *args)


warning = warn


def log(text: object, data: Any = None, type: str | None = None, debug: bool = False) -> None:  # noqa: A002  # the old names
    """Log a text, with data under it.

    Args:
        text: the line.
        data: goes with it.
        type: kind of the data: ``pp`` (a mapping, a line for each key), ``json``, ``xml``, ``table`` (rows),
            ``error`` (logged at level error); anything else is shown as it is.
        debug: whether it is only for the level debug.
    """
    level = logging.ERROR if type == "error" else logging.DEBUG if debug else logging.INFO
    if type == "pp" and isinstance(data, Mapping):
        _log.log(level, "%s", text, extra={"data": dict(data)})
    elif data is None:
        _log.log(level, "%s", text)
    else:
        _log.log(level, "%s\n%s", text, _shown(data, type))


def _text(text: object) -> str:
    return text if isinstance(text, str) else str(text)


def _shown(data: Any, kind: str | None) -> str:
    """The data as text; a failure here is said in the text, and is never the caller's."""
    try:
        if kind == "json":
            return json.dumps(
                json.loads(data) if isinstance(data, str | bytes) else data, indent=2, default=str
            )
        if kind == "table":
            return _table(data)
        generated = data.generate() if hasattr(data, "generate") else data
        return generated.decode("utf-8", "replace") if isinstance(generated, bytes) else str(generated)
    except Exception as failure:  # noqa: BLE001  # whatever the data are, logging must not fail
        return f"(the data cannot be shown: {failure})"


def _table(rows: Iterable[Iterable[Any]]) -> str:
    cells = [[str(cell)[:CELL] for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=False)]
    lines = ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)
