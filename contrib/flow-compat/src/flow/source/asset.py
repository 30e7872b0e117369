"""Asset entries that are created, changed or deleted."""

from __future__ import annotations

from typing import ClassVar

from flow.needs import NeedsClient, NeedsStomp
from flow.source.native import Native


class AssetEntryListener(Native, NeedsClient, NeedsStomp):
    """Gives a `vizone.payload.asset.Item` for each event; flowhost's source ``asset-entries``, with its options."""

    native: ClassVar[str] = "asset-entries"
