"""The fields and groups of a fresh server: Vidispine's own, those Portal manages, and Portal's demonstration."""

from __future__ import annotations

from typing import Any

ORIGIN = "VX"
"""The site that made a field or group."""

_SYSTEM = {
    "string": ("title", "originalFilename", "originalFormat", "originalVideoCodec", "originalAudioCodec"),
    "string-exact": (
        "itemId",
        "collectionId",
        "mediaType",
        "mimeType",
        "user",
        "shapeTag",
        "originalUri",
        "durationTimeCode",
        "startTimeCode",
        "__shape",
        "__version",
        "__sequence",
        "__collection",
        "__parent_collection",
        "__child_collection",
        "__ancestor_collection",
        "__storage",
        "__storagegroup",
        "__deletion_lock_id",
    ),
    "date": ("created", "__metadata_last_modified", "__shape_last_added", "__deletion_lock_expiry"),
    "integer": (
        "originalWidth",
        "originalHeight",
        "__placeholder_shape_size",
        "__shape_size",
        "__version_count",
        "__version_size",
        "__storage_size",
        "__storagegroup_size",
        "__sequence_size",
        "__collection_size",
        "__parent_collection_size",
        "__ancestor_collection_size",
        "__items_size",
        "__folder_mapped_size",
    ),
    "float": ("durationSeconds", "startSeconds"),
}

_PORTAL = {
    "date": ("portal_deleted", "portal_archive_ts", "portal_restore_ts"),
    "date-sortable": ("portal_ingested",),
    "string-exact": (
        "portal_itemtype",
        "portal_archive_status",
        "portal_archive_external_ids",
        "portal_collectiontype_hidden",
        "sync_to_iconik_format",
    ),
    "boolean": ("portal_archive_migrated", "sync_to_iconik"),
    "integer": ("portal_saved_search_version",),
    "string-noindex": ("criteria_document",),
    "string": ("portal_comment_text", "portal_comment_user", "portal_comment_timestamp"),
}

_DEMO = {
    "string": (
        "portal_mf10001",  # original title
        "portal_mf10002",  # director
        "portal_mf10003",  # name of a person
        "portal_mf10004",  # role of an actor
        "portal_mf10005",  # channel of a broadcast
        "portal_mf10011",  # plot
        "portal_mf10012",  # several lines
    ),
    "string-exact": ("portal_mf10006", "portal_mf10007"),  # one of a list; several of a list
    "date": ("portal_mf10008",),  # of a broadcast
    "integer": ("portal_mf10009",),  # year
    "float": ("portal_mf10013",),
    "boolean": ("portal_mf10010",),
}

_DEMO_GROUPS = {
    "Film": ("title", "portal_mf10001", "portal_mf10002", "portal_mf10009", "portal_mf10011"),
    "Movie": ("title", "portal_mf10001", "portal_mf10002", "portal_mf10006", "portal_mf10010"),
    "Person": ("portal_mf10003",),
    "Actor": ("portal_mf10003", "portal_mf10004"),
    "BroadcastDate": ("portal_mf10005", "portal_mf10008"),
    "Demo": ("title", "portal_mf10006", "portal_mf10007", "portal_mf10012", "portal_mf10013"),
}


def group_document(
    name: str, fields: tuple[str, ...] = (), schema: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A group that has these fields."""
    bounds = {"min": 0, "max": -1, **(schema or {}), "name": name}
    made: dict[str, Any] = {"name": name, "schema": bounds}
    if fields:
        made["field"] = [{"name": field} for field in fields]
    return {**made, "inheritance": "false", "origin": ORIGIN}


def _fields(by_type: dict[str, tuple[str, ...]], **more: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "type": kind, **more, "origin": ORIGIN}
        for kind, names in by_type.items()
        for name in names
    ]


FIELDS: tuple[dict[str, Any], ...] = (
    *_fields(_SYSTEM, system="true"),
    *_fields(_PORTAL),
    *_fields(_DEMO),
)
"""The documents of the fields of a fresh server."""

GROUPS: tuple[dict[str, Any], ...] = tuple(group_document(*one) for one in _DEMO_GROUPS.items())
"""The documents of the groups of a fresh server."""
