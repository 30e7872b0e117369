"""Writing a tree, also with another prefix for its namespace.

lxml cannot change prefixes, so such a tree is made anew. The same is done for a tree with an element of no namespace below
one whose namespace is the default: libxml2 would write it without ``xmlns=""``, and so move it into that namespace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowhost_plugins.viz_one.documents import trees
from flowhost_plugins.viz_one.documents.namespaces import local, namespace_of

if TYPE_CHECKING:
    from lxml.etree import _Element

KEPT = "-"  # a prefix that no namespace can have: every namespace keeps its own


def generated(element: _Element) -> bytes:
    """The element as a document of its own, in UTF-8."""
    return trees.written(_made(element, KEPT, None) if _has_stray(element) else element)


def restyled(element: _Element, prefix: str | None) -> _Element:
    """A copy in which the namespace of this element has this prefix; None makes it the default namespace."""
    return _made(element, prefix, None)


def grafted(parent: _Element, element: _Element) -> _Element:
    """A copy of the element, as the last child of this parent.

    lxml's own way of moving elements can leave attributes with a prefix that means something else there.
    """
    return _made(element, KEPT, parent)


def _has_stray(element: _Element) -> bool:
    return any(each.nsmap.get(None) for each in element.iter("{}*"))


def _made(element: _Element, prefix: str | None, parent: _Element | None, namespace: str = "") -> _Element:
    namespace = namespace or namespace_of(element.tag)
    prefixes = dict(element.nsmap)
    if namespace_of(element.tag) == namespace and prefix != KEPT:
        prefixes = {name: uri for name, uri in prefixes.items() if uri != namespace} | {prefix: namespace}
    elif not namespace_of(element.tag):
        prefixes[None] = ""
    elif prefix != KEPT:
        prefixes = {name: uri for name, uri in prefixes.items() if uri != namespace}
    twin = trees.like(element, parent, prefixes)
    twin.text = element.text
    for child in element.iterchildren():
        if local(child.tag):
            copy = _made(child, prefix, twin, namespace)
        else:
            copy = trees.copied(child)
            twin.append(copy)
        copy.tail = child.tail
    return twin
