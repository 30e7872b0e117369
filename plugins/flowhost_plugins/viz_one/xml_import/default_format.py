"""The import/export documents of Viz One itself."""

from __future__ import annotations

from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.documents import ImportExport
from flowhost_plugins.viz_one.xml_import.order import Order


def default_orders(content: bytes, _file_name: str, _client: VizOne) -> list[Order]:
    """What an import/export document orders; an id, the name of the media and a payload are each optional."""
    document = ImportExport(content)
    media = (document.media or "").strip() or None
    return [Order((document.id or "").strip() or None, media, document.metadata)]
