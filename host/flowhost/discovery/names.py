"""How names of distributions and plugins are compared."""

from __future__ import annotations

import re
from collections.abc import Collection


def canonical(name: str) -> str:
    """A distribution's name as it is compared (PEP 503): lower case, runs of ``-_.`` as one hyphen."""
    return re.sub(r"[-_.]+", "-", name).lower()


def blocking(name: str, distribution: str, disabled: Collection[str]) -> str | None:
    """The one of the disabled names that means this plugin or its distribution, if any does."""
    own = {canonical(name), canonical(distribution)} - {""}
    return next((word for word in disabled if canonical(word) in own), None)
