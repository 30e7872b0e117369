"""What a log record says, whatever the form of its line: its message, its data, its exception."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from flowhost.errors import FlowhostError
from flowhost.logs.masking import MASK, is_secret, masked
from flowhost.options import Secret
from flowhost.pool.job_numbers import job_number

OUTSIDE = "*"
"""Stands for the job number where no job is worked on."""


def job_of(record: logging.LogRecord) -> int | None:
    """Number of the job the record belongs to; handlers run in the thread that logs."""
    number = getattr(record, "job", None)
    return number if isinstance(number, int) else job_number.get()


def message_of(record: logging.LogRecord) -> str:
    """The message with its arguments, without passwords in URLs."""
    return masked(record.getMessage())


def data_of(record: logging.LogRecord) -> dict[str, Any] | None:
    """The mapping attached to the record as ``data``, its secrets masked; None when there is none."""
    data = getattr(record, "data", None)
    return (
        {str(key): _shown(str(key), value) for key, value in data.items()}
        if isinstance(data, Mapping)
        else None
    )


def exception_lines(record: logging.LogRecord, *, debug: bool) -> list[str]:
    """The record's exception and stack: an error raised on purpose is its sentence, a bug its traceback.

    Args:
        record: any record.
        debug: whether errors raised on purpose have their traceback too.
    """
    error = record.exc_info[1] if record.exc_info else None
    said = record.stack_info or ""
    if isinstance(error, FlowhostError) and not debug:
        said += "" if str(error) in record.getMessage() else f"{type(error).__name__}: {error}"
    elif error is not None:
        said += "".join(traceback.format_exception(error))
    return masked(said).splitlines()


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, Secret) or (is_secret(key) and value not in (None, "")):
        return MASK if str(value) else ""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return masked(str(value))
