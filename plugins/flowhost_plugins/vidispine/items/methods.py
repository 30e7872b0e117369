"""The face of items: their metadata, and what else is known of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import flowhost
from flowhost_plugins.vidispine.client import BadAnswer, Missing
from flowhost_plugins.vidispine.documents import ExternalId, Item, Metadata, MetadataList
from flowhost_plugins.vidispine.items.reading import CONTENT, item_of, made
from flowhost_plugins.vidispine.metadata.reading import changes_in, tree_of
from flowhost_plugins.vidispine.metadata.tree import Group, with_fields
from flowhost_plugins.vidispine.metadata.writing import difference, whole
from flowhost_plugins.vidispine.opened import Opened

log = logging.getLogger(__name__)

VARIABLES = ("originalFilename", "user")
"""System fields that tags may name; see `flowhost.MediaLibrary.variables`."""

GENERIC = "generic"
"""What holds for the whole item, not for a part of it."""

TRIES = 20
"""How often a change of groups is made again when others change the same item: each loses only to one that was made."""


class ItemMethods(Opened):
    """Items. An item id may be an external id wherever one is asked for."""

    _link: str

    def item(self, item_id: str) -> flowhost.Item | None:
        """See `flowhost.AssetSystem`. One in Portal's recycle bin is found; it has the field ``portal_deleted``."""
        document = self._client.found("item", item_id, query=CONTENT, into=Item)
        self._last_read.remember(item_id, document)
        return None if document is None else item_of(document)

    def create_item(
        self, fields: Mapping[str, Sequence[str]], *, title: str = "", external_id: str | None = None
    ) -> flowhost.Item:
        """See `flowhost.AssetSystem`. The title is kept as the field ``title``.

        When it was made, but the site is away before it is read again, it is told as it was sent: whoever was told of an
        error would make a second one. One that is read, but does not get its external id, is deleted again.
        """
        given = {**({"title": [title]} if title else {}), **fields}
        document = whole(with_fields(Group(), given))
        query = {"container": 1, "externalId": external_id}
        with self._marks.writing() as written:
            new = self._client.post("import", "placeholder", query=query, document=document, into=Item)
            written.made(new.id)
            try:
                read = self._client.get("item", new.id, query=CONTENT, into=Item)
            except (flowhost.Unavailable, flowhost.Retry) as error:
                log.warning("the item %s was made, but cannot be read: %s", new.id, error)
                return made(new.id, Metadata.from_json(document), external_id)
            written.called(new.id, changes_in(read.metadata or Metadata()))
        if external_id and external_id not in read.external_ids:
            self._name(read, external_id)
        return item_of(read)

    def _name(self, item: Item, external_id: str) -> None:
        """Give a new item its external id, as not every release takes one with a placeholder.

        One that does not get it is deleted again: whoever looks for it by that id would make a second one.
        """
        try:
            self._client.put("item", item.id, "external-id", external_id)
        except flowhost.FlowhostError:
            self._undo(item.id, external_id)
            raise
        item.external_id = [ExternalId(external_id=external_id), *item.external_id]

    def _undo(self, item_id: str, external_id: str) -> None:
        try:
            self.delete_item(item_id)
        except flowhost.FlowhostError as error:  # why it has no external id says more than this
            log.warning(
                "the item %s was made, but did not get the external id %s and could not be deleted again: %s",
                item_id,
                external_id,
                error,
            )

    def set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], *, revision: str | None = None
    ) -> flowhost.Item:
        """See `flowhost.AssetSystem`, and `with_fields` for fields within groups.

        Values equal to those there change nothing, and then nothing is sent. Of an item that this thread has just read,
        at the revision the change is made for, it is Vidispine that says whether it is at another one by now.
        """
        known = self._last_read.at(item_id, revision)
        with flowhost.Locked(f"vidispine metadata {item_id}"):
            changed = self._changed(known, fields, revision) if known else None
            return changed or self._set_metadata(item_id, fields, revision)

    def _set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], revision: str | None
    ) -> flowhost.Item:
        grouped = any("/" in name for name in fields)

        @flowhost.retry_on_conflict(TRIES if grouped and revision is None else 1)
        def changed(*, conflict: bool) -> flowhost.Item:  # noqa: ARG001  # it is read again in any case
            before = self._client.get("item", item_id, query=CONTENT, into=Item)
            metadata = before.metadata or Metadata()
            if revision is not None and revision != metadata.revision:
                raise flowhost.Conflict(
                    f"the item {before.id} has the revision {metadata.revision}, expected {revision}"
                )
            made_for = metadata.revision if grouped or revision is not None else None
            return self._changed(before, fields, made_for) or item_of(before)

        return changed()

    def _changed(
        self, before: Item, fields: Mapping[str, Sequence[str]], revision: str | None
    ) -> flowhost.Item | None:
        """Make it what it shall be; None: it is so already, and nothing is sent.

        Raises:
            Conflict: it is not at this revision any more.
        """
        tree = tree_of(before.metadata or Metadata())
        document = difference(tree, with_fields(tree, fields))
        return None if document is None else self._write(before, fields, document, revision)

    def _write(
        self,
        before: Item,
        fields: Mapping[str, Sequence[str]],
        document: Mapping[str, object],
        revision: str | None,
    ) -> flowhost.Item:
        query = {"revision": revision}
        with self._marks.writing(before.id) as written:
            answer = self._client.put(
                "item", before.id, "metadata", query=query, document=document, into=MetadataList
            )
            after = next((one.metadata for one in answer.item if one.metadata), None)
            if after is None:
                raise BadAnswer(f"PUT item/{before.id}/metadata was answered without its metadata")
            written.called(before.id, _new_changes(before.metadata or Metadata(), after, fields))
        return made(before.id, after, next(iter(before.external_ids), None))

    def delete_item(self, item_id: str) -> bool:
        """See `flowhost.AssetSystem`. Its files are deleted with it."""
        try:
            self._client.delete("item", item_id)
        except Missing:
            return False
        return True

    def variables(self, item_id: str) -> Mapping[str, str]:
        """See `flowhost.MediaLibrary`: ``originalFilename`` and ``user``, as far as Vidispine knows them."""
        query = {"field": ",".join(VARIABLES), "interval": GENERIC}
        answer = self._client.get("item", item_id, "metadata", query=query, into=MetadataList)
        held: dict[str, str] = {}
        for one in answer.item:
            for name, values in tree_of(one.metadata or Metadata()).fields.items():
                if name in VARIABLES:
                    held[name] = values[0]
        return held

    def link(self, item_id: str) -> str:
        """See `flowhost.MediaLibrary`: the option ``link`` with the id in it."""
        return self._link.replace("{id}", quote(item_id, safe=""))


def _new_changes(before: Metadata, after: Metadata, fields: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The change sets that one write of these fields made.

    Those of what was only removed stand in the revision alone; others who wrote meanwhile stand there, too, so it is
    looked at only when nothing else tells.
    """
    names = {name.rpartition("/")[2] for name in fields}
    new = changes_in(after, names=names) - changes_in(before)
    if new:
        return new
    revisions = [frozenset((one.revision or "").split(",")) for one in (after, before)]
    return revisions[0] - revisions[1]
