"""What a thing of Viz One is at one moment, and the event that tells of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import flowhost
from flowhost.http_client import shown
from flowhost_plugins.viz_one.documents import DocumentError, Entry, Item, Tombstone, UnmanagedFile, trees

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True, slots=True)
class State:
    """A thing as a message or a page of a feed has it.

    Args:
        id: names this state of this thing, however it was learnt of.
        type: type of its event.
        key: key of its event.
        title: subject of its event.
        updated: when the thing last changed, by the server's clock; None when it does not tell.
        entry: the Atom entry, or its bytes where they came alone.
        deleted: whether the thing is gone.
    """

    id: str
    type: str
    key: str
    title: str
    updated: datetime | None
    entry: Entry | bytes
    deleted: bool = False

    def event(self, source: str, event_id: str, now: datetime) -> flowhost.Event:
        """The event of this state.

        Args:
            source: where the things are.
            event_id: its identity.
            now: its time, where the thing does not tell.
        """
        return flowhost.Event(
            type=self.type,
            data=self.entry if isinstance(self.entry, bytes) else _alone(self.entry),
            source=source,
            subject=self.title,
            id=event_id,
            key=self.key,
            time=self.updated or now,
        )


def digest(text: bytes | str) -> str:
    """A short name for a long text: 16 characters that no other text of one daemon's life has."""
    data = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def asset_state(item: Item, body: bytes | None = None) -> State:
    """The state of an asset.

    Args:
        item: its entry.
        body: the bytes of the entry, where it came alone.
    """
    atom_id = item.atom_id or item.id or digest(trees.canonical(item.element))
    deleted = item.mediastatus == "deleted"  # some servers tell of a deletion by an entry like any other
    return State(
        id=f"{atom_id} deleted {_moment(item)}" if deleted else f"{atom_id} {_moment(item)}",
        type="asset.deleted" if deleted else "asset.changed",
        key=atom_id,
        title=item.title,
        updated=_updated(item),
        entry=body or item,
    )


def deleted_asset_state(tombstone: Tombstone) -> State:
    """What is left of an asset: an entry with its id whose media status is ``deleted``."""
    item = Item()
    item.atom_id, item.title, item.mediastatus = tombstone.ref, "", "deleted"
    when = _utc(tombstone.when)
    if when is not None:
        item.updated = when
    return State(
        id=f"{tombstone.ref} deleted" + (f" {when.isoformat()}" if when else ""),
        type="asset.deleted",
        key=tombstone.ref,
        title="",
        updated=when,
        entry=item,
        deleted=True,
    )


def file_state(file: UnmanagedFile, body: bytes | None = None) -> State:
    """The state of an unmanaged file; see `asset_state`."""
    link = file.link("self")
    atom_id = file.atom_id or (link.href if link else file.title)
    return State(
        id=f"{atom_id} {file.size} {_moment(file)}",
        type="file.changed",
        key=file.title,
        title=file.title,
        updated=_updated(file),
        entry=body or file,
    )


def _moment(entry: Entry) -> str:
    """When the entry last changed, written in one way for all; what it says, when it tells no time."""
    updated = _updated(entry)
    return updated.isoformat() if updated else digest(trees.canonical(entry.element))


def _updated(entry: Entry) -> datetime | None:
    try:
        return _utc(entry.updated)
    except DocumentError:  # what is no time must not keep a sweep from the other entries
        return None


def _utc(moment: datetime | None) -> datetime | None:
    try:
        return moment.astimezone(UTC) if moment else None
    except OverflowError:  # before the year 1 there, or after 9999: no time either
        return None


def _alone(entry: Entry) -> bytes:
    """The entry in bytes, with the address that its relative links start from, as its feed has it."""
    base = entry.element.base
    if not base:
        return entry.generate()
    copy = entry.copy()
    trees.put_attribute(copy.element, XML_BASE, shown(base))  # events are kept and shown: no password in them
    return copy.generate()
