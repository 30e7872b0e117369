"""Terse metadata in XML: an element for each value, named as its field and in no namespace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import XML_TYPE, document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.xml_form import DECLARATION, NAMESPACE, without_forbidden, write_xml

PREFIX = "ns2"
"""Of Vidispine's namespace there, so that elements without a prefix are in none."""


def items_answer(call: Call, name: str, data: dict[str, Any], *, text: str | None = None) -> Response:
    """A document with items, terse ones, too.

    Args:
        call: the request.
        name: root element: a list with ``item``, or of one item.
        data: the JSON form.
        text: what it is as text.
    """
    listed = data.get("item", [data])
    if call.accept != "xml" or not any("terse" in one for one in listed):
        return document(call, name, data, text=text)
    root = _prefixed(etree.fromstring(write_xml(name, data)))
    elements = root.findall(f"{{{NAMESPACE}}}item") if "item" in data else [root]
    _append(elements, listed)
    body = DECLARATION + etree.tostring(root, encoding="UTF-8")
    return Response(body, 200, content_type=f"{XML_TYPE};charset=UTF-8")


def _append(elements: Sequence[etree._Element], listed: Sequence[dict[str, Any]]) -> None:
    for element, one in zip(elements, listed, strict=True):
        for name, values in one.get("terse", {}).items():
            for value in values:
                child = etree.SubElement(element, name)
                for key in ("start", "end", "uuid"):
                    if key in value:
                        child.set(key, value[key])
                child.text = without_forbidden(value["value"])


def _prefixed(element: etree._Element) -> etree._Element:
    nsmap: dict[Any, str] = {PREFIX: NAMESPACE}
    made = etree.Element(element.tag, {str(key): str(text) for key, text in element.attrib.items()}, nsmap)
    made.text = element.text
    made.extend([_prefixed(child) for child in element])
    return made
