"""The parser ``plugin-data``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import flowhost

if TYPE_CHECKING:
    from flowhost_plugins.viz_one.documents import PluginData

LARGEST = 10 * 1024 * 1024  # bytes; an asset with all its metadata is far below


class PluginDataParser:
    """What the transfer subsystem of Viz One writes to a plugin's standard input.

    The worker gets a `PluginData` with source, destination, asset, settings, step and request.
    """

    name: ClassVar[str] = "plugin-data"

    def __init__(
        self,
        *,
        max_size: Annotated[
            flowhost.Size, "largest document in bytes; a larger one is rejected unread"
        ] = LARGEST,
    ) -> None:
        if max_size < 1:
            raise ValueError(f"max size is {max_size}, expected 1 byte or more")
        self._max_size = max_size

    def parse(self, data: bytes | str) -> PluginData:
        """Read the document.

        Raises:
            Rejected: it is too large, no XML, or no plugin data.
        """
        from flowhost_plugins.viz_one.documents import PluginData

        size = len(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
        if size > self._max_size:
            raise flowhost.Rejected(
                f"the plugin data are {size} bytes, more than {self._max_size}; raise the parser's 'max size' to "
                "have them read"
            )
        return PluginData(data)
