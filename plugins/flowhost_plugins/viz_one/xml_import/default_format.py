"""The import/export documents of Viz One itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.documents import Entry, ImportExport
from flowhost_plugins.viz_one.documents.namespaces import local, namespace_of
from flowhost_plugins.viz_one.xml_import.order import Order

if TYPE_CHECKING:
    from lxml.etree import _Element


def default_orders(content: bytes, file_name: str, _client: VizOne) -> list[Order]:
    """What an import/export document orders; an id, the name of the media and a payload are each optional.

    Raises:
        Rejected: it is no such document.
    """
    document = ImportExport(content)
    order = Order((document.id or "").strip() or None, document.media, document.metadata)
    if fault := _fault(document.element, order):
        raise flowhost.Rejected(
            f"{file_name!r} is no Import/Export document: {fault}; is 'format = custom' meant?"
        )
    return [order]


def _fault(root: _Element, order: Order) -> str:
    """Why it is no import/export document; empty when it is one.

    Their full form is not public: a payload makes one of any element, as nobody else's XML has one. Without a payload
    it has to be an Atom entry, though the namespace may be missing; an ``id`` is in much XML that means something else.
    """
    if not _is_entry(root) and (order.metadata is None or _holds_entries(root)):
        return f"its root is {_called(root)}, expected an Atom 'entry'"
    if (order.asset_id, order.media, order.metadata) == (None, None, None):
        return "it has no id of an asset, names no media, and has no metadata"
    return ""


def _is_entry(root: _Element) -> bool:
    return root.tag in (Entry.root, local(Entry.root))


def _holds_entries(root: _Element) -> bool:
    """Whether it is around entries, as a feed is: what belongs to each would not be found."""
    return next(root.iterchildren("{*}entry"), None) is not None


def _called(root: _Element) -> str:
    space = namespace_of(root.tag)
    return repr(local(root.tag)) + (f" of the namespace {space!r}" if space else "")
