"""Documents in XML: the same keys as in JSON, as elements in Vidispine's namespace, some as attributes.

What a document has no field for is kept: an attribute under ``@name``, the text of an element with attributes under
``#text``. No entity, no document type and nothing from the network is read.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from flowhost_plugins.vidispine.documents.document import Document, ReadError

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
"""Of all elements. A document without it is read, too."""

D = TypeVar("D", bound=Document)

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def read_xml(kind: type[D], body: bytes) -> D:
    """The document in XML.

    Args:
        kind: which it must be.
        body: the XML.

    Raises:
        ReadError: it is not well-formed, or another document.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,  # behind one a text would end
        remove_pis=True,
    )
    try:
        element = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"no well-formed XML: {error}") from None
    if element.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs do not know it
        raise ReadError("a document type is not read")
    if (name := _local(element)) != kind.xml_root:
        raise ReadError(f"the root element is {name!r}, expected {kind.xml_root!r}")
    return kind.from_json(_read(element, kind))


def write_xml(document: Document) -> bytes:
    """The document in XML, without characters that XML cannot have.

    Raises:
        ValueError: it is only a part of documents.
    """
    from lxml import etree

    kind = type(document)
    if not kind.xml_root:
        raise ValueError(f"{kind.__name__} is no document of its own in XML")
    namespaces: Any = {None: NAMESPACE}  # None is the default one, which the stubs do not know
    element = etree.Element(f"{{{NAMESPACE}}}{kind.xml_root}", nsmap=namespaces)
    _write(element, kind, document.to_json())
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


_Part: TypeAlias = type[Document] | typing.Literal["scalar", "anything"]


@cache
def _parts(kind: type[Document]) -> dict[str, _Part]:
    """Key → what its element holds."""
    kind.model_rebuild()
    return {field.alias or name: _part(field.annotation) for name, field in kind.model_fields.items()}


def _part(annotation: Any) -> _Part:
    if isinstance(annotation, type) and issubclass(annotation, Document):
        return annotation
    origin = typing.get_origin(annotation)
    if annotation is Any or origin is dict:
        return "anything"
    wraps = origin in (list, typing.Annotated, typing.Union, types.UnionType)
    inner = [_part(one) for one in typing.get_args(annotation)] if wraps else []
    return next((one for one in inner if one != "scalar"), "scalar")


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _read(element: etree._Element, kind: type[Document]) -> dict[str, Any]:
    parts = _parts(kind)
    data: dict[str, Any] = {}
    for name, value in _attributes(element):
        data[name if name in kind.xml_attributes else f"@{name}"] = value
    children = [(_local(child), child) for child in element.iterchildren("*")]
    if kind.xml_text and kind.xml_text not in dict(children):  # else it is an element of its own
        data[kind.xml_text] = element.text or ""
    for key, child in children:
        _add(data, key, _value(child, parts.get(key, "anything")))
    return data


def _value(element: etree._Element, part: _Part) -> Any:
    if part == "scalar":
        return element.text or ""
    return _anything(element) if part == "anything" else _read(element, part)


def _anything(element: etree._Element) -> Any:
    """An element of no known form: a text, or a mapping when there is more in it."""
    data: dict[str, Any] = {f"@{name}": value for name, value in _attributes(element)}
    for child in element.iterchildren("*"):
        _add(data, _local(child), _anything(child))
    text = element.text or ""
    if not data:
        return text
    return data | {"#text": text} if text.strip() else data


def _add(data: dict[str, Any], key: str, value: Any) -> None:
    if key not in data:
        data[key] = value
    elif isinstance(data[key], list):
        data[key].append(value)
    else:
        data[key] = [data[key], value]


def _write(element: etree._Element, kind: type[Document] | None, data: Mapping[str, Any]) -> None:
    from lxml import etree

    parts = _parts(kind) if kind else {}
    for key, value in data.items():
        if key.startswith("@") or (kind and key in kind.xml_attributes):
            element.set(key.removeprefix("@"), _text(value))
        elif key == "#text" or (kind and key == kind.xml_text):
            element.text = _text(value)
        else:
            part = parts.get(key)
            for one in value if isinstance(value, list) else [value]:
                child = etree.SubElement(element, f"{{{NAMESPACE}}}{key}")
                if isinstance(one, Mapping):
                    _write(child, part if isinstance(part, type) else None, one)
                else:
                    child.text = _text(one)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _FORBIDDEN.sub("", str(value))
