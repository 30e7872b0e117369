"""Telling changes of the catalogue to those who listen at monitor links."""

from __future__ import annotations

import threading
from datetime import datetime

from lxml import etree

from flowhost_devserver.viz_one.answers import tag, xml
from flowhost_devserver.viz_one.asset_entries import asset_entry, asset_url, deleted_asset_entry
from flowhost_devserver.viz_one.asset_payloads import payload_of
from flowhost_devserver.viz_one.assets import TOPIC
from flowhost_devserver.viz_one.atom import tombstone
from flowhost_devserver.viz_one.broker import Sender
from flowhost_devserver.viz_one.locations import file_feed, locations, topic_of
from flowhost_devserver.viz_one.numbers import number_of, urn
from flowhost_devserver.viz_one.site import Site
from flowhost_devserver.viz_one.vocabulary import ENTRY_TYPE, FEED_TYPE, TOMBSTONE_TYPE
from flowhost_plugins.catalogue import Change, File, NotFound, Storage

_ITEM_KINDS = ("item", "metadata", "access", "shape", "job")


class Notifier:
    """Listens to the catalogue and sends what changed: asset entries, and feeds of unmanaged files.

    Called by one thread, in the order of the changes. An asset that looks as it did when it was last told is not
    told again, so that one change to a client is one notification, however many steps the catalogue took.

    Args:
        site: the server.
        sender: where notifications go.
    """

    def __init__(self, site: Site, sender: Sender) -> None:
        self._site, self._sender = site, sender
        self._told: dict[str, tuple[str, str]] = {}  # item → tag and title
        self._homes: dict[str, str] = {}  # unmanaged file → id of its storage
        self._seen = site.catalogue.last_change()
        self._progress = threading.Condition()

    def know_files(self) -> None:
        """Note where each unmanaged file lies, to be able to tell when it goes."""
        for location in locations(self._site):
            cursor = None
            while True:
                page = self._site.catalogue.files(
                    storage=location, unmanaged=True, cursor=cursor, number=1000
                )
                self._homes.update((file.id, location.id) for file in page.files)
                cursor = page.cursor
                if cursor is None:
                    break

    def __call__(self, change: Change) -> None:
        """Tell one change."""
        try:
            self._tell(change)
        finally:
            with self._progress:
                self._seen = change.sequence
                self._progress.notify_all()

    def wait(self, sequence: int, seconds: float) -> bool:
        """Wait until every change up to this one was told; return whether that is so."""
        with self._progress:
            return self._progress.wait_for(lambda: self._seen >= sequence, seconds)

    def _tell(self, change: Change) -> None:
        if change.kind == "file":
            self._tell_file(change)
        elif change.kind in _ITEM_KINDS and change.item:
            self._tell_asset(change.item, change)

    def _tell_asset(self, item: str, change: Change) -> None:
        if change.kind == "item" and change.action == "DELETE":
            self._tell_deletion(item, change.time)
            return
        try:
            record = self._site.catalogue.record(item)
        except NotFound:  # deleted meanwhile: a later change tells it
            return
        body = xml(asset_entry(self._site, record))
        state = tag(body + xml(payload_of(self._site, record)))
        if self._told.get(item, ("", ""))[0] != state:
            self._told[item] = state, record.title
            self._send(TOPIC, body, ENTRY_TYPE, self._asset_headers(item))

    def _tell_deletion(self, item: str, when: datetime) -> None:
        title = self._told.pop(item, ("", ""))[1]
        headers = self._asset_headers(item)
        if self._site.deletions == "empty":
            self._send(TOPIC, b"", ENTRY_TYPE, headers)
        elif self._site.deletions == "tombstone":
            body = xml(tombstone(urn("asset", number_of(item)), when))
            self._send(TOPIC, body, TOMBSTONE_TYPE, headers)
        else:
            body = xml(deleted_asset_entry(self._site, item, title, when))
            self._send(TOPIC, body, ENTRY_TYPE, headers)

    def _asset_headers(self, item: str) -> dict[str, str]:
        number = number_of(item)
        return {"identity": urn("asset", number), "location": asset_url(self._site, number)}

    def _tell_file(self, change: Change) -> None:
        if change.action == "DELETE":
            location = self._location(self._homes.pop(change.id, ""))
            gone = tombstone(urn("unmanagedfile", number_of(change.id)), change.time)
            if location:
                self._tell_feed(location, change, [], gone)
            return
        try:
            file = self._site.catalogue.file(change.id)
        except NotFound:  # deleted meanwhile: a later change tells it
            return
        location = self._location(file.storage)
        if location and file.item is None:
            self._homes[file.id] = file.storage
            self._tell_feed(location, change, [file])

    def _tell_feed(self, location: Storage, change: Change, files: list[File], *more: etree._Element) -> None:
        body = xml(file_feed(self._site, location, files, change.time, *more))
        identity = urn("unmanagedfile", number_of(change.id))
        self._send(topic_of(location), body, FEED_TYPE, {"identity": identity})

    def _location(self, storage: str) -> Storage | None:
        return next((each for each in locations(self._site) if each.id == storage), None)

    def _send(self, topic: str, body: bytes, media_type: str, headers: dict[str, str]) -> None:
        self._sender.send(topic, body, {"content-type": media_type, **headers})
