"""An asset with a given id: made when there is none, its metadata updated when there is one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import flowhost
from flowhost_plugins.viz_one.client import HTTPConflict, NotFound, VizOne
from flowhost_plugins.viz_one.client.forms import TITLE, begun, metadata_at
from flowhost_plugins.viz_one.client.library import ASSETS
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.documents import Acl, AtomCategory, Item, MetadataFormCollection, Payload

TRIES = 3
"""How often metadata is written when others change it meanwhile."""

FORM = "form"
"""Key of a dict of metadata that names the form; no field is called so."""

log = logging.getLogger(__name__)


def create_or_update_asset(
    id: str | None = None,  # noqa: A002  # the name integrations use
    metadata: Payload | Mapping[str, Any] | None = None,
    acl: Acl | None = None,
    mediaacl: Acl | None = None,
    tags: Mapping[str, str] | None = None,
    materialtype: str | None = None,
    category: str | None = None,
    rightscode: str | None = None,
    *,
    client: VizOne,
) -> Item:
    """Make an asset with this id, or update the metadata of the one there is.

    Metadata is written only when it differs from what is there. All arguments but `id` and `metadata` count when the
    asset is made.

    Args:
        id: id or site identity of the asset; None makes a new one.
        metadata: a payload that replaces what is there; or field → value, which sets these fields, with the name of
            the form under ``form`` for an asset without metadata. It is not changed.
        acl: who may do what with the asset.
        mediaacl: who may do what with its media.
        tags: scheme → term of further categories.
        materialtype: category of that name.
        category: category of that name.
        rightscode: category of that name.
        client: the server.

    Returns:
        The asset, with its metadata in ``describedby_link.metadata``.

    Raises:
        HTTPConflict: others changed the metadata during each of three tries.
        HTTPClientError: the server refuses the asset or its metadata.
        Permanent: there is no form of this name. Nothing is made then, if the server's collection of assets has a link
            ``models``; else this shows only in the asset.
        Unavailable: the server cannot do it just now, or cannot be reached.
    """
    item = _found(id, client)
    if item is None:
        _check_form(metadata, client)
        wanted = _new_item(id, acl, mediaacl, tags, title=_title(metadata) or id or "")
        wanted.materialtype = materialtype or ""
        wanted.category = category or ""
        wanted.rightscode = rightscode or ""
        item = _made(wanted, client)
    if metadata is not None:
        _describe(item, metadata, client)
    return item


def _found(id: str | None, client: VizOne) -> Item | None:  # noqa: A002  # as above
    if not id:
        return None
    try:
        return client.asset(id)
    except NotFound:
        return None


def _check_form(metadata: Payload | Mapping[str, Any] | None, client: VizOne) -> None:
    """Find out whether the form is there before an asset is made that would stay empty, if the server says so."""
    models = client.service.collection(ASSETS).link("models")
    if models is None or isinstance(metadata, Payload) or not (metadata and metadata.get(FORM)):
        return
    form = str(metadata[FORM])
    names = [entry.name for entry in client.feed(models, MetadataFormCollection)]
    if names and form not in names:
        there = ", ".join(map(repr, names))
        raise flowhost.Permanent(
            f"assets have no form {form!r}{flowhost.nearest(form, names)}; their forms are {there}"
        )


def _title(metadata: Payload | Mapping[str, Any] | None) -> str:
    title = metadata.get(TITLE) if metadata is not None else None
    return title if isinstance(title, str) else ""


def _new_item(
    id: str | None,  # noqa: A002  # as above
    acl: Acl | None,
    mediaacl: Acl | None,
    tags: Mapping[str, str] | None,
    *,
    title: str,
) -> Item:
    item = Item()
    item.title = title
    if id:
        item.identifier = id
    if acl is not None:
        item.acl = acl
    if mediaacl is not None:
        item.mediaacl = mediaacl
    item.categories = [AtomCategory(scheme, term) for scheme, term in sorted((tags or {}).items())]
    return item


def _made(wanted: Item, client: VizOne) -> Item:
    try:
        answer = client.post(
            client.service.collection(ASSETS).endpoint, wanted, headers={"X-Inline": "describedby"}
        )
    except HTTPConflict:
        # another thread or host has made it since we looked
        item = _found(wanted.identifier, client)
        if item is None:
            raise
        return item
    return client.read_answer(Item, answer)


def _describe(item: Item, metadata: Payload | Mapping[str, Any], client: VizOne) -> None:
    """Let the metadata of the asset be this, if it is not already."""
    known = item.metadata
    if known is not None and _wanted(item, known, metadata, client) == known:
        return
    link = link_of(item, "describedby_link")

    @flowhost.retry_on_conflict(max_retries=TRIES)
    def write(*, conflict: bool) -> Payload:
        if conflict:
            log.info("the metadata of %r was changed by somebody else; doing it again", item)
        old = metadata_at(client, link)  # what came within the asset has no ETag of its own
        new = _wanted(item, old, metadata, client)
        if old is None or new != old:
            new.response_etag = old.response_etag if old is not None else None
            client.save(new, link)
        return new

    link.metadata = write()


def _wanted(
    item: Item, old: Payload | None, metadata: Payload | Mapping[str, Any], client: VizOne
) -> Payload:
    """The metadata as it is to be: the old one stays as it is."""
    if isinstance(metadata, Payload):
        new = metadata.copy()
        if not new.model and old is not None:
            new.model = old.model
        return new
    new = begun(client, item, old, str(metadata.get(FORM) or ""))
    for name, value in metadata.items():
        if name != FORM:
            new.set(name, value)
    return new
