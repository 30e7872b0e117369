"""The search as JSON, for pages and scripts: assets only."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.asset_entries import media_status
from flowhost_devserver.viz_one.asset_search import matching, records
from flowhost_devserver.viz_one.atom import written
from flowhost_devserver.viz_one.numbers import number_of
from flowhost_devserver.viz_one.paging import following, window
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_plugins.catalogue import CatalogueItem

PATH = "/api/search/item"
TEXT = "search.default"
RETENTION = "asset.retentionDate"


def search_items(site: Site, request: Request) -> Response:
    """The assets that contain a text (``search.default``); ``num``, ``start`` and ``sort`` as for the feed."""
    arguments = {"q": request.args.get(TEXT, ""), "sort": request.args.get("sort", "")}
    shown = window(request, matching(site, arguments))
    entries = [_entry(site, record) for record in records(site, shown.things)]
    data: dict[str, Any] = {"feedTotalResults": shown.total, "entries": entries}
    if next_page := following(site, request, shown):
        data["feedNextPage"] = next_page
    return Response(json.dumps({"data": data}), content_type="application/json")


def _entry(site: Site, record: CatalogueItem) -> dict[str, Any]:
    return {
        "id": number_of(record.id),
        "title": record.title,
        "siteIdentity": next(iter(record.external_ids), None),
        "mediaStatus": media_status(site, record),
        "retentionDate": next(iter(record.fields.get(RETENTION, ())), None),
        "created": written(record.created),
    }


ROUTES = (Route("GET", PATH, search_items),)
