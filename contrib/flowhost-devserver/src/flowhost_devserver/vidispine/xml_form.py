"""Documents between XML and their JSON form, after the tables in `forms`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from flowhost_devserver.vidispine.conforming import CHECKED, Unfit, scalar
from flowhost_devserver.vidispine.forms import DOCUMENTS, TYPES

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"
"""Of all elements; a document that comes without it is taken, too."""

DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_NSMAP: dict[Any, str] = {None: NAMESPACE}


class Unreadable(ValueError):
    """A document that cannot be read; the sentence says why."""


def read_xml(body: bytes) -> tuple[str, dict[str, Any]]:
    """The name of the root element and the document in its JSON form. No entity, no DTD, no network.

    Raises:
        Unreadable: it is not well-formed, or its root is unknown.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"not well-formed: {error}") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # lxml-stubs leave it out
        raise Unreadable("a document type declaration is not accepted")
    name = etree.QName(root).localname
    if name not in DOCUMENTS:
        raise Unreadable(f"unknown document {name!r}")
    return name, _read(root, DOCUMENTS[name])


def write_xml(name: str, data: Mapping[str, Any]) -> bytes:
    """The document with this root element in XML; keys that are None are left out."""
    root = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=_NSMAP)
    _write(root, DOCUMENTS[name], data)
    return DECLARATION + etree.tostring(root, encoding="UTF-8")


def _read(element: etree._Element, kind: str) -> dict[str, Any]:
    form, data = TYPES[kind], dict[str, Any]()
    for key, text in element.attrib.items():
        local = etree.QName(key).localname
        if form.get(local, "").startswith("@"):
            data[local] = _scalar(form[local].lstrip("@"), str(text), local)
    data |= {key: element.text or "" for key, what in form.items() if what == "="}
    for child in element.iterchildren("*"):
        key = etree.QName(child).localname
        what = form.get(key, "=").removeprefix("@")  # some clients write an element for an attribute
        if what == "=":
            continue  # what a newer client says besides
        within, _, what = what.rpartition("/")
        inner = what.rstrip("*")
        if within and (len(child) or not (child.text or "").strip()):
            held = [one for one in child if isinstance(one.tag, str) and etree.QName(one).localname == within]
            data.setdefault(key, []).extend(_scalar(inner, one.text or "", within) for one in held)
            continue
        value: Any = _read(child, inner) if inner in TYPES else _scalar(inner, child.text or "", key)
        if what.endswith("*"):
            data.setdefault(key, []).append(value)
        else:
            data[key] = value
    return data


def _scalar(kind: str, text: str, key: str) -> Any:
    if kind not in CHECKED:
        return text
    try:
        return scalar(kind, text, repr(key))
    except Unfit as error:
        raise Unreadable(str(error)) from None


def _write(element: etree._Element, kind: str, data: Mapping[str, Any]) -> None:
    form = TYPES[kind]
    for key, what in form.items():
        value = data.get(key)
        if value is None:
            continue
        if what.startswith("@"):
            element.set(key, _text(value, what))
        elif what == "=":
            element.text = _text(value, what)
        elif "/" in what:
            within, _, inner = what.rpartition("/")
            held = etree.SubElement(element, f"{{{NAMESPACE}}}{key}")
            for one in value:
                etree.SubElement(held, f"{{{NAMESPACE}}}{within}").text = _text(one, inner)
        else:
            for one in value if isinstance(value, list | tuple) else [value]:
                child = etree.SubElement(element, f"{{{NAMESPACE}}}{key}")
                if isinstance(one, Mapping):
                    _write(child, what.rstrip("*"), one)
                else:
                    child.text = _text(one, what)


def _text(value: Any, what: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if "moment" in what:  # only JSON has the form without a colon
        return str(value).replace("+0000", "Z")
    return without_forbidden(str(value))


def without_forbidden(text: str) -> str:
    """`text` without the control characters that XML cannot hold (XML 1.0, 2.2)."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
    )
