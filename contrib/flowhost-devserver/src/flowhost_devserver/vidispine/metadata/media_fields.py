"""What is known of an item's media besides the fields that the catalogue fills at an import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import CatalogueItem, Shape

ORIGINAL = "original"
"""Tag of the shape that the fields are about."""


def media_fields(site: Site, record: CatalogueItem) -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    """Field → how its values are found; none while the item is a placeholder."""
    for shape in record.shapes:
        if ORIGINAL in shape.tags and shape.files:
            yield "originalUri", partial(_uris, site, shape)
            break
    duration = next(iter(record.fields.get("durationTimeCode", ())), "")
    _, at, rate = duration.partition("@")
    if at:  # media begins at zero here, counted at the rate of its length
        yield "startSeconds", lambda: ["0.0"]
        yield "startTimeCode", lambda: [f"0@{rate}"]


def _uris(site: Site, shape: Shape) -> list[str]:
    folders = {one.id: one.path for one in site.catalogue.storages()}
    files = [file for file in shape.files if folders.get(file.storage)]
    return [Path(folders[file.storage], file.path).as_uri() for file in files[:1]]
