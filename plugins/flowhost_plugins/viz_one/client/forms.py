"""Payloads to begin with, made from the model of a form."""

from __future__ import annotations

import flowhost
from flowhost_plugins.viz_one.client.errors import NotFound
from flowhost_plugins.viz_one.client.library import Library
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.documents import Item, Link, MetadataFormCollection, Model, Payload
from flowhost_plugins.viz_one.documents.link import joined

TITLE = "asset.title"
"""The field of the stock forms that makes an asset's title."""


def empty_payload(client: Library, item: Item, form: str) -> Payload:
    """A payload of a form with everything empty, but for what its model fills in.

    Args:
        client: the server.
        item: says where its forms are.
        form: name of the form; its current revision is used.

    Raises:
        Permanent: the item has no form of this name.
    """
    names = []
    for entry in client.feed(link_of(item, "models_link"), MetadataFormCollection):
        if entry.name == form:
            url = joined(client.settings.start, link_of(entry, "self_link").href)
            return client.model(url).to_payload(url)
        names.append(entry.name)
    there = ", ".join(map(repr, names)) or "none"
    raise flowhost.Permanent(
        f"{item.title or item.id!r} has no form {form!r}{flowhost.nearest(form, names)}; its forms are {there}"
    )


def metadata_at(client: Library, link: Link) -> Payload | None:
    """The metadata at a link as it is just now, with its ETag; None when nobody has described the item yet."""
    try:
        answer = client.get(link)
    except NotFound:
        return None
    return client.read_answer(Payload, answer) if answer.content.strip() else None


def model_of(client: Library, payload: Payload) -> Model | None:
    """The model of a payload; None when it names none."""
    return client.model(payload.model) if payload.model else None


def begun(client: Library, item: Item, old: Payload | None, form: str) -> Payload:
    """A copy of the metadata an item has, or a payload of the form when nobody has described it yet.

    Args:
        client: the server.
        item: says where its forms are.
        old: its metadata, None when it has none.
        form: name of the form; of no meaning for an item that is described already.

    Raises:
        Permanent: the item has no metadata, and no form of this name.
    """
    if old is not None and (not form or old.form == form or not is_undescribed(old)):
        return old.copy()
    if not form:
        raise flowhost.Permanent(f"{item!r} has no metadata yet, so its 'form' must be named")
    new = empty_payload(client, item, form)
    if old is not None:
        new.response_etag = old.response_etag
        if TITLE in new and old.get(TITLE) is not None:
            new.set(TITLE, old.get(TITLE))
    return new


def is_undescribed(payload: Payload) -> bool:
    """Whether no field holds anything; but a server may show the title of an entry as metadata."""
    bare = payload.copy()
    bare.remove(TITLE)
    return bare == Payload(model=payload.model)
