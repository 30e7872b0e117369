"""What metadata fields offer: the words used so far, the choices of a list."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from flowhost.query import Any as AnyOf
from flowhost.query import Exists
from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.fields.registry import field_data, field_of
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import Site

TAGS = 100
AT_ONCE = 1000  # items read from the catalogue
EXTRADATA = "extradata"
"""Key under which Portal keeps with a field what Vidispine does not know, as JSON."""


def tags(call: Call, field: str) -> Response:
    """The values that a field has in items, the most frequent first."""
    if field_of(call.site, field) is None:
        raise not_found("metadata-field", field)
    counted = Counter(_values(call.site, field))
    found = [value for value, _ in counted.most_common(call.number("size", TAGS, lowest=1))]
    return json_document({"tags": found})


def _values(site: Site, field: str) -> Iterator[str]:
    paths = [path for path in site.catalogue.field_names() if path.rpartition("/")[2] == field]
    if not paths:
        return
    query = Exists(paths[0]) if len(paths) == 1 else AnyOf(*map(Exists, paths))
    cursor = None
    while True:
        page = site.catalogue.search(query, cursor=cursor, number=AT_ONCE)
        for item in page.items:
            for path in paths:
                yield from item.fields.get(path, ())
        cursor = page.cursor
        if cursor is None:
            return


def choices(call: Call, group: str, field: str) -> Response:
    """The choices of a field that is a list, those with ``search`` in them."""
    if field_of(call.site, field) is None:
        raise not_found("metadata-field", field)
    body = call.document("LookupRequest")
    typed = str(body.get("search", body.get("query", ""))).lower()
    found = [one for one in _choices(call.site, field) if typed in one["value"].lower()]
    size = call.number("size", TAGS, lowest=1)
    return json_document(
        {
            "choices": found[:size],
            "field_name": field,
            "metadata_group": group,
            "more_choices_exist": len(found) > size,
        }
    )


def _choices(site: Site, field: str) -> list[dict[str, str]]:
    try:
        data: Any = json.loads(field_data(site, field).get(EXTRADATA, "{}"))
    except ValueError:  # somebody keeps something else there
        return []
    values = data.get("values", []) if isinstance(data, dict) else []
    rows = (
        [one for one in values if isinstance(one, dict) and "key" in one] if isinstance(values, list) else []
    )
    return [{"key": str(one["key"]), "value": str(one.get("value", one["key"]))} for one in rows]


ROUTES = (
    Route("GET", "/metadata-schema/fields/<field>/tags", tags),
    Route("POST", "/metadata-schema/groups/<group>/<field>/lookup_choices", choices),
)
