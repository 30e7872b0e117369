"""Unmanaged files: importing them, deleting them."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import flowhost
from flowhost_plugins.viz_one.client import HTTPClientError, NotFound, VizOne
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.documents import Item, UnmanagedFile, UriList

log = logging.getLogger(__name__)


def import_unmanaged_file(asset: Item, uri_list: Iterable[str], *, client: VizOne) -> bool:
    """Start to import files as the media of an asset.

    Args:
        asset: a placeholder.
        uri_list: links of unmanaged files, or URLs the server can read.
        client: the server.

    Returns:
        False when the server refuses it, for example because the asset has its media; the log says why.

    Raises:
        Unavailable: the server cannot do it just now, or cannot be reached.
    """
    uris = uri_list if isinstance(uri_list, UriList) else UriList(uri_list)
    try:
        link = link_of(asset, "import_unmanaged_link")
    except flowhost.Permanent as error:
        log.error("nothing can be imported: %s", error)
        return False
    try:
        client.post(link, uris)
    except HTTPClientError as error:
        log.error("%s cannot be imported to %r: %s", ", ".join(uris), asset, error)
        return False
    return True


def delete_unmanaged_file(unmanaged_file: UnmanagedFile, *, client: VizOne) -> bool:
    """Delete a file from its import storage.

    Args:
        unmanaged_file: the file.
        client: the server.

    Returns:
        Whether it was still there.

    Raises:
        HTTPClientError: the server refuses it.
        Unavailable: the server cannot do it just now, or cannot be reached.
    """
    try:
        client.delete(link_of(unmanaged_file, "delete_link"))
    except NotFound:
        log.info("%r was deleted before", unmanaged_file)
        return False
    return True
