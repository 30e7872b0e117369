"""The built-in application that maps metadata."""

from __future__ import annotations

from typing import ClassVar

from flow.source.asset import AssetEntryListener
from flow_compat.built_in import BuiltIn


class MetadataMapper(BuiltIn):
    """Sets metadata of assets from their other metadata; flowhost's worker ``metadata-mapper``."""

    SOURCE = AssetEntryListener
    native: ClassVar[str] = "metadata-mapper"
