"""Storages as documents."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.simple_metadata import as_fields, pairs_of
from flowhost_devserver.vidispine.storages.kept import kept_of
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

MORE = (
    *("priority", "autoDetect", "archiveScript", "scanInterval", "bandwidth", "externalId"),
    *("sequence", "sequenceTimeout", "projection", "bean"),
)
"""Keys that are only given back, when they were given."""


METHOD_METADATA = "storage-method-metadata"
"""Kind of what is kept with methods."""


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
        "method": [{**method, **reached, **_pairs_of_method(site, method["id"])} for method in kept.methods],
        "metadata": as_fields(kept.metadata),
        "lowWatermark": capacity if kept.low is None else kept.low,
        "highWatermark": capacity if kept.high is None else kept.high,
    }
    if kept.low_percentage is not None:
        document["lowWatermarkPercentage"] = kept.low_percentage
    if kept.high_percentage is not None:
        document["highWatermarkPercentage"] = kept.high_percentage
    document |= {key: kept.more[key] for key in MORE[1:] if key in kept.more}
    return document | {"showImportables": kept.more.get("showImportables", True)}


def _pairs_of_method(site: Site, method_id: str) -> dict[str, Any]:
    fields = as_fields(pairs_of(site, METHOD_METADATA, method_id))
    return {"metadata": fields} if fields else {}


def capacity_of(site: Site, storage: Storage) -> int:
    """Bytes the storage holds: what was said, else what its disk has."""
    given = kept_of(site, storage).capacity
    if given is not None:
        return given
    try:
        return shutil.disk_usage(storage.path).total
    except OSError:  # it is offline
        return 0


def free_capacity(site: Site, storage: Storage) -> int:
    """Capacity minus the sizes of the files known there."""
    return max(0, capacity_of(site, storage) - storage.used)


def state_of(site: Site, storage: Storage) -> str:
    """One of Vidispine's words for how a storage is; one that works and was not set to anything reports ``NONE``."""
    return kept_of(site, storage).state or ("NONE" if Path(storage.path).is_dir() else "OFFLINE")
