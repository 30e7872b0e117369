"""How single values are written in a payload: the text forms of XML Schema's types that VDF models use."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal

from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.term import DictionaryTerm
from flowhost_plugins.viz_one.documents.timestamps import write_time


def text_of_value(value: object) -> str | None:
    """The text that stands for a single value; None when the value is of another kind.

    ``true`` and ``false``; numbers without exponents; dates as ``YYYY-MM-DD``; times in UTC with a ``Z``; the key of a
    dictionary term.

    Raises:
        DocumentError: it is a number that is none.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):  # before int, which it is, too
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, Decimal)):
        return decimal_text(value)
    if isinstance(value, datetime):  # before date, which it is, too
        return write_time(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value.key if isinstance(value, DictionaryTerm) else None


def decimal_text(value: float | Decimal) -> str:
    """The text that stands for a number, without an exponent.

    Raises:
        DocumentError: it is infinite or not a number at all.
    """
    if not math.isfinite(value):
        raise DocumentError(f"{value} is no number a payload can hold; expected a finite one")
    # repr is the shortest text that means the same float; a decimal has no exponent
    return format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
