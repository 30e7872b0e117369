"""Parts of a path that may hold a slash of their own, written as ``%2F``, which stays encoded on its way here."""

from __future__ import annotations

import re

_SLASH = re.compile("%2f", re.IGNORECASE)


def decoded(part: str) -> str:
    """The part as it was meant."""
    return _SLASH.sub("/", part)
