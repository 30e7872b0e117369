"""XML trees: the only file that uses lxml's factories, so that importing the documents does not import lxml.

Documents come from a network, so they are read without trusting them: no entities, no DTD, no network, and libxml2's
limits on depth and size stay on.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from flowhost_plugins.viz_one.documents.errors import DocumentError
from flowhost_plugins.viz_one.documents.namespaces import PREFIXES, local, namespace_of

if TYPE_CHECKING:
    from lxml.etree import XMLParser, XPath, _Element

SHOWN = 60  # characters of a document that go into an error sentence


def parsed(data: bytes | str, what: str) -> _Element:
    """The root element of an XML document.

    Args:
        data: the document; text has been decoded already, so an encoding it declares does not count.
        what: what it should be, for the error: ``a feed``.

    Raises:
        DocumentError: it is not XML, or has a document type declaration.
    """
    from lxml import etree

    engine = _engine("utf-8" if isinstance(data, str) else None)
    try:
        root = etree.fromstring(data.encode() if isinstance(data, str) else data, engine)
    except etree.XMLSyntaxError as error:
        raise _unreadable(data, what, _reason(error)) from None
    except UnicodeEncodeError:
        raise _unreadable(data, what, "it has half a surrogate pair, which is no character") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unreadable(data, what, "it has a document type declaration, which is not allowed here")
    return root


def _engine(encoding: str | None) -> XMLParser:
    # made for each document: it takes microseconds, while threads that share one wait for each other;
    # collect_ids must stay on: without it lxml 6.1 reads external DTDs in spite of load_dtd=False
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding=encoding
    )


def _reason(error: SyntaxError) -> str:
    reason = str(error.msg).partition(", line ")[0].strip()
    return f"{reason} at {error.lineno}:{error.offset}" if error.lineno else reason


def _unreadable(data: bytes | str, what: str, reason: str) -> DocumentError:
    if not data.strip():
        return DocumentError(f"there is nothing to read: expected {what} in XML, got {len(data)} blank bytes")
    if _looks_like_html(data):
        reason = "it is an HTML page; a proxy or a login page may have answered instead of Viz One"
    return DocumentError(f"{shortened(data)} cannot be read as {what}: {reason}")


def _looks_like_html(data: bytes | str) -> bool:
    start = data[:200].decode("ascii", "replace") if isinstance(data, bytes) else data[:200]
    return start.lstrip().lower().startswith(("<!doctype html", "<html"))


def shortened(value: bytes | str) -> str:
    """The value quoted for an error sentence: its beginning, and how long it is when that is not all."""
    if len(value) <= SHOWN:
        return repr(value)
    unit = "bytes" if isinstance(value, bytes) else "characters"
    return f"{value[:SHOWN]!r}... ({len(value)} {unit})"


def is_element(thing: object) -> TypeGuard[_Element]:
    """Whether this is an element of lxml's."""
    from lxml import etree

    return etree.iselement(thing)


def new(tag: str, prefixes: Mapping[Any, str] | None = None) -> _Element:
    """An element of its own; by default with the prefix its namespace usually has."""
    from lxml import etree

    return etree.Element(tag, nsmap=_usual(tag) if prefixes is None else dict(prefixes))


def add(parent: _Element, tag: str, text: str | None = None) -> _Element:
    """A new child of this element, behind the others."""
    from lxml import etree

    # the parent's own namespace is written as the parent does it: with its prefix or with none
    same = namespace_of(tag) == namespace_of(parent.tag)
    child = etree.SubElement(parent, tag, nsmap={} if same else _declared(parent, tag))
    if text is not None:
        try:
            put_text(child, text)
        except DocumentError:
            parent.remove(child)
            raise
    return child


def _declared(parent: _Element, tag: str) -> dict[Any, str]:
    return {} if namespace_of(tag) in parent.nsmap.values() else _usual(tag)


def _usual(tag: str) -> dict[Any, str]:
    space = namespace_of(tag)
    return {prefix: uri for prefix, uri in PREFIXES.items() if uri == space}


def copied(element: _Element) -> _Element:
    """A copy that is in no tree, without the text that followed the element."""
    twin = copy.deepcopy(element)
    twin.tail = None
    return twin


def text_of(element: _Element) -> str:
    """All its text, and that of the elements within; comments do not count."""
    return str(_string()(element)) if len(element) else element.text or ""


@functools.cache
def _string() -> XPath:
    from lxml import etree

    return etree.XPath("string()")  # compiled once; lxml guards its use by several threads


def put_text(element: _Element, text: str) -> None:
    """Let the element contain this text and nothing else.

    Raises:
        DocumentError: the text has a character that XML cannot hold.
    """
    old = element.text
    try:
        element.text = text
    except ValueError:
        element.text = old  # lxml has taken it out before it found fault with the new one
        raise _not_xml(text, f"the element {local(element.tag)!r}") from None
    del element[:]


def put_attribute(element: _Element, name: str, value: str | None) -> None:
    """Set an attribute; None removes it.

    Raises:
        DocumentError: the value has a character that XML cannot hold.
    """
    if value is None:
        if name in element.attrib:
            del element.attrib[name]
        return
    try:
        element.set(name, value)
    except ValueError:
        raise _not_xml(value, f"the attribute {local(name)!r}") from None


def _not_xml(text: str, place: str) -> DocumentError:
    return DocumentError(
        f"{shortened(text)} cannot stand in {place}: it has a control character or half a surrogate pair, "
        "which XML cannot hold; remove it"
    )


def child(element: _Element, *tags: str) -> _Element | None:
    """The first child with one of these qualified names, in document order; ``{*}name`` is any namespace."""
    return next(element.iterchildren(*tags), None)


def child_text(element: _Element, *tags: str) -> str:
    """The text of the first child with one of these names; empty when there is none."""
    found = child(element, *tags)
    return "" if found is None else text_of(found).strip()


def put_child_text(element: _Element, tag: str, text: str | None) -> None:
    """Let the first child of this name contain this text, made when missing; None removes it."""
    found = child(element, tag)
    if text is None:
        if found is not None:
            element.remove(found)
    elif found is None:
        add(element, tag, text)
    else:
        put_text(found, text)


def like(element: _Element, parent: _Element | None, prefixes: Mapping[Any, str]) -> _Element:
    """An element with the name and attributes of this one, in another parent or alone."""
    from lxml import etree

    attributes: dict[str, str] = {str(name): str(text) for name, text in element.attrib.items()}
    if parent is None:
        return etree.Element(element.tag, attributes, dict(prefixes))
    return etree.SubElement(parent, element.tag, attributes, dict(prefixes))


def canonical(element: _Element) -> str:
    """The element in the one way of writing it (C14N 2.0), whatever prefixes and indentation it has where it stands."""
    from lxml import etree

    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return str(etree.canonicalize(text, strip_text=True, rewrite_prefixes=True))


def written(element: _Element) -> bytes:
    """The element as a document of its own, in UTF-8."""
    from lxml import etree

    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", with_tail=False)
