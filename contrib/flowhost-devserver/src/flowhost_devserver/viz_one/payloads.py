"""VDF payloads to and from the metadata of the catalogue, led by the model of a form.

A simple field is a field of the catalogue with one value. Each row of a list, and what is nested in a field, is a
group of the catalogue with the name of that field. The title of a form is the catalogue's field ``title``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.building import maker
from flowhost_devserver.viz_one.schemas import FieldDefinition, Form, misfit
from flowhost_devserver.viz_one.vocabulary import VDF
from flowhost_plugins.catalogue import Group

vdf = maker(VDF, {None: VDF})

_VDF = f"{{{VDF}}}"
_CATALOGUE_TITLE = "title"

ANNOTATIONS = "viz-one.annotations"
"""The group of the catalogue that holds the annotations of the fields beside it, each under the name of its field."""


@dataclass(slots=True)
class Content:
    """What a payload, a row of it or a nested field says.

    Args:
        fields: field name → its value as text; None when it is empty.
        groups: field name → its rows, or the one group that is nested in it.
        annotations: field name → its annotations, as XML.
    """

    fields: dict[str, str | None] = field(default_factory=dict)
    groups: dict[str, list[Content]] = field(default_factory=dict)
    annotations: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_payload(payload: etree._Element, form: Form) -> Content:
    """What the payload says.

    Raises:
        Problem: it is no payload (400), or it does not fit the form (422).
    """
    if payload.tag != f"{_VDF}payload":
        refuse(400, f"the document has the root {payload.tag!r}, expected {_VDF}payload")
    return _read(payload, form.fields, f"of the form {form.name!r}")


def _read(parent: etree._Element, definitions: Mapping[str, FieldDefinition], where: str) -> Content:
    content = Content()
    for element in parent.findall(f"{_VDF}field"):
        name = element.get("name", "")
        definition = definitions.get(name)
        if definition is None:
            refuse(422, f"there is no field {name!r} {where}, which has {', '.join(definitions)}")
        if name in content.fields or name in content.groups:
            refuse(422, f"the field {name!r} stands twice {where}")
        if definition.fields or definition.listed:
            content.groups[name] = _read_groups(element, definition)
        else:
            content.fields[name] = _read_value(element, definition)
        notes = element.findall(f"{_VDF}annotation")
        if notes:
            content.annotations[name] = tuple(_text_of(note) for note in notes)
    return content


def _text_of(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def _read_groups(element: etree._Element, definition: FieldDefinition) -> list[Content]:
    where = f"in {definition.name!r}"
    if not definition.listed:
        return [_read(element, definition.fields, where)]
    rows = element.findall(f"{_VDF}list/{_VDF}payload")
    if len(rows) < definition.minimum or len(rows) > (definition.maximum or len(rows)):
        limits = f"{definition.minimum} to {definition.maximum or 'any number of'}"
        refuse(422, f"the list {definition.name!r} has {len(rows)} rows, expected {limits}")
    return [_read(row, definition.fields, where) for row in rows]


def _read_value(element: etree._Element, definition: FieldDefinition) -> str | None:
    values = element.findall(f"{_VDF}value")
    if len(values) > 1:
        refuse(422, f"the field {definition.name!r} has {len(values)} values, expected one")
    if not values:
        return None
    inside = list(values[0])
    if inside:
        if not definition.markup:
            refuse(422, f"the field {definition.name!r} holds XML, expected text")
        return _text_of(inside[0])
    text = values[0].text or ""
    wrong = misfit(definition, text) if text else ""
    if wrong:
        refuse(422, f"the field {definition.name!r} {wrong}")
    return text or None


def write_payload(content: Content, form: Form, model: str) -> etree._Element:
    """The payload that says this: every field of the form, in the form's order."""
    payload = vdf.payload(model=model)
    payload.extend(_write(content, form.fields))
    return payload


def _write(content: Content, definitions: Mapping[str, FieldDefinition]) -> Iterator[etree._Element]:
    for name, definition in definitions.items():
        notes = (etree.fromstring(note) for note in content.annotations.get(name, ()))
        element = vdf.field(*notes, name=name)
        rows = content.groups.get(name, [])
        if definition.listed:
            element.append(vdf.list(*(vdf.payload(*_write(row, definition.fields)) for row in rows)))
        elif definition.fields:
            element.extend(_write(rows[0] if rows else Content(), definition.fields))
        elif (text := content.fields.get(name)) is not None:
            element.append(_written_value(text, definition))
        yield element


def _written_value(text: str, definition: FieldDefinition) -> etree._Element:
    if definition.markup and text.lstrip().startswith("<"):
        return vdf.value(etree.fromstring(text))  # it was parsed safely when it came in
    return vdf.value(text)


def from_catalogue(fields: Mapping[str, Sequence[str]], groups: Sequence[Group], form: Form) -> Content:
    """What the catalogue holds, as content of the form; what the form does not know is left out."""
    return _from_catalogue(fields, groups, form.fields, form.title_field)


def _from_catalogue(
    fields: Mapping[str, Sequence[str]],
    groups: Sequence[Group],
    definitions: Mapping[str, FieldDefinition],
    title_field: str = "",
) -> Content:
    content = Content()
    for group in groups:
        if group.name == ANNOTATIONS:
            content.annotations.update(group.fields)
    for name, definition in definitions.items():
        if definition.fields or definition.listed:
            mine = [group for group in groups if group.name == name]
            content.groups[name] = [
                _from_catalogue(group.fields, group.groups, definition.fields) for group in mine
            ]
        else:
            values = fields.get(_CATALOGUE_TITLE if name == title_field else name, ())
            content.fields[name] = values[0] if values else None
    return content


def to_fields(content: Content, form: Form) -> dict[str, tuple[str, ...]]:
    """The fields outside any group, as the catalogue keeps them; an empty one has no values."""
    return {
        _CATALOGUE_TITLE if name == form.title_field else name: () if text is None else (text,)
        for name, text in content.fields.items()
    }


def to_groups(content: Content) -> dict[str, list[Group]]:
    """The groups by their names, as the catalogue keeps them."""
    made = {name: [_group(name, each) for each in contents] for name, contents in content.groups.items()}
    return {**made, ANNOTATIONS: [Group(ANNOTATIONS, content.annotations)]} if content.annotations else made


def _group(name: str, content: Content) -> Group:
    inner = tuple(group for groups in to_groups(content).values() for group in groups)
    fields = {each: (text,) for each, text in content.fields.items() if text is not None}
    return Group(name, fields, inner)
