"""Storages as documents."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.simple_metadata import as_fields
from flowhost_devserver.vidispine.storages.kept import Kept, kept_of
from flowhost_plugins.catalogue import Storage

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

add_forms(
    {
        "StorageMethod": {
            "id": "text",
            "uri": "text",
            "read": "bool",
            "write": "bool",
            "browse": "bool",
            "bandwidth": "int",
            "lastSuccess": "moment",
            "lastFailure": "moment",
            "failureMessage": "text",
            "type": "text",
            "metadata": "Pairs",
        },
        "StorageMethodList": {"method": "StorageMethod*"},
        "Storage": {
            "id": "text",
            "state": "text",
            "type": "text",
            "priority": "text",
            "capacity": "int",
            "freeCapacity": "int",
            "timestamp": "moment",
            "method": "StorageMethod*",
            "metadata": "Pairs",
            "lowWatermark": "int",
            "highWatermark": "int",
            "lowWatermarkPercentage": "int",
            "highWatermarkPercentage": "int",
            "autoDetect": "bool",
            "showImportables": "bool",
            "archiveScript": "text",
            "scanInterval": "int",
            "bandwidth": "int",
            "externalId": "text",
            "sequence": "StorageSequence*",
            "sequenceTimeout": "int",
            "projection": "text",
            "bean": "text",
        },
        "StorageSequence": {"regex": "text", "numGroup": "int"},
        "StorageList": {"storage": "Storage*"},
    },
    {
        "StorageDocument": "Storage",
        "StorageListDocument": "StorageList",
        "StorageMethodDocument": "StorageMethod",
        "StorageMethodListDocument": "StorageMethodList",
    },
)

WHOLE = 100  # per cent

MORE = (
    *("priority", "autoDetect", "archiveScript", "scanInterval", "bandwidth", "externalId"),
    *("sequence", "sequenceTimeout", "projection", "bean"),
)
"""Keys that are only given back, when they were given."""


def storage_document(site: Site, storage: Storage) -> dict[str, Any]:
    """A StorageDocument in its JSON form."""
    kept = kept_of(site, storage)
    now, capacity = stamp(site.clock.now()), capacity_of(site, storage)
    state = state_of(site, storage)
    reached = {} if state == "OFFLINE" else {"lastSuccess": now}
    document: dict[str, Any] = {"id": storage.id, "state": state, "type": storage.kind}
    if "priority" in kept.more:
        document["priority"] = kept.more["priority"]
    document |= {
        "capacity": capacity,
        "freeCapacity": free_capacity(site, storage),
        "timestamp": now,
        "method": [{**method, **reached} for method in kept.methods],
        "metadata": as_fields(kept.metadata),
        "lowWatermark": watermark(kept.low, kept.low_percentage, capacity, capacity),
        "highWatermark": watermark(kept.high, kept.high_percentage, capacity, capacity),
    }
    if kept.low_percentage is not None:
        document["lowWatermarkPercentage"] = kept.low_percentage
    if kept.high_percentage is not None:
        document["highWatermarkPercentage"] = kept.high_percentage
    document |= {key: kept.more[key] for key in MORE[1:] if key in kept.more}
    return document | {"showImportables": kept.more.get("showImportables", True)}


def capacity_of(site: Site, storage: Storage) -> int:
    """Bytes the storage holds: what was said, else what its disk has."""
    return capacity_in(kept_of(site, storage), Path(storage.path))


def capacity_in(kept: Kept, folder: Path) -> int:
    """Bytes that a storage in this folder holds."""
    if kept.capacity is not None:
        return kept.capacity
    try:
        return shutil.disk_usage(folder).total
    except OSError:  # it is offline
        return 0


def watermark(
    given: int | None, percentage: int | None, capacity: int, default: int | None = None
) -> int | None:
    """A watermark in bytes.

    Args:
        given: bytes that were given.
        percentage: per cent of the capacity that were given; they come first.
        capacity: bytes.
        default: bytes when nothing was given.
    """
    if percentage is not None:
        return capacity * percentage // WHOLE
    return default if given is None else given


def free_capacity(site: Site, storage: Storage) -> int:
    """Capacity minus the sizes of the files known there."""
    return max(0, capacity_of(site, storage) - storage.used)


def state_of(site: Site, storage: Storage) -> str:
    """One of Vidispine's words for how a storage is; one that works and was not set to anything reports ``NONE``."""
    return kept_of(site, storage).state or ("NONE" if Path(storage.path).is_dir() else "OFFLINE")
