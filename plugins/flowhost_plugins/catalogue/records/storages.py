"""How files get into the catalogue, and lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import flowhost

ImportMode: TypeAlias = Literal["copy", "move", "place"]
"""``copy``: the source stays. ``move``: it is removed once the copy is safe. ``place``: it is the item's where it lies."""


@dataclass(frozen=True, slots=True)
class FilePage:
    """Some of many files; `cursor` is what to ask with for those after them, None when there are no more."""

    files: tuple[flowhost.File, ...]
    cursor: str | None = None
