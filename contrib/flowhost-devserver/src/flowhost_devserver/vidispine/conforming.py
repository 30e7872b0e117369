"""JSON documents as clients send them, brought into the form that the tables in `forms` describe.

Clients write ``"90"`` for 90, leave out the list around a single value, and send ``""`` for an element without content.
Pages see none of that; and what they cannot work with is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from flowhost_devserver.vidispine.forms import DOCUMENTS, TYPES

DEEPEST = 64  # levels of a document; real ones have about ten, and pages follow them down
CHECKED = ("int", "float", "bool")
"""The kinds of scalar that are more than a text."""

LARGEST = 2**63 - 1  # number a database can keep


class Unfit(ValueError):
    """A document that is not of its form; the sentence says where."""


def read_json(name: str, body: bytes) -> dict[str, Any]:
    """The document in this JSON; keys that its form does not have stay as they are.

    Args:
        name: its root element in XML; one without a form is taken as it is.
        body: the JSON, in UTF-8.

    Raises:
        Unfit: it is no JSON object, or not of its form.
    """
    try:
        data = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unfit(f"not well-formed JSON: {error}") from None
    _check(data, 0)
    if not isinstance(data, dict):
        raise Unfit("expected a JSON object")
    return _conform(data, DOCUMENTS[name], name) if name in DOCUMENTS else data


def _refuse_constant(name: str) -> NoReturn:
    raise Unfit(f"{name} is no JSON")


def _check(value: Any, depth: int) -> None:
    """Refuse what no database and no XML can hold, at any place."""
    if depth > DEEPEST:
        raise Unfit(f"it is more than {DEEPEST} levels deep")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, list):
        for one in value:
            _check(one, depth + 1)
    elif isinstance(value, dict):
        for key, one in value.items():
            check_text(key)
            _check(one, depth + 1)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise Unfit(f"the number {str(value)[:30]} is too large")


def check_text(text: str) -> None:
    """Refuse a text with NUL or half a character.

    Raises:
        Unfit: it is one.
    """
    if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise Unfit(f"{text[:40]!r} is no text that can be kept")


def _conform(data: Mapping[str, Any], kind: str, where: str) -> dict[str, Any]:
    form, found = TYPES[kind], dict[str, Any]()
    for key, value in data.items():
        what = form.get(key)
        if what is None:
            found[key] = value
        elif value is not None:
            found[key] = _value(value, what.removeprefix("@"), f"{where}.{key}")
    return found


def _value(value: Any, what: str, where: str) -> Any:
    within, _, what = what.rpartition("/")
    if within and isinstance(value, dict):  # as it stands in XML
        value = value.get(within, [])
    if what.endswith("*"):
        values = value if isinstance(value, list) else [value]
        return [_one(one, what[:-1], where) for one in values if one is not None]
    if isinstance(value, list):
        if len(value) != 1:
            raise Unfit(f"{where} is a list of {len(value)}, expected one value")
        value = value[0]
    return _one(value, what, where)


def _one(value: Any, kind: str, where: str) -> Any:
    if kind in TYPES:
        return _conform(_object(value, kind, where), kind, where)
    if isinstance(value, dict | list):
        raise Unfit(f"{where} is {'an object' if isinstance(value, dict) else 'a list'}, expected {kind}")
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return scalar(kind, text, where) if kind in CHECKED else text


def _object(value: Any, kind: str, where: str) -> Mapping[str, Any]:
    """The object for a type; a bare value stands for the text of an element, ``""`` for one without content."""
    if isinstance(value, dict):
        return value
    if value == "":
        return {}
    text = next((key for key, what in TYPES[kind].items() if what == "="), None)
    if text is None or isinstance(value, list):
        raise Unfit(f"{where} is {str(value)[:40]!r}, expected an object")
    return {text: value}


def scalar(kind: str, text: str, where: str) -> Any:
    """A text as what it stands for.

    Args:
        kind: one of `CHECKED`.
        text: the text.
        where: what it is of, for the refusal.

    Raises:
        Unfit: it stands for nothing of this kind.
    """
    bare = text.strip().lower()
    if kind == "bool" and bare in ("true", "1", "false", "0"):
        return bare in ("true", "1")
    try:
        if kind == "int" and abs(int(bare)) <= LARGEST:
            return int(bare)
        if kind == "float" and float("-inf") < float(bare) < float("inf"):
            return float(bare)
    except ValueError:
        pass  # told below
    raise Unfit(f"{where} is {text[:40]!r}, expected {kind}")
