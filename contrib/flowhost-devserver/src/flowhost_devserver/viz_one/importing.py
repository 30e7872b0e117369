"""Media for a placeholder: imported from a URI list, or uploaded."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from werkzeug.wrappers import Request, Response

from flowhost_devserver.viz_one.answers import Problem, document, refuse
from flowhost_devserver.viz_one.asset_entries import media_status
from flowhost_devserver.viz_one.asset_lookup import found
from flowhost_devserver.viz_one.fetching import arriving, fetched, local_file
from flowhost_devserver.viz_one.incomings import incoming_entry, incoming_url
from flowhost_devserver.viz_one.locations import UNMANAGED, send, unmanaged_file
from flowhost_devserver.viz_one.site import Route, Site
from flowhost_devserver.viz_one.vocabulary import ENTRY_TYPE, URI_LIST_TYPE
from flowhost_plugins.catalogue import CatalogueItem, ImportMode, Job

CHUNK = 1024**2  # bytes of an upload held in memory
_UNMANAGED_PATH = re.compile(rf"{UNMANAGED}/(?P<handle>[^/]+)/(?P<number>\d+)(?:/media)?")


def import_unmanaged(site: Site, request: Request, number: str) -> Response:
    """Begin to import what a URI list names (RFC 2483); the answer is an Incoming entry (201)."""
    if request.mimetype != URI_LIST_TYPE:
        refuse(415, f"the content type is {request.mimetype or 'missing'}, expected {URI_LIST_TYPE}")
    uris = read_uris(request.get_data())
    if len(uris) != 1:
        refuse(422, f"the URI list names {len(uris)} files, expected one")
    _must_be_placeholder(site, found(site, number))  # before much is fetched for nothing
    job = _begin(site, number, *_source(site, uris[0]))
    return document(incoming_entry(site, job), ENTRY_TYPE, status=201, location=incoming_url(site, job))


def read_uris(data: bytes) -> list[str]:
    """The URIs of a URI list: one a line; a line that begins with ``#`` is a comment."""
    lines = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _source(site: Site, uri: str) -> tuple[str | Path, ImportMode]:
    """The catalogue's id of the file a URI means, or its path on this machine; and what becomes of that file."""
    parts = urlsplit(uri)
    here = not parts.scheme or uri.startswith(f"{site.url}/")
    match = _UNMANAGED_PATH.fullmatch(parts.path) if here else None
    if match:
        return unmanaged_file(site, match["handle"], match["number"]).id, "copy"
    if parts.scheme == "file":
        return local_file(uri), "copy"
    if parts.scheme == "ftp":
        return fetched(site, uri), "move"
    raise Problem(
        422, f"cannot import {uri!r}, expected the self link of an unmanaged file, or an ftp: or file: URL"
    )


def _begin(site: Site, number: str, source: str | Path, mode: ImportMode) -> Job:
    with site.importing:
        record = found(site, number)
        _must_be_placeholder(site, record)
        return site.catalogue.import_file(
            record.id,
            source,
            mode=mode,
            storage=site.media,
        )


def _must_be_placeholder(site: Site, record: CatalogueItem) -> None:
    status = media_status(site, record)
    if record.media_type or status in ("online", "importing"):
        refuse(403, f"the asset {record.title!r} is no placeholder any more: its media is {status}")


def begin_upload(site: Site, request: Request, number: str) -> Response:
    """First step of an upload: the answer's ``Location`` is where to PUT the bytes."""
    _must_be_placeholder(site, found(site, number))
    task = secrets.token_hex(8)
    site.keeping.put("upload", task, {"asset": number, "name": _upload_name(request)})
    response = Response(status=201)
    response.headers["Location"] = site.link(f"/api/upload/{task}")
    return response


def receive_upload(site: Site, request: Request, task: str) -> Response:
    """Second step of an upload: the bytes."""
    upload = site.keeping.get("upload", task)
    if upload is None:
        refuse(404, f"there is no upload {task!r}; begin one at an asset's upload link")
    response = _take(site, request, upload["asset"], upload["name"])
    site.keeping.delete("upload", task)
    return response


def upload_at_once(site: Site, request: Request, number: str) -> Response:
    """An upload in one step, to the edit-media link."""
    return _take(site, request, number, _upload_name(request))


def _upload_name(request: Request) -> str:
    """The name of what is uploaded: from ``Slug`` (RFC 5023, 9.7) or the parameter ``filename``."""
    return request.args.get("filename") or unquote(request.headers.get("Slug", "")) or "upload.bin"


def _take(site: Site, request: Request, number: str, name: str) -> Response:
    _must_be_placeholder(site, found(site, number))
    file = arriving(site, name)
    with file.open("wb") as out:
        while chunk := request.stream.read(CHUNK):
            out.write(chunk)
    if request.content_length is not None and file.stat().st_size != request.content_length:
        refuse(400, f"{file.stat().st_size} bytes came, the Content-Length is {request.content_length}")
    _begin(site, number, file, "move")
    return Response(status=201)


def read_media(site: Site, request: Request, number: str) -> Response:
    """The media of an asset, or ranges of it."""
    record = found(site, number)
    for shape in record.shapes:
        if shape.files:
            return send(site, request, shape.files[0])
    raise Problem(404, f"the asset {record.title!r} has no media")


ROUTES = (
    Route("POST", "/api/asset/item/<number>/import", import_unmanaged),
    Route("PUT", "/api/asset/item/<number>/upload", begin_upload),
    Route("POST", "/api/asset/item/<number>/upload", begin_upload),
    Route("PUT", "/api/upload/<task>", receive_upload),
    Route("PUT", "/api/asset/item/<number>/media", upload_at_once),
    Route("GET", "/api/asset/item/<number>/media", read_media),
)
