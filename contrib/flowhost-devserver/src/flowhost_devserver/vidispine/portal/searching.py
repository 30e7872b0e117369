"""Search for items and collections with Portal's criteria, and completing the names of collections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from werkzeug.wrappers import Response

from flowhost.query import Sort
from flowhost_devserver.vidispine.access.rights import readable
from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.portal.criteria import DELETED, Criteria, read_criteria
from flowhost_devserver.vidispine.portal.holding import holds
from flowhost_devserver.vidispine.portal.paging import page_of
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import Collection

AT_ONCE = 200  # items read from the catalogue
COMPLETIONS = 20


def search(call: Call) -> Response:
    """What a criteria document finds: items first, then collections."""
    return json_document(found(call, call.document("CriteriaDocument")))


def found(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    """One page of what criteria find.

    Raises:
        Refusal: they are none.
    """
    page, size = page_of(call)
    start, end = (page - 1) * size, page * size
    may_see = readable(call)
    criteria = read_criteria(body, _paths_of_items(call.site))
    rows, hits = list[dict[str, Any]](), 0
    if "item" in criteria.doc_types:
        every = _items(call.site, criteria, _sort(body))
        if may_see is None:
            hits, rows = call.site.catalogue.count(criteria.query), list(islice(every, start, end))
        else:
            seen = [row for row in every if may_see("item", row["id"])]
            hits, rows = len(seen), seen[start:end]
    if "collection" in criteria.doc_types:
        others = [
            row
            for row in _collections(call.site, body)
            if may_see is None or may_see("collection", row["id"])
        ]
        rows += others[max(0, start - hits) : max(0, end - hits)]
        hits += len(others)
    pages = max(1, -(-hits // size))
    return {"results": rows, "hits": hits, "has_next": end < hits, "page": page, "pages": pages}


def _collections(site: Site, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    criteria = read_criteria(body, lambda name: [name])
    for one in site.catalogue.collections():
        if holds(criteria.query, _fields(one), one.parents):
            yield _row(one.id, "collection", criteria.fields, _fields(one))


def _paths_of_items(site: Site) -> Any:
    """Gives the catalogue's names for a field: those of groups have the group before them."""
    known = site.catalogue.field_names()

    def paths(name: str) -> list[str]:
        return [path for path in known if path == name or path.endswith(f"/{name}")] or [name]

    return paths


def _items(site: Site, criteria: Criteria, sort: Sequence[Sort]) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page = site.catalogue.search(criteria.query, sort=sort, cursor=cursor, number=AT_ONCE)
        for item in page.items:
            facts = {path.rpartition("/")[2]: values for path, values in item.fields.items()}
            yield _row(item.id, "item", criteria.fields, facts | {"title": [item.title]})
        cursor = page.cursor
        if cursor is None:
            return


def _sort(body: Mapping[str, Any]) -> list[Sort]:
    given = body.get("sort") or []
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise invalid_input("sort", explanation="sort is no list of objects with name and order")
    return [_key(one) for one in given]


def _key(given: Mapping[str, Any]) -> Sort:
    orders = {"asc": "ascending", "desc": "descending"}
    word = str(given.get("order", "asc")).lower()
    if word not in orders:
        raise invalid_input("order", explanation=f"order is {word!r}, expected asc or desc")
    return Sort.of(("-" if word == "desc" else "") + str(given.get("name", "")))


def _row(id_: str, kind: str, wanted: Sequence[str], facts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": id_, "_type": kind}
    for name in wanted:
        if name != "id" and facts.get(name):
            values = list(facts[name])
            row[name] = values[0] if len(values) == 1 else values
    return row


def _fields(collection: Collection) -> dict[str, Sequence[str]]:
    return {**collection.fields, "title": [collection.name]}


def autocomplete(call: Call) -> Response:
    """The collections whose names have what was typed so far."""
    typed = call.text("query", call.text("q")).lower()
    rows = [
        {"id": one.id, "name": one.name, "title": one.name}
        for one in call.site.catalogue.collections()
        if typed in one.name.lower() and not one.fields.get(DELETED)
    ]
    return json_document({"results": rows[: call.number("size", COMPLETIONS, lowest=1)], "hits": len(rows)})


ROUTES = (
    Route("PUT", "/search", search),
    Route("GET", "/collections/autocomplete", autocomplete),
)
