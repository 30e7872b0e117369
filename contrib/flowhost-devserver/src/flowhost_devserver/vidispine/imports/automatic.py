"""Auto-import: what appears in a storage becomes items, after the storage's rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.imports.creating import create_item
from flowhost_devserver.vidispine.imports.ordering import start_import
from flowhost_devserver.vidispine.imports.sources import file_source
from flowhost_devserver.vidispine.simple_metadata import from_fields
from flowhost_plugins.catalogue import File

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

KIND = "auto-import"
"""Kind of what is kept: storage → its rule, as it was given."""

TAKEN = "auto-imported"
"""Kind of what is kept: file → the item it became, so that a file of an import that failed is not tried for ever."""

PAGE = 1000  # files read from the catalogue at once


def import_new(site: Site, storage: str) -> None:
    """Import every complete file of a storage that no item has, when there is a rule for that."""
    rule = site.keeping.get(KIND, storage)
    if not rule or not rule.get("enabled", True):
        return
    cursor: str | None = None
    while True:
        page = site.catalogue.files(storage=storage, unmanaged=True, cursor=cursor, number=PAGE)
        for file in page.files:
            if file.state == "CLOSED" and not _is_excluded(rule, file.path):
                _import(site, rule, file)
        cursor = page.cursor
        if cursor is None:
            return


def _is_excluded(rule: Mapping[str, Any], path: str) -> bool:
    name = PurePosixPath(path).name
    return any(re.fullmatch(one["pattern"], name) for one in rule.get("excludeFilter", ()))


def _import(site: Site, rule: Mapping[str, Any], file: File) -> None:
    with site.lock:  # a scan that was asked for may meet the one that comes by itself
        if site.keeping.get(TAKEN, file.id) is not None:
            return
        call = Call(site, Request({}), "", _parameters(rule, file.path), rule["user"], rule["user"])
        item = create_item(call, _metadata(rule, file.path))
        site.keeping.put(TAKEN, file.id, item)
    start_import(call, "AUTO_IMPORT", item, file_source(call, file.id))


def _parameters(rule: Mapping[str, Any], path: str) -> dict[str, list[str]]:
    """What a request for this import would say."""
    name = PurePosixPath(path).name
    filtered = [one for one in rule.get("shapeTagFilter", ()) if re.fullmatch(one["pattern"], name)]
    found = {"tag": [*rule.get("tag", ()), *(tag for one in filtered for tag in one.get("tag", ()))]}
    found |= {"priority": [rule["priority"]]} if rule.get("priority") else {}
    found |= {"settings": [rule["settingsId"]]} if rule.get("settingsId") else {}
    pairs = from_fields(rule.get("jobmetadata"))
    return found | {"jobmetadata": [f"{key}={value}" for key, value in pairs.items()]}


def _metadata(rule: Mapping[str, Any], path: str) -> dict[str, Any]:
    metadata = dict(rule.get("metadata") or {})
    if not rule.get("fileNameAsTitle"):
        return metadata
    title = {"name": "title", "value": [{"value": PurePosixPath(path).name}]}
    return {**metadata, "timespan": [*metadata.get("timespan", ()), _whole([title])]}


def _whole(fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"start": "-INF", "end": "+INF", "field": fields}
