"""Which assets a search finds, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import flowhost
from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.site import Site
from flowhost_plugins.catalogue import CatalogueItem, NotFound

_BATCH = 500  # items read at once
DEFAULT_SORT = "-search.modificationDate"
TITLES = ("title", "asset.title")  # names of the field that is the title

_ORDERS: Mapping[str, Callable[[flowhost.Item], Any]] = {
    "search.modificationDate": lambda item: item.updated,
    "search.creationDate": lambda item: item.created,
    "title": lambda item: item.title,
}


def matching(site: Site, arguments: Mapping[str, str]) -> list[flowhost.Item]:
    """The assets that ``q`` (a text, or ``field:value``) and ``media`` choose, in the order of ``sort``.

    Raises:
        Problem: 400, there is no such order.
    """
    text, wanted_media = arguments.get("q", "").strip(), arguments.get("media", "")
    field, colon, value = text.partition(":")
    by_field = bool(colon) and " " not in field
    items = _items(site, "" if by_field else text)
    if by_field:
        items = (item for item in items if _has(item, field, value.strip('"')))
    if wanted_media:
        items = (item for item in items if item.media_type == wanted_media)
    return _sorted(list(items), arguments.get("sort") or DEFAULT_SORT)


def records(site: Site, items: Sequence[flowhost.Item]) -> list[CatalogueItem]:
    """These assets, whole; those that were deleted since they were found are left out."""
    found = []
    for item in items:
        try:
            found.append(site.catalogue.record(item.id))
        except NotFound:
            continue
    return found


def _sorted(items: list[flowhost.Item], order: str) -> list[flowhost.Item]:
    name = order.removeprefix("-")
    if name not in _ORDERS:
        refuse(
            400, f"there is no order {order!r}; there are {', '.join(_ORDERS)}, each with '-' for descending"
        )
    return sorted(items, key=_ORDERS[name], reverse=order.startswith("-"))


def _has(item: flowhost.Item, field: str, value: str) -> bool:
    if field == "identifier":
        return item.external_id == value
    values = (item.title,) if field in TITLES else item.fields.get(field, ())
    return any(value.casefold() == each.casefold() for each in values)


def _items(site: Site, text: str) -> Iterator[flowhost.Item]:
    cursor = None
    while True:
        page = site.catalogue.items(text=text, cursor=cursor, number=_BATCH)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return
