"""What a button of Portal sends: which process, and for which items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from flowhost.web import Refused, Request

PREFIX = "process_"
"""What the ids of processes begin with in Rules Engine 3: ``process_<id>``."""

MOST_ITEMS = 10_000
"""Items of one press."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Press:
    """A button was pressed.

    Args:
        process: id of the process, without its prefix.
        items: ids of the items that were selected.
    """

    process: str
    items: tuple[str, ...]


def press_of(request: Request) -> Press:
    """Read a request. Items are in ``selected_objects``, divided by commas or given several times.

    Raises:
        Refused: it names no process, or no item.
    """
    given = parse_qs(request.query, keep_blank_values=True)
    if request.headers.get("content-type", _FORM).partition(";")[0].strip() == _FORM:
        for name, values in parse_qs(request.read().decode("utf-8", "replace")).items():
            given.setdefault(name, []).extend(values)
    process = next(iter(given.get("process_id", [])), "").strip()
    items = [one for text in given.get("selected_objects", []) for one in re.split(r"[\s,;]+", text) if one]
    if not process:
        raise Refused("400 Bad Request", "expected 'process_id', the name of a rule")
    if not items:
        raise Refused("400 Bad Request", "expected 'selected_objects', the ids of items")
    if len(items) > MOST_ITEMS:
        raise Refused("400 Bad Request", f"{len(items)} items are selected, expected at most {MOST_ITEMS}")
    return Press(process.removeprefix(PREFIX), tuple(dict.fromkeys(items)))


def check_origin(headers: Mapping[str, str]) -> None:
    """Let no page of another site press a button with its reader's cookie.

    Raises:
        Refused: the browser says that the page is of another site.
    """
    origin = headers.get("origin") or headers.get("referer")
    if not origin or "cookie" not in headers:
        return
    hosts = {headers.get(name, "").partition(",")[0].strip() for name in ("host", "x-forwarded-host")}
    if urlsplit(origin).netloc not in hosts - {""}:
        raise Refused("403 Forbidden", "this was sent by a page of another site")
