"""What export jobs do: render what is missing, copy to the place, write the metadata beside it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flowhost
from flowhost_devserver.vidispine.file_uris import path_of
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind
from flowhost_devserver.vidispine.metadata.reading import metadata_document
from flowhost_devserver.vidispine.metadata.selecting import Selection
from flowhost_devserver.vidispine.metadata.subjects import subject_of
from flowhost_devserver.vidispine.storages.kept import STAGING
from flowhost_devserver.vidispine.xml_form import write_xml
from flowhost_plugins.catalogue import File, Job, Storage

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

PIECE = 1 << 20  # bytes copied between two looks whether the job shall stop


def export_steps(
    site: Site, item: str, tag: str, uris: list[str], *, original_name: bool, metadata: bool
) -> list[Step]:
    """Deliver one shape of an item.

    Args:
        site: the server.
        item: id of the item.
        tag: of the shape; one the item does not have is rendered.
        uris: places, a folder or a file each.
        original_name: whether the file is called as it was when it was imported.
        metadata: whether the metadata goes with it, as XML.
    """
    known = _file(site, item, tag)
    orders = {
        "item": item,
        "file": known.id if known else None,
        "uris": uris,
        "original_name": original_name,
        "metadata": metadata,
    }
    render = Step("render", {"item": item, "tag": tag}, "Transcoding for export")
    return [*([] if known else [render]), Step("deliver", orders, "Exporting file")]


def _file(site: Site, item: str, tag: str) -> File | None:
    """A complete file of the shape with this tag, or this id."""
    for shape in site.catalogue.shapes(item):
        if tag in shape.tags or tag == shape.id:
            for file in shape.files:
                if file.state == "CLOSED":
                    return file
    return None


def _render(site: Site, item: str, orders: Mapping[str, Any]) -> Job:
    name = f"{site.keeping.next_number('rendered')}/{orders.get('item', item)}"
    suffix = site.catalogue.shape_tag(orders["tag"]).suffix if orders["tag"] != "original" else ""
    return site.catalogue.export(orders["item"], orders["tag"], _staging(site), name + suffix)


def _staging(site: Site) -> Storage:
    with site.lock:
        for storage in site.catalogue.storages():
            if storage.name == STAGING:
                return storage
        folder = site.root / "rendered"
        folder.mkdir(exist_ok=True)
        return site.catalogue.add_storage(STAGING, folder, kind="EXPORT")


def _deliver(
    site: Site, record: JobRecord, orders: Mapping[str, Any], stop: threading.Event
) -> Mapping[str, str]:
    rendered = None
    if orders["file"] is None:
        done = [step.result.get("fileId") for step in record.steps if step.do == "render"]
        rendered = next((file for file in reversed(done) if file), None)
    file = site.catalogue.file(orders["file"] or rendered or "")
    source = site.catalogue.path_of(file)
    name = _name(site, orders, source)
    written = []
    for uri in orders["uris"]:
        target = _target(uri, name)
        _copy(source, target, stop)
        if stop.is_set():
            return {}
        if orders["metadata"]:
            _sidecar(site, orders["item"], target)
        written.append(target.as_uri())
    if rendered:
        site.catalogue.delete_file(rendered, last_copy=True)
        source.parent.rmdir()
    return {"exportUri": ",".join(written), "bytesWritten": str(file.size * len(written))}


def _name(site: Site, orders: Mapping[str, Any], source: Path) -> str:
    if not orders["original_name"]:
        return source.name
    known = site.catalogue.variables(orders["item"]).get("originalFilename")
    return Path(known).with_suffix(source.suffix).name if known else source.name


def _target(uri: str, name: str) -> Path:
    path = path_of(uri)
    if path is None:
        raise flowhost.Permanent(f"this server exports to file: URIs only, not to {uri!r}")
    return path / name if uri.endswith("/") or path.is_dir() else path


def _copy(source: Path, target: Path, stop: threading.Event) -> None:
    """Copy under another name first, so that nobody sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as read, part.open("wb") as written:
            while not stop.is_set() and (piece := read.read(PIECE)):
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
        if not stop.is_set():
            shutil.copystat(source, part)
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _sidecar(site: Site, item: str, target: Path) -> None:
    subject = subject_of(site, "item", item)
    document = metadata_document(site, subject, Selection({}))
    target.with_suffix(".xml").write_bytes(write_xml("MetadataDocument", document))


add_kind("render", Kind(order=_render))
add_kind("deliver", Kind(do=_deliver))
