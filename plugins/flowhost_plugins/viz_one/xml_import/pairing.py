"""Brings assets and their media together, whichever comes first, and once.

The store keeps who waits, under the name of the media file: ``{"type": "asset", "link": ...}`` or
``{"type": "media", "link": ...}``, as Flow did. A store cannot compare and set, and two processes may find "nobody
waits" at the same moment and overwrite each other; so an asset is kept under a second key besides, which media never
writes: it ends with ``.xml``. Whoever writes, then looks at what the other one writes: at least one of them sees the
other. If both do, the asset tells that its media is on the way.
"""

from __future__ import annotations

import logging
from typing import Any

import flowhost
from flowhost_plugins.viz_one.client import NotFound, VizOne
from flowhost_plugins.viz_one.documents import Item, UriList
from flowhost_plugins.viz_one.operations import import_unmanaged_file

BUSY = frozenset({"importing", "online", "offline", "deleting", "deleted"})
"""Media statuses of assets that wait for no media, whatever else the entry says."""

log = logging.getLogger(__name__)


def is_xml(name: str) -> bool:
    """Whether a file of this name is read as XML; any other is media."""
    return name.lower().endswith(".xml")


def waits_for_media(asset: Item) -> bool:
    """Whether media may be imported into the asset."""
    return asset.placeholder and asset.mediastatus not in BUSY


class Pairing:
    """Pairs assets with media by the name of the media file.

    Args:
        client: the server.
        store: keeps who waits.
    """

    def __init__(self, client: VizOne, store: flowhost.Store) -> None:
        self._client = client
        self._store = store

    def asset_ready(self, asset_link: str, media: str) -> None:
        """An asset waits for its media: import it if it is there, or else remember the asset.

        Raises:
            Permanent: the server refuses the import; what is remembered stays.
        """
        record = {"type": "asset", "link": asset_link}
        with flowhost.Locked(_lock(media)):
            self._store.put(_second(media), record | self._marked(media, asset_link))
            found = self._store.get(media)
            if not _is(found, "media"):
                self._store.put(media, record)
                found = self._store.get(media)  # another process may have written meanwhile
            if _is(found, "media"):
                self._pair(asset_link, found["link"], media)
            elif self._store.get(_second(media)) is None:
                self._store.delete(media)  # another process has paired it meanwhile
            elif waits_for_media(self._client.read(Item, asset_link)):
                log.info("asset %s waits for its media %r", asset_link, media)
            else:  # what we knew of it was old: it got its media before we wrote that it waits
                self._forget(asset_link, media)

    def asset_occupied(self, asset_link: str, media: str) -> None:
        """An asset has its media: forget that it waited, if we were interrupted before we could."""
        with flowhost.Locked(_lock(media)):
            self._forget(asset_link, media)

    def _forget(self, asset_link: str, media: str) -> None:
        second = self._store.get(_second(media))
        if _is(second, "asset") and second["link"] == asset_link:
            found = self._store.get(media)
            if found in (
                {"type": "asset", "link": asset_link},
                {"type": "media", "link": second.get("file")},
            ):
                self._store.delete(media)
            self._store.delete(_second(media))

    def media_arrived(self, media: str, file_link: str) -> None:
        """A media file is there: import it if an asset waits for it, or else remember the file.

        Raises:
            Permanent: the server refuses the import, or the asset has its media; what is remembered stays.
        """
        record = {"type": "media", "link": file_link}
        with flowhost.Locked(_lock(media)):
            waiting = self._store.get(media)
            if not _is(waiting, "asset"):
                if waiting != record:  # also when the file was replaced: the old link leads nowhere
                    self._store.put(media, record)
                waiting = self._store.get(_second(media))  # see the top of this file
            if _is(waiting, "asset"):
                self._pair(waiting["link"], file_link, media)
            else:
                log.info("media %r waits for its XML", media)

    def _pair(self, asset_link: str, file_link: str, media: str) -> None:
        try:
            asset = self._client.read(Item, asset_link)
        except NotFound:
            log.warning(
                "asset %s, which waited for %r, is gone; the media waits for another", asset_link, media
            )
            self._store.put(media, {"type": "media", "link": file_link})
            self._store.delete(_second(media))
            return
        if waits_for_media(asset):
            if not self._import(asset, asset_link, file_link, media):
                return
        elif self._still_waits(media, asset_link) and not self._was_imported(media, asset_link, file_link):
            raise flowhost.Permanent(
                f"the media {media!r} cannot be imported: asset {asset.id} ({asset.title!r}), which it belongs to, has "
                f"its media already (its media status is {asset.mediastatus!r}); import it by hand, or give it "
                "another name and an XML of its own"
            )
        self._store.delete(media)
        self._store.delete(_second(media))

    def _import(self, asset: Item, asset_link: str, file_link: str, media: str) -> bool:
        """Start the import; return False when the file is gone, so that the asset goes on waiting."""
        # by this mark we know our own import again when we are interrupted before the records are deleted
        self._store.put(_second(media), {"type": "asset", "link": asset_link, "file": file_link})
        if import_unmanaged_file(asset, UriList([file_link]), client=self._client):
            log.info("media %r is being imported into asset %s", media, asset.id)
        elif waits_for_media(self._client.read(Item, asset_link)):
            if self._is_gone(file_link):
                if self._store.get(media) == {"type": "media", "link": file_link}:
                    self._store.put(media, {"type": "asset", "link": asset_link})
                log.warning(
                    "media %r (%s) is gone; asset %s waits for it to come again", media, file_link, asset.id
                )
                return False
            raise flowhost.Permanent(
                f"Viz One refuses to import {media!r} ({file_link}) into asset {asset.id} ({asset.title!r}); the log "
                "says why; requeue this letter when the cause is gone"
            )
        else:
            log.info("media %r was imported into asset %s by somebody else meanwhile", media, asset.id)
        return True

    def _is_gone(self, file_link: str) -> bool:
        try:
            self._client.get(file_link)
        except NotFound:
            return True
        return False

    def _marked(self, media: str, asset_link: str) -> dict[str, str]:
        """The mark of an import into this asset that was begun before."""
        second = self._store.get(_second(media))
        mine = _is(second, "asset") and second["link"] == asset_link and "file" in second
        return {"file": second["file"]} if mine else {}

    def _still_waits(self, media: str, asset_link: str) -> bool:
        """Whether the asset is kept yet; if not, another process has paired it a moment ago."""
        kept = (self._store.get(media), self._store.get(_second(media)))
        return any(_is(record, "asset") and record["link"] == asset_link for record in kept)

    def _was_imported(self, media: str, asset_link: str, file_link: str) -> bool:
        second = self._store.get(_second(media))
        return _is(second, "asset") and (second["link"], second.get("file")) == (asset_link, file_link)


def _lock(media: str) -> str:
    return f"xml-import media {media}"


def _second(media: str) -> str:
    """The key that only assets are kept under."""
    return f"{media}.asset.xml"


def _is(record: Any, kind: str) -> bool:
    return isinstance(record, dict) and record.get("type") == kind and isinstance(record.get("link"), str)
