"""The fields of a payload as a tree: finding them, and what each of them contains.

A field contains a ``value``, a ``list`` of ``payload`` rows, further fields, or nothing. Whatever else there is beside
that (annotations, what other programs put there) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.choices import ORIGIN_ATTRIBUTES
from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.namespaces import VDF, local, namespace_of, qualified
from flowhost_plugins.viz_one.documents.writing import grafted

if TYPE_CHECKING:
    from lxml.etree import _Element


def names(name: str) -> tuple[str, ...]:
    """The qualified names of a part of a payload, one for each namespace."""
    return tuple(qualified(namespace, name) for namespace in VDF)


FIELD, VALUE, LIST, PAYLOAD = names("field"), names("value"), names("list"), names("payload")
CONTENTS = (*VALUE, *LIST, *FIELD)


def beside(element: _Element, name: str) -> str:
    """The qualified name of a part of a payload, in the namespace this element has."""
    return qualified(namespace_of(element.tag), name)


def fields_of(container: _Element) -> Iterator[_Element]:
    """The fields directly in a payload or in a field."""
    return container.iterchildren(*FIELD)


def field_named(container: _Element, name: str) -> _Element | None:
    """The first field of this name, None when there is none."""
    return next((field for field in fields_of(container) if field.get("name") == name), None)


def add_field(container: _Element, name: str) -> _Element:
    """A new field of this name, behind the others."""
    if not name:
        raise DocumentError("a field needs a name; got an empty one")
    field = trees.add(container, beside(container, "field"))
    try:
        trees.put_attribute(field, "name", name)
    except DocumentError:
        container.remove(field)
        raise
    return field


def content_of(field: _Element) -> _Element | None:
    """The value, the list or the first field within this field; None when it is empty."""
    return trees.child(field, *CONTENTS)


def rows_of(listing: _Element) -> list[_Element]:
    """The rows of a list."""
    return list(listing.iterchildren(*PAYLOAD))


def take_over(container: _Element, other: _Element) -> None:
    """Copy what is in another payload, row or field into this one, in its namespace."""
    namespace = namespace_of(container.tag)
    # what else is in a field with fields, such as its annotation, is about that field
    for child in other.iterchildren(*(FIELD if other.tag in FIELD else "*")):
        for element in grafted(container, child).iter("*"):
            if namespace_of(element.tag) in VDF:
                element.tag = qualified(namespace, local(element.tag))
    if container.tag in PAYLOAD and other.tag in PAYLOAD:
        for name, text in other.attrib.items():
            if name != "model":
                trees.put_attribute(container, str(name), str(text))


def xml_of(value: _Element) -> _Element | None:
    """The element that a value consists of; None when it is text."""
    return next(value.iterchildren("*"), None)


def empty(field: _Element) -> None:
    """Take the content out of a field; what else is in it stays, except links to where the content came from."""
    for old in list(field.iterchildren(*CONTENTS)):
        field.remove(old)
    for link in origin_links(field):
        field.remove(link)


def origin_links(field: _Element) -> list[_Element]:
    """Links beside a value that name the dictionary term it stands for."""
    return [child for child in field.iterchildren("{*}link") if child.get("rel") in ORIGIN_ATTRIBUTES]


def origin_of(field: _Element) -> str:
    """The address of the dictionary term that the value of this field stands for; empty when it does not tell."""
    value = trees.child(field, *VALUE)
    if value is None:
        return ""
    for element in (value, field):
        for name, text in element.attrib.items():
            if local(name) in ORIGIN_ATTRIBUTES:
                return str(text)
    return next((link.get("href") or "" for link in origin_links(field)), "")
