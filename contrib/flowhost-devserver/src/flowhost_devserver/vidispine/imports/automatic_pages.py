"""The pages about auto-import rules."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.imports.automatic import KIND
from flowhost_devserver.vidispine.imports.settings import entries_of
from flowhost_devserver.vidispine.metadata.checking import checked_metadata
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.shape_tags import known
from flowhost_devserver.vidispine.storages.kept import storage_of

add_forms(
    {
        "FilenameFilter": {"pattern": "text", "tag": "text*"},
        "AutoImportRule": {
            "storage": "text",
            "enabled": "bool",
            "user": "text",
            "priority": "text",
            "settingsId": "text",
            "projection": "text",
            "resourceId": "text",
            "tag": "text*",
            "jobmetadata": "Pairs",
            "metadata": "Metadata",
            "fileNameAsTitle": "bool",
            "excludeFilter": "FilenameFilter*",
            "shapeTagFilter": "FilenameFilter*",
            "ignoreSidecarImport": "bool",
            "disabledSidecarExtensions": "text*",
        },
        "AutoImportRuleList": {"rule": "AutoImportRule*"},
    },
    {
        "AutoImportRuleDocument": "AutoImportRule",
        "AutoImportRuleListDocument": "AutoImportRuleList",
    },
)


def _rule(call: Call, storage_id: str) -> dict[str, Any]:
    found: dict[str, Any] | None = call.site.keeping.get(KIND, storage_of(call.site, storage_id).id)
    if found is None:
        raise not_found("auto-import-rule", storage_id)
    return found


def several(call: Call) -> Response:
    """`GET /storage/auto-import`."""
    return document(call, "AutoImportRuleListDocument", {"rule": list(call.site.keeping.all(KIND).values())})


def one(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/auto-import`."""
    return document(call, "AutoImportRuleDocument", _rule(call, storage_id))


def put(call: Call, storage_id: str) -> Response:
    """`PUT /storage/{id}/auto-import`."""
    storage, given = storage_of(call.site, storage_id), call.document("AutoImportRuleDocument")
    filters = [*given.get("excludeFilter", ()), *given.get("shapeTagFilter", ())]
    for filter_ in filters:
        _check_pattern(filter_.get("pattern", ""))
    for tag in [*given.get("tag", ()), *(tag for filter_ in filters for tag in filter_.get("tag", ()))]:
        known.check(call.site, tag)
    if given.get("settingsId"):
        entries_of(call, given["settingsId"])
    if given.get("metadata"):
        checked_metadata(call.site, given["metadata"], new=True)
    rule = {"enabled": True, "user": call.run_as, **given, "storage": storage.id}
    call.site.keeping.put(KIND, storage.id, rule)
    return empty()


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise invalid_input("pattern", explanation=f"no regular expression: {error}", value=pattern) from None


def delete(call: Call, storage_id: str) -> Response:
    """`DELETE /storage/{id}/auto-import`."""
    _rule(call, storage_id)
    call.site.keeping.delete(KIND, storage_id)
    return empty()


def enable(call: Call, storage_id: str) -> Response:
    """`PUT /storage/{id}/auto-import/enable`, and `/disable`."""
    with call.site.lock:
        rule = _rule(call, storage_id)
        call.site.keeping.put(KIND, storage_id, {**rule, "enabled": call.path.endswith("/enable")})
    return empty()


_ONE = "/storage/<storage_id>/auto-import"

ROUTES = (
    Route("GET", "/storage/auto-import", several),
    Route("GET", _ONE, one),
    Route("PUT", _ONE, put),
    Route("DELETE", _ONE, delete),
    Route("PUT", f"{_ONE}/enable", enable),
    Route("PUT", f"{_ONE}/disable", enable),
)
