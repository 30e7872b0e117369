"""Lines for machines: one JSON object each."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from flowhost.errors import FlowhostError
from flowhost.logs.content import data_of, exception_lines, job_of, message_of
from flowhost.logs.masking import masked


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object on one line.

    Members: ``time`` (RFC 3339, UTC), ``level``, ``logger``, ``message``, and where they apply ``job``,
    ``daemon``, ``event_id``, ``subject``, ``data``, ``exception`` (``type``, ``message`` and, for bugs,
    ``traceback``).

    Args:
        debug: whether errors raised on purpose have their traceback.
    """

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__()
        self._debug = debug

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = getattr(record, "event", None)
        members: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
        }
        optional = {
            "job": job_of(record),
            "daemon": getattr(record, "daemon", None),
            "event_id": getattr(record, "event_id", None) or getattr(event, "id", None),
            "subject": getattr(record, "subject", None) or getattr(event, "subject", None),
            "data": data_of(record),
            "exception": self._exception(record),
        }
        members |= {name: value for name, value in optional.items() if value is not None}
        return json.dumps(members, default=str)

    def _exception(self, record: logging.LogRecord) -> dict[str, Any] | None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return None
        said = {"type": type(error).__name__, "message": masked(str(error))}
        if isinstance(error, FlowhostError) and not self._debug:
            return said
        return said | {"traceback": exception_lines(record, debug=True)}
