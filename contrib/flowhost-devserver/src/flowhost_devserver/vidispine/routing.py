"""Pages and where they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class Route:
    """A page.

    Args:
        method: HTTP method.
        path: below the base (``/API``), in werkzeug's notation: ``/item/<item_id>/metadata``. A slash at the end of a
            request does not matter.
        page: called with the `Call` and the variables of the path.
        json_only: whether refusals are Portal's JSON rather than Vidispine's error document.
    """

    method: str
    path: str
    page: Callable[..., Response]
    json_only: bool = False
