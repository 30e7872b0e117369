"""Models: which fields a form has, and what each may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from types import MappingProxyType

from lxml import etree

from flowhost_devserver.viz_one.answers import Problem, parsed
from flowhost_devserver.viz_one.vocabulary import VDF

_VDF = f"{{{VDF}}}"


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field of a model.

    Args:
        name: its name.
        xsdtype: the type of its text; empty for any.
        markup: whether its value is XML.
        choices: the texts it may hold; empty for any.
        listed: whether it holds rows, each with `fields`.
        fields: the fields within it.
        minimum: least number of rows.
        maximum: largest number of rows, None for any.
    """

    name: str
    xsdtype: str = ""
    markup: bool = False
    choices: tuple[str, ...] = ()
    listed: bool = False
    fields: Mapping[str, FieldDefinition] = field(default_factory=lambda: MappingProxyType({}))
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A named model, as it is served.

    Args:
        name: name of the form.
        document: the model, as XML.
        fields: its fields, in their order.
        title_field: the field that is the title of what the form describes; empty for none.
    """

    name: str
    document: bytes
    fields: Mapping[str, FieldDefinition]
    title_field: str


def read_form(name: str, document: bytes) -> Form:
    """The form that a model document describes.

    Raises:
        ValueError: it is no model.
    """
    try:
        root = parsed(document, f"model {name!r}")
    except Problem as error:
        raise ValueError(str(error.description)) from error
    schema = root.find(f"{_VDF}schema")
    if root.tag != f"{_VDF}model" or schema is None:
        raise ValueError(f"the model {name!r} has the root {root.tag!r}, expected a VDF model with a schema")
    fields = _fields(schema)
    titles = [each for each in fields if each == "asset.title" or each == f"{name}.title"]
    return Form(name, document, fields, titles[0] if titles else "")


def stock_forms() -> dict[str, Form]:
    """The forms that come with this server, by their names."""
    files = resources.files("flowhost_devserver.viz_one.models").iterdir()
    found = sorted((each.name.removesuffix(".xml"), each) for each in files if each.name.endswith(".xml"))
    return {name: read_form(name, each.read_bytes()) for name, each in found}


def _fields(parent: etree._Element) -> dict[str, FieldDefinition]:
    return {each.get("name", ""): _field(each) for each in parent.findall(f"{_VDF}fielddef")}


def _field(element: etree._Element) -> FieldDefinition:
    rows = element.find(f"{_VDF}listdef")
    schema = None if rows is None else rows.find(f"{_VDF}schema")
    mediatype = element.get("mediatype", "")
    return FieldDefinition(
        name=element.get("name", ""),
        xsdtype=element.get("xsdtype", ""),
        markup="xml" in mediatype,
        choices=tuple(choice.text or "" for choice in element.findall(f"{_VDF}choice")),
        listed=rows is not None,
        fields=MappingProxyType(_fields(element if schema is None else schema)),
        minimum=_count(rows, "minimumcount") or 0,
        maximum=_count(rows, "maximumcount"),
    )


def _count(rows: etree._Element | None, name: str) -> int | None:
    text = None if rows is None else rows.findtext(f"{_VDF}{name}")
    return int(text) if text else None


def misfit(definition: FieldDefinition, text: str) -> str:
    """Why the field cannot hold this text; empty when it can."""
    if definition.choices and text not in definition.choices:
        return f"is {text!r}, expected one of {', '.join(definition.choices)}"
    check = _CHECKS.get(definition.xsdtype)
    return (
        ""
        if check is None or check(text.strip())
        else f"is {text!r}, expected text of the type {definition.xsdtype}"
    )


def _is_time(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "boolean": lambda text: text in ("true", "false", "1", "0"),
    "integer": lambda text: re.fullmatch(r"[+-]?\d+", text) is not None,
    "decimal": lambda text: re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text) is not None,
    "date": lambda text: _is_time(date.fromisoformat, text.removesuffix("Z")),
    "dateTime": lambda text: "T" in text and _is_time(datetime.fromisoformat, text),
}
