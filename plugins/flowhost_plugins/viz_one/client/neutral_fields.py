"""Metadata as the role `flowhost.AssetSystem` has it (field → values), in payloads. Pure.

A value is a field with one value. Nested fields are ``group/field``. A list is a repeated group: ``list/column`` has
the values of all rows, in their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import flowhost
from flowhost_plugins.viz_one.documents import Model, Payload

Fields = Mapping[str, Sequence[str]]


def fields_of(payload: Payload | None) -> dict[str, tuple[str, ...]]:
    """The fields of a payload that are not empty."""
    fields: dict[str, tuple[str, ...]] = {}
    for name in payload.names() if payload is not None else ():
        assert payload is not None
        for path, values in _flat(name, payload.get(name)):
            fields[path] = fields.get(path, ()) + values
    return fields


def _flat(name: str, value: Any) -> list[tuple[str, tuple[str, ...]]]:
    if value is None:
        return []
    if isinstance(value, str):
        return [(name, (value,))]
    if isinstance(value, Payload):
        return [(f"{name}/{path}", values) for path, values in fields_of(value).items()]
    if isinstance(value, list):
        return [(f"{name}/{path}", values) for row in value for path, values in fields_of(row).items()]
    return [(name, (_markup(value),))]


def _markup(element: Any) -> str:
    from lxml import etree

    return etree.tostring(element, encoding="unicode", with_tail=False)


def revision_of(payload: Payload | None) -> str:
    """Names what the payload says: the same fields have the same revision."""
    said = json.dumps(sorted(fields_of(payload).items()), ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def set_fields(payload: Payload, fields: Fields, model: Model | None) -> None:
    """Set fields, each to exactly these values; others stay.

    Args:
        payload: is changed.
        fields: name → values; without values the field becomes empty.
        model: tells which fields are lists, where the payload itself does not.

    Raises:
        Permanent: a field cannot hold these values.
    """
    groups: dict[str, dict[str, Sequence[str]]] = {}
    for name, values in fields.items():
        first, slash, rest = name.partition("/")
        if slash:
            groups.setdefault(first, {})[rest] = values
        elif len(values) > 1:
            raise flowhost.Permanent(
                f"the field {name!r} is to hold {len(values)} values; in Viz One a field has one value, and several are "
                "rows of a list: 'list/column'"
            )
        elif values or name in payload:
            payload.set(name, values[0] if values else None)
    for name, columns in groups.items():
        _set_group(payload, name, columns, model)


def _set_group(payload: Payload, name: str, columns: Fields, model: Model | None) -> None:
    old = payload.get(name)
    if isinstance(old, str):
        raise flowhost.Permanent(
            f"the field {name!r} holds a value, so there is no {name}/{next(iter(columns))}"
        )
    if isinstance(old, list) or (not isinstance(old, Payload) and _is_list(name, model)):
        payload.set(name, _rows(old or [], columns))
        return
    nested = old.copy() if isinstance(old, Payload) else Payload()
    set_fields(nested, columns, None)
    payload.set(name, nested)


def _is_list(name: str, model: Model | None) -> bool:
    definitions = {field.name: field for field in model.fields} if model is not None else {}
    definition = definitions.get(name)
    if definition is None:
        hint = flowhost.nearest(name, definitions)
        raise flowhost.Permanent(f"the form has no group {name!r}, so nothing can be set in it{hint}")
    return definition.list_of is not None


def _rows(old: list[Payload], columns: Fields) -> list[Payload]:
    """The rows with these columns; those that are empty now are left out."""
    number = max(len(old), *(len(values) for values in columns.values()))
    rows = [old[index].copy() if index < len(old) else Payload() for index in range(number)]
    for column, values in columns.items():
        for index, row in enumerate(rows):
            set_fields(row, {column: values[index : index + 1]}, None)
    return [row for row in rows if fields_of(row)]
