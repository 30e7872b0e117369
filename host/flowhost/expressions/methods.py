"""The attributes and methods of values an expression may use: a white list for each type.

A class offers its own with ``expression_names``, a set of names of attributes and methods: nothing else of its objects
can be reached. ``__getitem__``, ``__contains__`` and ``__str__`` among them offer ``x[key]``, ``key in x`` and
``str(x)``. Without it, a frozen dataclass is data and offers its fields, unless they hold what can be called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from flowhost.expressions.budget import CONTAINERS, LARGEST, too_large, weight
from flowhost.expressions.elements import elements
from flowhost.expressions.refusal import Refusal
from flowhost.expressions.texts import strftime
from flowhost.options import nearest

LONGEST_SEARCHED = (
    100  # characters looked for from the right or stripped: Python compares each with each there
)


def _join(between: str, parts: Any) -> str:
    parts = list(elements(parts))
    if weight(parts) + len(between) * len(parts) > LARGEST * 2:
        raise too_large()
    return between.join(parts)


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    found = text.count(old) if count < 0 else min(count, text.count(old))
    if len(text) + found * (len(new) - len(old)) > LARGEST:
        raise too_large()
    return text.replace(old, new, count)


def _padding(name: str) -> Callable[..., str]:
    def padded(text: str, width: int, *fill: str) -> str:
        if width > LARGEST:
            raise too_large()
        return str(getattr(text, name)(width, *fill))

    return padded


def _searching(name: str) -> Callable[..., Any]:
    def searched(text: str, *arguments: Any, **named: Any) -> Any:
        if any(isinstance(one, str) and len(one) > LONGEST_SEARCHED for one in (*arguments, *named.values())):
            raise Refusal(f"calls {name}() with a text of more than {LONGEST_SEARCHED} characters")
        return getattr(text, name)(*arguments, **named)

    return searched


_STR: dict[str, Callable[..., Any] | None] = {
    **dict.fromkeys(("upper", "lower", "title", "capitalize", "casefold", "swapcase")),
    **dict.fromkeys(("startswith", "endswith", "find", "index", "count", "removeprefix", "removesuffix")),
    **dict.fromkeys(("split", "splitlines", "partition")),
    **dict.fromkeys(
        ("isalnum", "isalpha", "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "isupper")
    ),
    **{name: _padding(name) for name in ("zfill", "ljust", "rjust", "center")},
    **{
        name: _searching(name)
        for name in ("rfind", "rindex", "rsplit", "rpartition", "strip", "lstrip", "rstrip")
    },
    "join": _join,
    "replace": _replace,
}
_DAY = dict.fromkeys(("year", "month", "day", "weekday", "isoweekday", "isocalendar", "isoformat"))
_HOUR = dict.fromkeys(("hour", "minute", "second", "microsecond", "isoformat"))

_MAPPING = dict.fromkeys(("get", "keys", "values", "items"))

_INDEXED = (str, list, tuple, dict, MappingProxyType)

METHODS: dict[type, dict[str, Callable[..., Any] | None]] = {
    str: _STR,
    int: {},
    float: {"is_integer": None},
    bool: {},
    type(None): {},
    list: dict.fromkeys(("index", "count")),
    tuple: dict.fromkeys(("index", "count")),
    dict: _MAPPING,
    MappingProxyType: _MAPPING,
    date: {**_DAY, "strftime": strftime},
    time: {**_HOUR, "strftime": strftime},
    datetime: {**_DAY, **_HOUR, **dict.fromkeys(("date", "time", "timestamp")), "strftime": strftime},
    timedelta: dict.fromkeys(("days", "seconds", "total_seconds")),
}
"""Type → its names; None: as Python has it; otherwise a function that takes the value first."""


def attribute(value: Any, name: str) -> Any:
    """``value.name``.

    Raises:
        Refusal: it is not offered.
    """
    kind = type(value)
    own = METHODS.get(str if isinstance(value, str) else kind)  # lxml has a str of its own
    if own is None:
        offered = _names_of(value)
        if name in offered:
            return _found(value, name)
        own = dict.fromkeys(one for one in offered if not one.startswith("_"))
    if name not in own:
        has = f"; it has: {', '.join(sorted(own))}" if 0 < len(own) <= 20 else ""
        raise Refusal(f"uses '.{name}' of {called(value)}, which is not offered{nearest(name, own) or has}")
    guarded = own[name]
    return getattr(value, name) if guarded is None else partial(guarded, value)


def item(value: Any, key: Any) -> Any:
    """``value[key]``."""
    if not isinstance(value, _INDEXED) and "__getitem__" not in _offered(value):
        raise Refusal(f"takes [{key!r:.40}] of {called(value)}, which has no parts")
    return value[key]


def contains(value: Any, part: Any) -> bool:
    """``part in value``."""
    if not isinstance(value, (str, MappingProxyType, *CONTAINERS)) and "__contains__" not in _offered(value):
        raise Refusal(f"looks for {part!r:.40} in {called(value)}, which has no parts")
    return part in value


def called(value: Any) -> str:
    """What a message calls a value's type."""
    words = {
        str: "a text",
        int: "a number",
        float: "a number",
        type(None): "an empty value (None)",
        list: "a list",
    }
    return words.get(type(value), f"a {type(value).__name__}")


def _names_of(value: Any) -> Iterable[str]:
    return _fields(type(value)) or _offered(value)


def _fields(kind: type) -> list[str]:
    """The fields of a class that is data; none for any other."""
    if hasattr(kind, "expression_names") or not is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # every dataclass has it
        return []
    return [one.name for one in fields(kind) if not one.name.startswith("_")]


def _found(value: Any, name: str) -> Any:
    found = getattr(value, name)
    if callable(found) and _fields(type(value)):
        raise Refusal(f"uses '.{name}' of {called(value)}, which is no data")
    return found


def _offered(value: Any) -> Iterable[str]:
    offered: Iterable[str] = getattr(type(value), "expression_names", ())
    return offered
