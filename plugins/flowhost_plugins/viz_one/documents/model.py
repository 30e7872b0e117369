"""VDF models: which fields a form has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import flowhost
from flowhost_plugins.viz_one.documents import fields, trees
from flowhost_plugins.viz_one.documents.document import Document
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.namespaces import ESCENIC_TYPES, TYPES, namespace_of, qualified
from flowhost_plugins.viz_one.documents.numbers import whole_number
from flowhost_plugins.viz_one.documents.payload import Payload

if TYPE_CHECKING:
    from lxml.etree import _Element

SCHEMA, FIELDDEF, LISTDEF, CHOICE = map(fields.names, ("schema", "fielddef", "listdef", "choice"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field may have.

    Args:
        value: what is stored.
        label: what people see.
    """

    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A field of a form.

    Args:
        name: its name in payloads.
        label: what people see.
        xsdtype: type of its text, such as ``string`` or ``date``; None when it has none.
        mediatype: media type of its value; None when it has none.
        choices: values it may have; none means any.
        list_of: fields of a row, for a list; None for a field that is none.
        nested: fields within this one.
        minimum: smallest number of rows; None when there is no limit.
        maximum: largest number of rows; None when there is no limit.
    """

    name: str
    label: str = ""
    xsdtype: str | None = None
    mediatype: str | None = None
    choices: tuple[Choice, ...] = ()
    list_of: tuple[FieldDefinition, ...] | None = None
    nested: tuple[FieldDefinition, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


class Model(Document):
    """The model of a form.

    Args:
        source: see `Document`. Of a response the URL is kept, for payloads made from the model.
    """

    content_type: ClassVar[str] = "application/vnd.vizrt.model+xml"
    root: ClassVar[str] = qualified(TYPES, "model")
    other_roots: ClassVar[tuple[str, ...]] = (qualified(ESCENIC_TYPES, "model"),)
    url: str = ""
    """Where the model is; empty when unknown."""

    def parse(self, source: Any) -> None:
        """Read this source in place of what the model was."""
        super().parse(source)
        url = getattr(source, "url", "")
        self.url = url if isinstance(url, str) else ""

    def copy(self) -> Self:
        """A model of its own with the same content, ETag and URL."""
        twin = super().copy()
        twin.url = self.url
        return twin

    @property
    def fields(self) -> list[FieldDefinition]:
        """The fields of the form, in their order; of several schemas the first counts."""
        return list(map(_definition, _definitions(self._element)))

    def field(self, name: str) -> FieldDefinition:
        """The field of this name.

        Raises:
            DocumentError: the form has none.
        """
        known = {definition.name: definition for definition in self.fields}
        if name not in known:
            raise DocumentError(f"the form has no field {name!r}{flowhost.nearest(name, known)}")
        return known[name]

    def to_payload(self, url: str = "") -> Payload:
        """A payload with every field of the form, each with its default.

        Args:
            url: the URL of the model; by default where it was read from.
        """
        namespace = namespace_of(self._element.tag)
        payload = Payload(
            trees.new(qualified(namespace, "payload"), {None: namespace}), model=url or self.url
        )
        for definition in _definitions(self._element):
            _add_field(payload.element, definition)
        return payload


def _definitions(model: _Element) -> Iterator[_Element]:
    schema = trees.child(model, *SCHEMA)
    return iter(()) if schema is None else schema.iterchildren(*FIELDDEF)


def _definition(element: _Element) -> FieldDefinition:
    listing = trees.child(element, *LISTDEF)
    return FieldDefinition(
        name=element.get("name") or "",
        label=element.get("label") or "",
        xsdtype=element.get("xsdtype"),
        mediatype=element.get("mediatype"),
        choices=tuple(_choices(element)),
        list_of=None if listing is None else tuple(map(_definition, _definitions(listing))),
        nested=tuple(map(_definition, element.iterchildren(*FIELDDEF))),
        minimum=_count(listing, "minimumcount"),
        maximum=_count(listing, "maximumcount"),
    )


def _choices(definition: _Element) -> Iterator[Choice]:
    # the shape within a choice is not public: one value a choice, or one a child of it
    for choice in definition.iterchildren(*CHOICE):
        values = list(choice.iterchildren("*"))
        for element in values or [choice]:
            text = trees.text_of(element).strip()
            value = element.get("value") or element.get("key") or text
            yield Choice(value, element.get("label") or text or value)


def _count(listing: _Element | None, name: str) -> int | None:
    """A limit, which may be an attribute or an element."""
    if listing is None:
        return None
    return whole_number(listing.get(name) or trees.child_text(listing, f"{{*}}{name}"))


def _add_field(container: _Element, definition: _Element) -> None:
    field = fields.add_field(container, definition.get("name") or "")
    default = trees.child(definition, *fields.VALUE, *fields.LIST)
    nested = list(definition.iterchildren(*FIELDDEF))
    if default is not None:
        field.append(trees.copied(default))
    elif trees.child(definition, *LISTDEF) is not None:
        trees.add(field, fields.beside(field, "list"))
    for each in nested:
        _add_field(field, each)
