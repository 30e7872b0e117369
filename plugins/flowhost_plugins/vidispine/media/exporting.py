"""Orders exports."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import flowhost
from flowhost_plugins.vidispine.client import DEFINITIONS
from flowhost_plugins.vidispine.documents import ExportLocation, ExportLocationList, Job
from flowhost_plugins.vidispine.media.kinds import item_and_kind, require_kind
from flowhost_plugins.vidispine.media.shapes import tagged
from flowhost_plugins.vidispine.media.transcoding import ORIGINAL

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


def order(
    client: Client, item_id: str, tag: str, location: str, file_name: str, query: dict[str, list[str]]
) -> Job:
    """Start the job. ``allowMissing=false``: it fails when the shape neither is there nor can be made."""
    tag = tag or ORIGINAL
    item, kind, shapes = item_and_kind(client, item_id)
    if tag != ORIGINAL and not tagged(shapes, tag):
        require_kind(client, item, kind, tag)
    where = _where(client, location, file_name, tag)
    options = {"tag": tag, "allowMissing": "false", **where, **query}
    return client.post("item", item, "export", query=options, into=Job)


def check(client: Client, location: str) -> None:
    """Look whether there is a location.

    Raises:
        Permanent: there is none of this name, and it is no URI.
    """
    if not _is_uri(location):
        _location(client, location)


def _where(client: Client, location: str, file_name: str, tag: str) -> dict[str, str]:
    """The parameters that say where to.

    With a name of its own a file goes to a URI; the name of a location alone leaves naming, and its script, to the site.
    """
    if _is_uri(location):
        return {"uri": _uri(location, file_name)}
    found = _location(client, location)
    if found.tag and tag not in found.tag:
        known = ", ".join(found.tag)
        raise flowhost.Permanent(f"the export location {location!r} takes {known}, not {tag!r}")
    if not file_name:
        return {"locationName": found.name, "useOriginalFilename": "true"}
    if not found.uris:
        raise flowhost.Permanent(
            f"the export location {location!r} has no URI, so no file can be named in it"
        )
    return {"uri": _uri(found.uris[0], file_name)}


def _is_uri(location: str) -> bool:
    return bool(urlsplit(location).scheme) and "://" in location


def _location(client: Client, name: str) -> ExportLocation:
    known = client.known(DEFINITIONS, "export-location", into=ExportLocationList).export_location
    for one in known:
        if one.name == name:
            return one
    hint = flowhost.nearest(name, [one.name for one in known])
    raise flowhost.Permanent(f"there is no export location {name!r}{hint}")


def _uri(folder: str, file_name: str) -> str:
    if not file_name:
        return folder
    path = PurePosixPath(file_name)
    if path.is_absolute() or ".." in path.parts:
        raise flowhost.Permanent(f"the file name {file_name!r} leads out of the export location")
    return folder.rstrip("/") + "/" + quote(str(path), safe="/")
