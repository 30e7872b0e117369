"""Import storages, and the unmanaged files in their folders."""

# ruff: noqa: ARG001 - pages share one signature

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from datetime import datetime

from lxml import etree
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import Problem, document, refuse
from flowhost_devserver.viz_one.asset_entries import core
from flowhost_devserver.viz_one.atom import entry, feed, link, media
from flowhost_devserver.viz_one.discovery import LOCATIONS
from flowhost_devserver.viz_one.numbers import catalogue_id_of, number_of, urn
from flowhost_devserver.viz_one.paging import window
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import BYTES_TYPE, DELETE_REL, ENTRY_TYPE, FEED_TYPE
from flowhost_plugins.catalogue import File, NotFound, Storage

UNMANAGED = "/api/unmanaged"
_BATCH = 1000  # files read at once


def topic_of(location: Storage) -> str:
    """Where changes of the files of a location are told."""
    return f"unmanaged.{location.name}"


def locations(site: Site) -> list[Storage]:
    """The import storages."""
    return [storage for storage in site.catalogue.storages() if storage.kind == "EXTERNAL"]


def list_locations(site: Site, request: Request) -> Response:
    """One entry for each import storage; its ``down`` link leads to the files."""
    shown = window(request, locations(site))
    entries = (_location_entry(site, location) for location in shown.things)
    links = shown.links(site, request)
    return document(
        feed(urn("feed", "location"), "Import storages", site.started, links, *entries), FEED_TYPE
    )


def _location_entry(site: Site, location: Storage) -> etree._Element:
    return entry(
        urn("location", number_of(location.id)),
        location.name,
        site.started,
        core.ardomeIdentity(location.name, name="id"),
        link("down", site.link(f"{UNMANAGED}/{location.name}"), FEED_TYPE),
        here=site.link(f"{LOCATIONS}/{location.name}"),
    )


def read_location(site: Site, request: Request, handle: str) -> Response:
    """The entry of one import storage."""
    return document(_location_entry(site, _location(site, handle)), ENTRY_TYPE)


def list_files(site: Site, request: Request, handle: str) -> Response:
    """The files that lie in an import storage now."""
    location = _location(site, handle)
    if request.args.get("start", "1") == "1":  # later pages go on with what the first one saw
        site.catalogue.scan(location)
    files = list(
        _files(site, location)
    )  # the oldest first: what comes meanwhile pushes nothing to another page
    shown = window(request, files)
    links = shown.links(site, request)
    if site.sender:
        links.append(link("monitor", site.sender.monitor(topic_of(location))))
    newest = max((file.modified or site.started for file in files), default=site.started)
    return document(file_feed(site, location, shown.things, newest, *links), FEED_TYPE)


def file_feed(
    site: Site, location: Storage, files: Sequence[File], updated: datetime, *more: etree._Element
) -> etree._Element:
    """A feed of files of one location; `more` are links and tombstones."""
    entries = (file_entry(site, location, file) for file in files)
    title = f"Unmanaged files in {location.name}"
    return feed(urn("feed", f"unmanaged-{location.name}"), title, updated, more, *entries)


def file_url(site: Site, location: Storage, file_id: str) -> str:
    """The URL of an unmanaged file's entry."""
    return site.link(f"{UNMANAGED}/{location.name}/{number_of(file_id)}")


def file_entry(site: Site, location: Storage, file: File) -> etree._Element:
    """The entry of an unmanaged file."""
    here = file_url(site, location, file.id)
    kind = mimetypes.guess_type(file.name)[0] or BYTES_TYPE
    return entry(
        urn("unmanagedfile", number_of(file.id)),
        file.name,
        file.modified or site.started,
        core.ardomeIdentity(number_of(file.id), name="id"),
        link(DELETE_REL, here),
        media.content(url=f"{here}/media", fileSize=str(file.size), type=kind),
        here=here,
        content=(f"{here}/media", kind),
    )


def read_file(site: Site, request: Request, handle: str, number: str) -> Response:
    """The entry of one unmanaged file."""
    location = _location(site, handle)
    return document(file_entry(site, location, unmanaged_file(site, handle, number)), ENTRY_TYPE)


def delete_file(site: Site, request: Request, handle: str, number: str) -> Response:
    """Delete an unmanaged file from its folder."""
    site.catalogue.delete_file(unmanaged_file(site, handle, number).id)
    return Response(status=204)


def read_media(site: Site, request: Request, handle: str, number: str) -> Response:
    """The bytes of an unmanaged file, or ranges of them."""
    return send(site, request, unmanaged_file(site, handle, number))


def send(site: Site, request: Request, file: File) -> Response:
    """The bytes of a file, or the ranges of it that the request asks for (RFC 9110, 14)."""
    try:
        path = site.catalogue.path_of(file)
        kind = mimetypes.guess_type(file.name)[0] or BYTES_TYPE
        return send_file(path, request.environ, mimetype=kind, conditional=True)
    except FileNotFoundError:
        refuse(404, f"the file {file.name!r} is gone")


def unmanaged_file(site: Site, handle: str, number: str) -> File:
    """The file with this number in a location.

    Raises:
        Problem: 404, there is none.
    """
    location = _location(site, handle)
    try:
        file = site.catalogue.file(catalogue_id_of(number))
    except NotFound:
        refuse(404, f"there is no unmanaged file {number!r}")
    if file.storage != location.id or file.item is not None:
        refuse(404, f"there is no unmanaged file {number!r} in {handle!r}")
    return file


def _location(site: Site, handle: str) -> Storage:
    names = []
    for location in locations(site):
        names.append(location.name)
        if location.name == handle:
            return location
    raise Problem(404, f"there is no import storage {handle!r}; there are {', '.join(names) or 'none'}")


def _files(site: Site, location: Storage) -> Iterator[File]:
    cursor = None
    while True:
        page = site.catalogue.files(storage=location, unmanaged=True, cursor=cursor, number=_BATCH)
        yield from page.files
        cursor = page.cursor
        if cursor is None:
            return


_FILE = f"{UNMANAGED}/<handle>/<number>"
ROUTES = (
    Route("GET", LOCATIONS, list_locations),
    Route("GET", f"{LOCATIONS}/<handle>", read_location),
    Route("GET", f"{UNMANAGED}/<handle>", list_files),
    Route("GET", _FILE, read_file),
    Route("DELETE", _FILE, delete_file),
    Route("GET", f"{_FILE}/media", read_media),
)
