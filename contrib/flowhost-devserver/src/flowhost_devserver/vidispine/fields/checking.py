"""Values as a field keeps them: the text they are, when its type and its restrictions allow them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flowhost_devserver.vidispine.refusals import Refusal, invalid_input

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)


def checked_text(field: Mapping[str, Any], value: Any) -> str:
    """The text of a value; numbers and truth values of JSON are taken, too. Empty stays empty.

    Args:
        field: its document.
        value: what was given.

    Raises:
        Refusal: it is not of the field's type, or too short or too long.
    """
    text = scalar_text(field["name"], value)
    if not text:
        return text  # which takes a value away
    kind = field["type"].partition("-")[0]
    try:
        text = _READERS.get(kind, str)(text)
    except ValueError:
        raise _refused(field, text, f"expected a value of type {field['type']}") from None
    _check_length(field, text)
    if kind in ("integer", "long", "float"):
        _check_bounds(field, text)
    return text


def scalar_text(name: str, value: Any) -> str:
    """A value of a JSON document as text.

    Raises:
        Refusal: it is a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise invalid_input("metadata-field", id_=name, explanation="expected a text", value=str(value))


def _date(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if text.endswith("Z") and "T" in text:
        return text
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def _whole_number(text: str) -> str:
    if not WHOLE_NUMBER.fullmatch(text.strip()):
        raise ValueError(text)
    return text.strip()


def _number(text: str) -> str:
    if "_" in text or not math.isfinite(float(text)):
        raise ValueError(text)
    return text.strip()


def _truth(text: str) -> str:
    low = text.strip().lower()
    if low not in ("true", "false"):
        raise ValueError(text)
    return low


_READERS: dict[str, Callable[[str], str]] = {
    "date": _date,
    "integer": _whole_number,
    "long": _whole_number,
    "float": _number,
    "boolean": _truth,
}
"""By what comes before the hyphen of a type: ``date-sortable`` is a date."""


def _check_length(field: Mapping[str, Any], text: str) -> None:
    limits = field.get("stringRestriction") or {}
    lowest, highest = limits.get("minLength"), limits.get("maxLength")
    if lowest is not None and len(text) < int(lowest):
        raise _refused(field, text, f"expected at least {lowest} characters")
    if highest is not None and len(text) > int(highest):
        raise _refused(field, text, f"expected at most {highest} characters")
    pattern = limits.get("pattern")
    if pattern and not re.fullmatch(pattern, text):
        raise _refused(field, text, f"expected what matches {pattern}")


def _check_bounds(field: Mapping[str, Any], text: str) -> None:
    named = ("integerRestriction", "longRestriction", "floatRestriction")
    limits: Mapping[str, Any] = next((field[one] for one in named if field.get(one)), {})
    lowest, highest = limits.get("minInclusive"), limits.get("maxInclusive")
    if lowest is not None and float(text) < float(lowest):
        raise _refused(field, text, f"expected {lowest} or more")
    if highest is not None and float(text) > float(highest):
        raise _refused(field, text, f"expected {highest} or less")


def _refused(field: Mapping[str, Any], text: str, explanation: str) -> Refusal:
    return invalid_input("metadata-field", id_=field["name"], explanation=explanation, value=text)
