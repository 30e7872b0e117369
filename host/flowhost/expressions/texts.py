"""Texts made of values: ``str()``, ``'%s' % x``, f-strings and dates, without what makes them dangerous."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from flowhost.expressions.budget import CONTAINERS, LARGEST, too_large, weight
from flowhost.expressions.refusal import Refusal

WIDEST = 1000  # characters that a field may be padded to

PLAIN = (str, int, float, bool, type(None), date, time, datetime, timedelta)

_PRINTF = re.compile(r"%(?:\([^()]*\))?[-+ #0]*(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)", re.DOTALL)
_CONVERSIONS = frozenset("diouxXeEfFgGcrsa%")
_SPEC = re.compile(r"(?:.?[<>=^])?[-+ ]?#?0?(\d*)[,_]?(?:\.(\d+))?[a-zA-Z%]?", re.DOTALL)
_STRFTIME = re.compile(r"(?:[^%]|%-?[aAbBcdfGHIjmMpSuUVwWxXyYzZ%])*", re.DOTALL)


def as_text(value: Any) -> str:
    """``str(value)``, of values that are no more than values."""
    if type(value) is not str:
        check_plain(value)
    return str(value)


def check_plain(value: Any) -> None:
    """Make sure that a value is text, number, date, or made of these.

    Raises:
        Refusal: it is not.
    """
    if isinstance(value, PLAIN) or "__str__" in getattr(type(value), "expression_names", ()):
        return
    if not isinstance(value, CONTAINERS):
        raise Refusal(f"makes a text of a {type(value).__name__}; say which part of it")
    if weight(value) > LARGEST:
        raise too_large()
    for inner in [*value, *(value.values() if isinstance(value, dict) else ())]:
        check_plain(inner)


def printf(pattern: str, values: Any) -> str:
    """``pattern % values``."""
    fields = list(_PRINTF.finditer(pattern))
    for field in fields:
        # Python reads more than the pattern above, such as brackets within a key's brackets
        if field[3] not in _CONVERSIONS:
            raise Refusal(f"has {field[0][:40]!r} in the text before a %; expected e.g. '%s' or '%(name)03d'")
    for width in (number for field in fields for number in field.groups()[:2] if number):
        _check_width(width)
    if not isinstance(values, CONTAINERS):
        values = (values if isinstance(values, PLAIN) else as_text(values),)
    check_plain(values)
    if len(pattern) + len(fields) * (weight(values) + WIDEST * any(f[1] or f[2] for f in fields)) > LARGEST:
        raise too_large()
    return str(pattern % values)


def formatted(value: Any, conversion: int, spec: str) -> str:
    """What stands between the braces of an f-string: ``{value!r:spec}``."""
    check_plain(value)
    if conversion in (ord("r"), ord("a")):
        value = repr(value) if conversion == ord("r") else ascii(value)
    elif conversion == ord("s"):
        value = str(value)
    if isinstance(value, date | time) and spec:
        return strftime(value, spec)
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise Refusal(f"has {spec[:40]!r} after a colon in an f-string; expected e.g. '>8' or '.2f'")
    for width in (number for number in match.groups() if number):
        _check_width(width)
    return format(value, spec) if spec else as_text(value)


def strftime(moment: Any, pattern: str) -> str:
    """``moment.strftime(pattern)``; the C library's widths (``%999999Y``) are not offered."""
    if not isinstance(pattern, str) or len(pattern) > WIDEST or not _STRFTIME.fullmatch(pattern):
        raise Refusal(f"has the date format {str(pattern)[:40]!r}; expected directives such as %Y-%m-%d")
    return str(moment.strftime(pattern))


def _check_width(width: str) -> None:
    if width == "*" or len(width) > 4 or int(width) > WIDEST:
        raise Refusal(f"pads to {width[:12]} characters; expected a number of at most {WIDEST}")
