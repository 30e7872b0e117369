"""Assets by their ids."""

from __future__ import annotations

from typing import Any

from flowhost_plugins.viz_one import Item
from vizone.client import viz_one_of


def get_asset_by_id(asset_id: str, client: Any = None) -> Item:
    """The asset with this id or site identity.

    Args:
        asset_id: its id.
        client: the default client when it is None.

    Raises:
        HTTPClientError: there is none.
    """
    item: Item = viz_one_of(client).asset(asset_id)
    return item
