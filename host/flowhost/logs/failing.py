"""What happens when logging itself goes wrong: one line on stderr, and the program goes on."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress


def report(record: logging.LogRecord) -> None:
    """Say on stderr that a record could not be written, and why; call it where the exception is handled."""
    error = sys.exc_info()[1]
    place = f"{record.name}, {record.filename}:{record.lineno}"
    reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    with suppress(Exception):  # stderr is the last place there is
        sys.stderr.write(f"flowhost: cannot log the line from {place}: {reason}\n")
        sys.stderr.flush()
