"""What every part of the catalogue's face stands on: the open database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost

if TYPE_CHECKING:
    from flowhost_plugins.catalogue.opening.parts import Parts


class Opened:
    """Something with an open database, or not (yet, any more)."""

    _parts: Parts | None = None

    @property
    def _open(self) -> Parts:
        if self._parts is None:
            raise flowhost.Unavailable("the catalogue is not open; call its open() first")
        return self._parts
