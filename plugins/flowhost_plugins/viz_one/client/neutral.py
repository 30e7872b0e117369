"""Assets of Viz One as the role `flowhost.AssetSystem` has them: items with metadata and access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import flowhost
from flowhost_plugins.viz_one.client.errors import HTTPConflict, NotFound
from flowhost_plugins.viz_one.client.forms import TITLE, begun, metadata_at, model_of
from flowhost_plugins.viz_one.client.library import ASSETS, Library
from flowhost_plugins.viz_one.client.links import link_of
from flowhost_plugins.viz_one.client.neutral_fields import fields_of, revision_of, set_fields
from flowhost_plugins.viz_one.client.paging import next_page, with_start
from flowhost_plugins.viz_one.documents import Acl, AclEntry, Item, ItemCollection, Payload
from flowhost_plugins.viz_one.documents.link import joined

GONE = frozenset({"deleted", "deleting"})
"""Media statuses of an asset that is deleted, though its entry may be seen for a while."""

TRIES = 3
"""How often a change without a revision is tried when others change the asset meanwhile."""


def item(client: Library, item_id: str) -> flowhost.Item | None:
    """See `VizOne.item`."""
    asset = _asset(client, item_id)
    return None if asset is None else _neutral(client, asset)


def page(client: Library, text: str, cursor: str | None, number: int) -> flowhost.Page:
    """See `VizOne.items`."""
    if number < 1:
        raise ValueError(f"number is {number}, expected 1 or more")
    url = joined(client.settings.start, cursor) if cursor else client.search_url(text, count=number)
    feed = client.read(ItemCollection, url, inline=("describedby",))
    found, following = feed.entries, next_page(feed, url)
    if len(found) > number:  # the server's pages are larger than what was asked for
        found, following = found[:number], with_start(url, (feed.start_index or 1) + number)
    items = tuple(_neutral(client, asset) for asset in found if asset.mediastatus not in GONE)
    return flowhost.Page(items, following)


def create(
    client: Library, fields: Mapping[str, Sequence[str]], title: str, external_id: str | None
) -> flowhost.Item:
    """See `VizOne.create_item`."""
    if external_id is not None and _asset(client, external_id) is not None:
        raise flowhost.Conflict(f"there is an asset with the site identity {external_id!r}")
    wanted = Item()
    wanted.title = title or "".join(fields.get(TITLE, ())[:1]) or external_id or "Untitled"
    if external_id is not None:
        wanted.identifier = external_id
    answer = client.post(client.service.collection(ASSETS).endpoint, wanted)
    made = client.read_answer(Item, answer)
    try:
        _describe(client, made, fields, title)
    except flowhost.Permanent:
        client.delete(link_of(made, "edit_link"))  # half of an item is worse than none
        raise
    return _neutral(client, client.asset(made.id))


def _describe(client: Library, made: Item, fields: Mapping[str, Sequence[str]], title: str) -> None:
    """Give a new asset its metadata."""
    if not fields and not title:
        return
    link = link_of(made, "describedby_link")
    for attempt in range(1, TRIES + 1):
        old = metadata_at(client, link)
        new = begun(client, made, old, client.settings.form)
        model = model_of(client, new)
        if title and TITLE not in fields and model is not None and any(f.name == TITLE for f in model.fields):
            fields = {TITLE: (title,), **fields}
        set_fields(new, fields, model)
        try:
            if new != old:
                client.save(new, link)
            return
        except HTTPConflict:  # with ourselves, when the answer was lost and the PUT was sent again
            if attempt == TRIES:
                raise


def set_metadata(
    client: Library, item_id: str, fields: Mapping[str, Sequence[str]], revision: str | None
) -> flowhost.Item:
    """See `VizOne.set_metadata`."""
    asset = existing(client, item_id)
    link = link_of(asset, "describedby_link")
    for attempt in range(1, TRIES + 1):
        old = metadata_at(client, link)
        if revision is not None and revision != revision_of(old):
            raise flowhost.Conflict(
                f"the metadata of {item_id!r} is not in the state {revision} any more but in {revision_of(old)}"
            )
        new = begun(client, asset, old, client.settings.form)
        set_fields(new, fields, model_of(client, new))
        try:
            if new != old:
                client.save(new, link)
            break
        except HTTPConflict:
            if revision is not None or attempt == TRIES:
                raise
    return _neutral(client, existing(client, item_id))


def delete(client: Library, item_id: str) -> bool:
    """See `VizOne.delete_item`."""
    asset = _asset(client, item_id)
    if asset is None:
        return False
    try:
        client.delete(link_of(asset, "edit_link"))
    except NotFound:
        return False
    return True


def access(client: Library, item_id: str) -> tuple[flowhost.AccessEntry, ...]:
    """See `VizOne.access`."""
    return tuple(
        flowhost.AccessEntry(entry.name, "group", _permission(entry))
        for entry in existing(client, item_id).acl.groupentries
    )


def _permission(entry: AclEntry) -> flowhost.Permission:
    if entry.admin:
        return "ALL"
    if entry.write:
        return "WRITE"
    return "READ" if entry.read else "NONE"


def set_access(client: Library, item_id: str, entries: Sequence[flowhost.AccessEntry]) -> None:
    """See `VizOne.set_access`."""
    strongest = _strongest(entries)

    @flowhost.retry_on_conflict(max_retries=TRIES)
    def write(*, conflict: bool) -> None:  # noqa: ARG001  # the asset is fetched for each try
        asset = existing(client, item_id, inline=False)  # what is not sent cannot overwrite what is there
        asset.acl = Acl(map(_rights, strongest))
        asset.mediaacl = Acl(map(_rights, strongest))
        client.save(asset, link_of(asset, "edit_link"))

    write()


def _strongest(entries: Sequence[flowhost.AccessEntry]) -> list[flowhost.AccessEntry]:
    """Of several entries for one group the one with the highest priority."""
    chosen: dict[str, flowhost.AccessEntry] = {}
    for entry in entries:
        if entry.kind != "group":
            raise flowhost.Permanent(
                f"{entry.grantee!r} is a user; Viz One gives rights on assets to groups only, so name a group"
            )
        best = chosen.get(entry.grantee)
        if best is None or entry.priority > best.priority:
            chosen[entry.grantee] = entry
    return list(chosen.values())


def _rights(entry: flowhost.AccessEntry) -> AclEntry:
    level = ("NONE", "READ", "WRITE", "ALL").index(entry.permission)
    return AclEntry(entry.grantee, read=level >= 1, write=level >= 2, admin=level >= 3)


def _asset(client: Library, item_id: str, *, inline: bool = True) -> Item | None:
    """The asset, None when there is none or it is deleted."""
    try:
        asset = client.asset(item_id, inline=inline)
    except NotFound:
        return None
    return None if asset.mediastatus in GONE else asset


def existing(client: Library, item_id: str, *, inline: bool = True) -> Item:
    """The asset.

    Args:
        client: the server.
        item_id: see `Library.asset`.
        inline: whether its metadata is to come with it.

    Raises:
        Permanent: there is none, or it is deleted.
    """
    asset = _asset(client, item_id, inline=inline)
    if asset is None:
        raise flowhost.Permanent(f"{client.settings.host} has no asset {item_id!r}")
    return asset


def _neutral(client: Library, asset: Item) -> flowhost.Item:
    payload = _metadata(client, asset)
    return flowhost.Item(
        asset.id,
        title=asset.title,
        media_type="" if asset.placeholder else _media_type(asset),
        fields=fields_of(payload),
        revision=revision_of(payload),
        external_id=asset.identifier or None,
        created=asset.published,
        updated=asset.updated,
    )


def _metadata(client: Library, asset: Item) -> Payload | None:
    """The metadata that came with the asset, or else fetched."""
    if asset.metadata is not None:
        return asset.metadata
    link = asset.link("describedby")
    return metadata_at(client, link) if link is not None else None


def _media_type(asset: Item) -> str:
    """The kind of media of an asset that has some."""
    kind = asset.assetmediatype or (asset.content.type or "").partition("/")[0]
    return kind or "unknown"
