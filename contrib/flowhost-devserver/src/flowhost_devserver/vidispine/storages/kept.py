"""What Vidispine knows of storages and the catalogue does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.simple_metadata import as_fields, from_fields
from flowhost_plugins.catalogue import NotFound, Storage

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

KIND = "storage"
"""Kind of what is kept."""


STAGING = "rendered for exports"
"""Name of the storage in which exports render what is missing; clients do not see it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept with a storage.

    Args:
        methods: its ways in, as in documents.
        metadata: pairs, ``name`` among them.
        capacity: bytes that were given; None: as much as the disk.
        low: low watermark in bytes, as it was given; None: the capacity.
        high: high watermark in bytes, as it was given; None: the capacity.
        low_percentage: the low watermark in per cent of the capacity, when it was given so; it goes before bytes.
        high_percentage: the same of the high one.
        state: one that was set; empty: what is.
        more: further keys of the document, as they were given.
    """

    methods: tuple[Mapping[str, Any], ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    capacity: int | None = None
    low: int | None = None
    high: int | None = None
    low_percentage: int | None = None
    high_percentage: int | None = None
    state: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def all_storages(site: Site) -> list[Storage]:
    """Every storage that clients see, the oldest first."""
    return [one for one in site.catalogue.storages() if one.name != STAGING]


def storage_of(site: Site, storage_id: str) -> Storage:
    """The storage with this id.

    Raises:
        Refusal: there is none.
    """
    try:
        found = site.catalogue.storage(storage_id)
    except NotFound:
        raise not_found("Storage", storage_id) from None
    if found.id != storage_id or found.name == STAGING:  # the catalogue takes names, too
        raise not_found("Storage", storage_id)
    return found


def kept_of(site: Site, storage: Storage) -> Kept:
    """What is kept with a storage; one that the catalogue alone made has a method and a name."""
    data = site.keeping.get(KIND, storage.id)
    if data is not None:
        return Kept(**{**data, "methods": tuple(data["methods"])})
    with site.lock:
        method = new_method(site, folder_uri(storage.path))
        kept = Kept(
            (method,),
            {"name": storage.name},
            storage.capacity,
            storage.low_watermark,
            storage.high_watermark,
        )
        keep(site, storage.id, kept)
        return kept


def keep(site: Site, storage_id: str, kept: Kept) -> None:
    """Keep it."""
    site.keeping.put(KIND, storage_id, asdict(kept))


def folder_uri(path: str) -> str:
    """The URI of a folder, with a slash at its end."""
    return Path(path).as_uri().rstrip("/") + "/"


def method_of(kept: Kept, method_id: str) -> Mapping[str, Any]:
    """The method with this id.

    Raises:
        Refusal: there is none.
    """
    for method in kept.methods:
        if method["id"] == method_id:
            return method
    raise not_found("storage-method", method_id)


def with_pairs(kept: Kept, pairs: Mapping[str, str], method_id: str = "") -> Kept:
    """What is kept, with more pairs of the storage, or of a method; an empty value removes one.

    Raises:
        Refusal: there is no such method.
    """
    if not method_id:
        return replace(kept, metadata=_merged(kept.metadata, pairs))
    changed = paired(method_of(kept, method_id), pairs)
    return replace(kept, methods=tuple(changed if one["id"] == method_id else one for one in kept.methods))


def paired(method: Mapping[str, Any], pairs: Mapping[str, str]) -> dict[str, Any]:
    """A method with more pairs."""
    fields = as_fields(_merged(from_fields(method.get("metadata")), pairs))
    rest = {key: value for key, value in method.items() if key != "metadata"}
    return rest | ({"metadata": fields} if fields else {})


def _merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in {**old, **new}.items() if value}


def new_method(site: Site, uri: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A method with a new id.

    Args:
        site: the server.
        uri: where the storage is.
        given: what else is known of it, as in a document.
    """
    given = given or {}
    method: dict[str, Any] = {
        "id": f"VX-{site.keeping.next_number('storage-method-id')}",
        "uri": uri,
        "read": given.get("read", True),
        "write": given.get("write", True),
        "browse": given.get("browse", True),
    }
    if given.get("bandwidth") is not None:
        method["bandwidth"] = given["bandwidth"]
    return paired(method | {"type": given.get("type") or "NONE"}, from_fields(given.get("metadata")))
