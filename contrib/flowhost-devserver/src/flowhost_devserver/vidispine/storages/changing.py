"""Makes and changes storages after their documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from flowhost_devserver.vidispine.file_uris import path_of, scheme_of
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.simple_metadata import from_fields
from flowhost_devserver.vidispine.storages.documents import MORE, WHOLE, capacity_in, watermark
from flowhost_devserver.vidispine.storages.kept import Kept, keep, kept_of, new_method, paired
from flowhost_plugins.catalogue import Storage, StorageKind

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

TYPES: tuple[StorageKind, ...] = get_args(StorageKind)
OF_METHODS = ("uri", "read", "write", "browse", "bandwidth", "type")
"""What can be changed of a method, besides its metadata."""


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
    capacity, high, low = _limits(kept, folder)
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
    capacity, high, low = _limits(kept, folder)
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
        return changed_method(known[given["id"]], given)
    return new_method(site, checked_uri(given), given)


def changed_method(method: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A method with what a document says of it; what it does not say stays.

    Raises:
        Refusal: its URI is none.
    """
    if "uri" in given:
        checked_uri(given)
    said = {key: given[key] for key in OF_METHODS if key in given}
    return paired({**method, **said}, from_fields(given.get("metadata")))


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
    """What is kept, with sizes of the document."""
    capacity = document.get("capacity", kept.capacity)
    if capacity is not None and capacity < 0:
        raise invalid_input("capacity", explanation="expected bytes", value=str(capacity))
    old = kept if "capacity" not in document else replace(kept, low=None, high=None)
    low, low_percentage = _watermark("lowWatermark", document, capacity, old.low, old.low_percentage)
    high, high_percentage = _watermark("highWatermark", document, capacity, old.high, old.high_percentage)
    more = {key: document[key] for key in (*MORE, "showImportables") if key in document}
    return replace(
        kept,
        capacity=capacity,
        low=low,
        high=high,
        low_percentage=low_percentage,
        high_percentage=high_percentage,
        more={**kept.more, **more},
    )


def _watermark(
    name: str, document: Mapping[str, Any], capacity: int | None, old: int | None, old_percentage: int | None
) -> tuple[int | None, int | None]:
    """A watermark in bytes or in per cent, as it was given; neither: the capacity."""
    given, percentage = document.get(name), document.get(f"{name}Percentage", old_percentage)
    if given is None and percentage is not None:
        if not 0 <= percentage <= WHOLE:
            raise invalid_input(f"{name}Percentage", explanation="expected 0 to 100", value=str(percentage))
        return None, percentage
    found = old if given is None else given
    if found is not None and (found < 0 or (capacity is not None and found > capacity)):
        raise invalid_input(name, explanation="expected bytes up to the capacity", value=str(found))
    return found, None


def _limits(kept: Kept, folder: Path) -> tuple[int | None, int | None, int | None]:
    """Capacity, high and low watermark for the catalogue, where low is not above high as Vidispine allows it to be."""
    room = capacity_in(kept, folder)
    high = watermark(kept.high, kept.high_percentage, room)
    low = watermark(kept.low, kept.low_percentage, room)
    return kept.capacity, high, None if high is None or low is None else min(low, high)
