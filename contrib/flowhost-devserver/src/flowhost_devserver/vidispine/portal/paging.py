"""Some of many, by pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flowhost_devserver.vidispine.call import Call

PAGE_SIZE = 50
LARGEST_PAGE = 1000


def page_of(call: Call) -> tuple[int, int]:
    """The page that is asked for, from 1 on, and its size."""
    return call.number("page", 1, lowest=1), call.number(
        "page_size", PAGE_SIZE, lowest=1, highest=LARGEST_PAGE
    )


def paged(call: Call, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One page of all rows, with ``meta``, which tells of the others."""
    page, size = page_of(call)
    pages = max(1, -(-len(rows) // size))
    meta = {
        "has_next": page < pages,
        "has_previous": page > 1,
        "next": _url(call, page + 1) if page < pages else None,
        "previous": _url(call, page - 1) if page > 1 else None,
        "hits": len(rows),
        "page": page,
        "pages": pages,
        "results_per_page": size,
    }
    return {"objects": list(rows[(page - 1) * size : page * size]), "meta": meta}


def _url(call: Call, page: int) -> str:
    pairs = [(name, one) for name, values in call.parameters.items() for one in values if name != "page"]
    return f"{call.site.api}/v2{call.path}?{urlencode([*pairs, ('page', str(page))])}"
