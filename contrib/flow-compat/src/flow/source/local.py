"""The standard input."""

from __future__ import annotations

import sys
from typing import Any

from flow.kinds import Once


class STDIN(Once):
    """Gives the whole standard input, once.

    Args:
        payload_class: dotted name of a class that the input is given to, e.g. ``vizone.payload.transfer.PluginData``.
            Without one the input is given as text, or as bytes when it is not UTF-8.
    """

    def __init__(self, payload_class: str | None = None) -> None:
        from vizone.classutils import to_class

        named = "" if payload_class in (None, "None") else payload_class
        self.payload_class: Any = to_class(named) if named else None

    def run(self) -> Any:
        """Read to the end of the input."""
        data = sys.stdin.buffer.read()
        if self.payload_class is not None:
            return self.payload_class(data)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data
