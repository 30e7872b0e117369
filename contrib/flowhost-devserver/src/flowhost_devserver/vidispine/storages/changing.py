"""Makes and changes storages after their documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from flowhost_devserver.vidispine.file_uris import path_of, scheme_of
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.simple_metadata import from_fields
from flowhost_devserver.vidispine.storages.documents import MORE
from flowhost_devserver.vidispine.storages.kept import Kept, keep, kept_of, new_method
from flowhost_plugins.catalogue import Storage, StorageKind

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

TYPES: tuple[StorageKind, ...] = get_args(StorageKind)
WHOLE = 100  # per cent


def make_storage(site: Site, document: Mapping[str, Any]) -> Storage:
    """A new storage; without a ``file:`` method its files lie in a folder of the server's own.

    Raises:
        Refusal: the document cannot be taken.
        Conflict: its folder overlaps with another storage.
    """
    kind = _kind(document.get("type") or "LOCAL")
    methods = tuple(new_method(site, checked_uri(given), given) for given in document.get("method", ()))
    kept = _measured(Kept(methods, from_fields(document.get("metadata"))), document)
    number = site.keeping.next_number("storage-folder")
    folder = folder_of(methods) or site.root / "storages" / str(number)
    _make(folder)
    name = f"storage {number}"  # clients name them in the metadata, where names may be equal
    capacity, high, low = _limits(kept)
    made = site.catalogue.add_storage(
        name, folder, kind=kind, capacity=capacity, high_watermark=high, low_watermark=low
    )
    keep(site, made.id, kept)
    return made


def change_storage(site: Site, storage: Storage, document: Mapping[str, Any]) -> Storage:
    """The storage with what the document says; what it does not say stays.

    Raises:
        Refusal: the document cannot be taken.
        Conflict: its new folder overlaps with another storage.
    """
    old = kept_of(site, storage)
    metadata = from_fields(document.get("metadata"))
    kept = _measured(replace(old, metadata={**old.metadata, **metadata}), document)
    if "method" in document:
        known = {method["id"]: method for method in old.methods}
        methods = [_method(site, known, given) for given in document["method"]]
        kept = replace(kept, methods=tuple(methods))
    return apply(site, storage, kept, _kind(document.get("type") or storage.kind))


def apply(site: Site, storage: Storage, kept: Kept, kind: StorageKind) -> Storage:
    """Let the storage be as it is kept."""
    folder = folder_of(kept.methods) or Path(storage.path)
    _make(folder)
    capacity, high, low = _limits(kept)
    changed = site.catalogue.change_storage(
        storage,
        storage.name,
        folder,
        kind=kind,
        capacity=capacity,
        high_watermark=high,
        low_watermark=low,
    )
    keep(site, storage.id, kept)
    return changed


def folder_of(methods: tuple[Mapping[str, Any], ...]) -> Path | None:
    """The folder that the first ``file:`` method names; None when there is none."""
    for method in methods:
        if path := path_of(method["uri"]):
            return path
    return None


def _method(site: Site, known: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    if given.get("id") in known:
        old = known[given["id"]]
        return {**old, **{key: value for key, value in given.items() if key in old or key == "bandwidth"}}
    return new_method(site, checked_uri(given), given)


def checked_uri(given: Mapping[str, Any]) -> str:
    """The URI of a method.

    Raises:
        Refusal: it is none.
    """
    uri = given.get("uri") or ""
    if not scheme_of(uri) or (scheme_of(uri) == "file" and path_of(uri) is None):
        raise invalid_input("method", explanation="expected a URI such as file:///srv/media/", value=uri)
    return str(uri)


def _kind(word: str) -> StorageKind:
    for kind in TYPES:
        if kind == word.upper():
            return kind
    raise invalid_input("type", explanation=f"expected one of {', '.join(TYPES)}", value=word)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"the folder {folder} cannot be made: {error.strerror or error}"
        raise invalid_input("method", explanation=why, value=folder.as_uri()) from None


def _measured(kept: Kept, document: Mapping[str, Any]) -> Kept:
    """What is kept, with sizes of the document: watermarks in per cent become bytes."""
    capacity = document.get("capacity", kept.capacity)
    if capacity is not None and capacity < 0:
        raise invalid_input("capacity", explanation="expected bytes", value=str(capacity))
    low_percentage = document.get("lowWatermarkPercentage", kept.low_percentage)
    high_percentage = document.get("highWatermarkPercentage", kept.high_percentage)
    more = {key: document[key] for key in (*MORE, "showImportables") if key in document}
    return replace(
        kept,
        capacity=capacity,
        low=_watermark(
            "lowWatermark", document.get("lowWatermark"), low_percentage, capacity, kept.low, document
        ),
        high=_watermark(
            "highWatermark", document.get("highWatermark"), high_percentage, capacity, kept.high, document
        ),
        low_percentage=None if "lowWatermark" in document else low_percentage,
        high_percentage=None if "highWatermark" in document else high_percentage,
        more={**kept.more, **more},
    )


def _watermark(
    name: str,
    given: int | None,
    percentage: int | None,
    capacity: int | None,
    old: int | None,
    document: Mapping[str, Any],
) -> int | None:
    if given is None and percentage is not None:
        if not 0 <= percentage <= WHOLE:
            raise invalid_input(f"{name}Percentage", explanation="expected 0 to 100", value=str(percentage))
        return None if capacity is None else capacity * percentage // WHOLE
    found = given if given is not None else (None if "capacity" in document else old)
    if found is not None and (found < 0 or (capacity is not None and found > capacity)):
        raise invalid_input(name, explanation="expected bytes up to the capacity", value=str(found))
    return found


def _limits(kept: Kept) -> tuple[int | None, int | None, int | None]:
    """Capacity, high and low watermark for the catalogue, where low is not above high as Vidispine allows it to be."""
    if kept.high is None or kept.low is None:
        return kept.capacity, kept.high, None
    return kept.capacity, kept.high, min(kept.low, kept.high)
