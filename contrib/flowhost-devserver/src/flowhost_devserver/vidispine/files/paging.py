"""In which order files are listed, and which of them are shown at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cmp_to_key
from typing import Any
from urllib.parse import quote, unquote

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_plugins.catalogue import File

MOST = 1000
"""Files in a list at most."""

_ORDERS: dict[str, tuple[Callable[[File], Any], Callable[[str], Any]]] = {
    "fileId": (lambda file: int(file.id.partition("-")[2]), int),
    "filename": (lambda file: file.path, str),
    "path": (lambda file: file.path, str),
    "size": (lambda file: file.size, int),
    "state": (lambda file: file.state, str),
    "timestamp": (lambda file: file.modified.timestamp() if file.modified else 0.0, float),
}
"""By the words of clients: what is compared, and how it is read from a cursor."""


def in_order(call: Call, found: Iterable[File]) -> list[File]:
    """The files as the parameter ``sort`` wants them; those that are equal by their ids.

    Raises:
        Refusal: it cannot be taken.
    """
    orders = _orders(call)

    def compare(one: File, other: File) -> int:
        return _compared(orders, _place(orders, one), _place(orders, other))

    return sorted(found, key=cmp_to_key(compare))


def page_of(call: Call, found: list[File]) -> tuple[list[File], str]:
    """The files that are shown at once, and the cursor that the next ones are asked for with; empty: that were all.

    A cursor is the place of the last file that was shown, so that it holds when that file is no longer there.

    Args:
        call: the request.
        found: all files, in its order.

    Raises:
        Refusal: a parameter cannot be taken.
    """
    cursor, number = call.text("cursor"), call.number("number", 10, highest=MOST)
    first = call.number("first", 0)
    if not cursor:
        return found[first : first + number], ""
    orders = _orders(call)
    if cursor != "*":
        last = _read(orders, cursor)
        found = [file for file in found if _compared(orders, _place(orders, file), last) > 0]
    page = found[:number]
    return page, _written(_place(orders, page[-1])) if page and number < len(found) else ""


def _orders(call: Call) -> list[tuple[str, bool]]:
    """What is compared, one after the other, and whether the greater comes first."""
    orders = []
    for word in call.words("sort"):
        name, _, direction = word.strip().partition(" ")
        if name not in _ORDERS or direction.lower() not in ("", "asc", "desc"):
            what = f"expected one of {', '.join(_ORDERS)}, then asc or desc"
            raise invalid_input("sort", explanation=what, value=word)
        orders.append((name, direction.lower() == "desc"))
    return [*orders, ("fileId", False)]


def _place(orders: list[tuple[str, bool]], file: File) -> list[Any]:
    return [_ORDERS[name][0](file) for name, _ in orders]


def _compared(orders: list[tuple[str, bool]], one: list[Any], other: list[Any]) -> int:
    """Above 0 when one comes behind the other, below 0 when it comes before it."""
    for (_, descending), mine, yours in zip(orders, one, other, strict=True):
        if mine != yours:
            return 1 if (mine > yours) != descending else -1
    return 0


def _written(place: list[Any]) -> str:
    return ",".join(quote(str(value), safe="/") for value in place)


def _read(orders: list[tuple[str, bool]], cursor: str) -> list[Any]:
    try:
        words = zip(orders, cursor.split(","), strict=True)
        return [_ORDERS[name][1](unquote(word)) for (name, _), word in words]
    except ValueError:
        expected = "expected * or the cursor of a list in this order"
        raise invalid_input("cursor", explanation=expected, value=cursor) from None
