"""Paths into payloads: ``field``, ``field/nested``, ``list/#0/column``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flowhost_plugins.viz_one.documents.errors import DocumentError

if TYPE_CHECKING:
    from flowhost_plugins.viz_one.documents.payload import Payload

ROW = re.compile(r"#(\d+)")


def value_at(payload: Payload, path: str, default: Any) -> Any:
    """What is at this path, `default` when nothing is.

    Raises:
        DocumentError: the path has an empty step, or a row number where it cannot be one.
    """
    found: Any = payload
    for step in path.split("/"):
        found = _step(found, step, path)
        if found is None:
            return default
    return found


def _step(found: Any, step: str, path: str) -> Any:
    if not step:
        raise DocumentError(f"the path {path!r} has an empty step; expected something like 'list/#0/column'")
    if not step.startswith("#"):
        return found.get(step) if hasattr(found, "names") else None
    row = ROW.fullmatch(step)
    if row is None:
        raise DocumentError(f"the step {step!r} of the path {path!r} is no row; expected one such as '#0'")
    index = int(row[1])
    return found[index] if isinstance(found, list) and index < len(found) else None
