"""Items: making, reading and changing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

import flowhost
from flowhost_plugins.catalogue.access import entries as access_entries
from flowhost_plugins.catalogue.database.ids import checked_number, cursor_number
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import documents, external_ids, items
from flowhost_plugins.catalogue.database.schema_lifecycle import archived
from flowhost_plugins.catalogue.database.text import is_storable, storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.index import indexing
from flowhost_plugins.catalogue.metadata import external
from flowhost_plugins.catalogue.metadata.tree import (
    Tree,
    changed_fields,
    checked_fields,
    checked_groups,
    dumped,
    flat,
    loaded,
    with_fields,
    with_groups,
)
from flowhost_plugins.catalogue.records import ArchiveStatus, CatalogueItem, Group, NotFound
from flowhost_plugins.catalogue.shapes import shapes
from flowhost_plugins.catalogue.shapes.components import ORIGINAL_NAME, SIGNIFICANT

AT_ONCE = 500
"""Items in one statement; databases bound the parameters of one."""


class Items:
    """The items of a catalogue. See `items.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def plain(self, item_id: str) -> flowhost.Item | None:
        """The item as a `flowhost.Item`."""
        try:
            return self._transactions.read(lambda connection: self._plain(connection, item_id))
        except NotFound:
            return None

    def _plain(self, connection: Connection, item_id: str) -> flowhost.Item:
        number = item_number(connection, self._site, item_id)
        return self._item(connection.execute(_WHOLE.where(items.c.number == number)).one())

    def _item(self, row: Row[tuple[object, ...]]) -> flowhost.Item:
        return flowhost.Item(
            self._site.id(row.number),
            row.title,
            row.media_type,
            flat(loaded(row.tree)),
            str(row.revision),
            row.external_id,
            moment(row.created),
            moment(row.updated),
        )

    def record(self, item_id: str) -> CatalogueItem:
        """The item, whole."""
        return self._transactions.read(
            lambda connection: self._record(connection, item_number(connection, self._site, item_id))
        )

    def _record(self, connection: Connection, number: int) -> CatalogueItem:
        row = connection.execute(_WHOLE.where(items.c.number == number)).one()
        tree = loaded(row.tree)
        return CatalogueItem(
            self._site.id(number),
            str(row.revision),
            moment(row.created),
            moment(row.updated),
            row.title,
            row.media_type,
            tree.fields,
            tree.groups,
            access_entries.read(connection, self._site, number),
            shapes.read(connection, self._site, number),
            external.read(connection, number),
            None if row.trashed is None else moment(row.trashed),
            None if row.purge_at is None else moment(row.purge_at),
            archive_status(connection, number),
            row.creator,
        )

    def variables(self, item_id: str) -> dict[str, str]:
        """What is known of an item besides its metadata."""
        record = self.record(item_id)
        original = [one for one in record.shapes if SIGNIFICANT in one.tags]
        kept = record.fields.get(ORIGINAL_NAME, ()) or tuple(
            file.name for shape in original for file in shape.files
        )
        found = {ORIGINAL_NAME: kept[0] if kept else "", "user": record.user}
        return {name: value for name, value in found.items() if value}

    def page(self, cursor: str | None, number: int, *, trashed: bool) -> flowhost.Page:
        """Some of the items, the oldest first."""
        number, last = checked_number(number), cursor_number(cursor)
        wanted = _in_use(_WHOLE, trashed=trashed).where(items.c.number > last).order_by(items.c.number)
        rows = self._transactions.read(lambda connection: connection.execute(wanted.limit(number + 1)).all())
        shown = rows[:number]
        return flowhost.Page(
            tuple(self._item(row) for row in shown), str(shown[-1].number) if len(rows) > number else None
        )

    def those(self, connection: Connection, numbers: Sequence[int]) -> list[flowhost.Item]:
        """The items with these numbers, in this order."""
        found: dict[int, flowhost.Item] = {}
        for start in range(0, len(numbers), AT_ONCE):
            wanted = _WHOLE.where(items.c.number.in_(numbers[start : start + AT_ONCE]))
            found.update({row.number: self._item(row) for row in connection.execute(wanted)})
        return [found[number] for number in numbers]

    def count(self, *, trashed: bool) -> int:
        """How many items there are."""
        wanted = _in_use(select(func.count()).select_from(items), trashed=trashed)
        return int(self._transactions.read(lambda connection: connection.execute(wanted).scalar_one()))

    def create(
        self,
        fields: Mapping[str, Sequence[str]],
        *,
        title: str,
        external_id: str | None,
        groups: tuple[Group, ...],
        access: tuple[flowhost.AccessEntry, ...],
        user: str,
    ) -> flowhost.Item:
        """Make a placeholder."""
        if not is_storable(user):
            raise flowhost.Permanent(f"the user is {user!r}, which holds a NUL or half a character")
        tree = with_fields(
            Tree({}, checked_groups(groups)), {**fields, **({"title": [title]} if title else {})}
        )

        def work(transaction: Transaction) -> flowhost.Item:
            made = {"revision": 1, "created": transaction.now, "updated": transaction.now}
            result = transaction.connection.execute(
                insert(items).values(**made, title=storable(tree.title), media_type="", creator=user)
            )
            assert result.inserted_primary_key, "an INSERT of one row has its key"
            number = result.inserted_primary_key[0]
            transaction.note("item", "CREATE", number, item=number, fields=tuple(flat(tree)))
            if external_id is not None:
                external.add(transaction, number, external_id)
            access_entries.write(transaction, number, access, "")
            transaction.connection.execute(insert(documents).values(item=number, tree=dumped(tree)))
            indexing.write(transaction.connection, number, tree, new=True)
            return self._plain(transaction.connection, self._site.id(number))

        return self._transactions.write(work)

    def set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], *, revision: str | None
    ) -> flowhost.Item:
        """Set fields."""

        def work(transaction: Transaction) -> flowhost.Item:
            self._edit(transaction, item_id, revision, lambda tree: with_fields(tree, fields))
            return self._plain(transaction.connection, item_id)

        return self._transactions.write(work)

    def set_groups(
        self, item_id: str, name: str, groups: tuple[Group, ...], *, revision: str | None
    ) -> CatalogueItem:
        """Set the instances of a group."""

        def work(transaction: Transaction) -> CatalogueItem:
            number = self._edit(transaction, item_id, revision, lambda tree: with_groups(tree, name, groups))
            return self._record(transaction.connection, number)

        return self._transactions.write(work)

    def update(
        self,
        item_id: str,
        *,
        revision: str | None,
        title: str | None,
        media_type: str | None,
        fields: Mapping[str, Sequence[str]] | None,
        groups: tuple[Group, ...] | None,
        access: tuple[flowhost.AccessEntry, ...] | None,
        external_ids: tuple[str, ...] | None,
    ) -> CatalogueItem:
        """Change several things at once."""

        def edited(tree: Tree) -> Tree:
            if fields is not None:
                tree = Tree(checked_fields(fields), tree.groups)
            if groups is not None:
                tree = Tree(tree.fields, checked_groups(groups))
            return tree if title is None else with_fields(tree, {"title": [title] if title else []})

        def besides(transaction: Transaction, number: int) -> bool:
            changed = media_type is not None and _set_media_type(transaction, number, media_type)
            if external_ids is not None and external.replace(transaction, number, external_ids):
                changed = True
            if changed:
                transaction.note("item", "MODIFY", number, item=number)
            if access is not None and access_entries.write(transaction, number, access, ""):
                changed = True
            return changed

        def work(transaction: Transaction) -> CatalogueItem:
            number = self._edit(transaction, item_id, revision, edited, besides)
            return self._record(transaction.connection, number)

        return self._transactions.write(work)

    def fill(self, transaction: Transaction, number: int, fields: Mapping[str, Sequence[str]]) -> None:
        """Set fields within somebody else's transaction; the revision grows whether or not they change."""
        item_id = self._site.id(number)
        self._edit(transaction, item_id, None, lambda tree: with_fields(tree, fields), lambda *_: True)

    def _edit(
        self,
        transaction: Transaction,
        item_id: str,
        revision: str | None,
        edited: Callable[[Tree], Tree],
        besides: Callable[[Transaction, int], bool] = lambda _transaction, _number: False,
    ) -> int:
        """Change an item's tree, and what `besides` changes; the revision grows if anything did."""
        connection = transaction.connection
        number = item_number(connection, self._site, item_id)
        raise_revision(transaction, items, number, revision, by_one=False)
        document = connection.execute(select(documents.c.tree).where(documents.c.item == number)).scalar_one()
        before = loaded(document)
        after = edited(before)
        changed = after != before
        if changed:
            transaction.note("metadata", "MODIFY", number, item=number, fields=changed_fields(before, after))
        others = besides(transaction, number)
        if changed or others:
            raise_revision(transaction, items, number, None)
            connection.execute(
                update(items).where(items.c.number == number).values(title=storable(after.title))
            )
            connection.execute(update(documents).where(documents.c.item == number).values(tree=dumped(after)))
            indexing.write(connection, number, after)
        return number


_WHOLE = select(
    items,
    documents.c.tree,
    select(external_ids.c.external_id)
    .where(external_ids.c.item == items.c.number)
    .order_by(external_ids.c.number)
    .limit(1)
    .scalar_subquery()
    .label("external_id"),
).join_from(items, documents)


def _in_use(wanted: Select[Any], *, trashed: bool) -> Select[Any]:
    return wanted if trashed else wanted.where(items.c.trashed.is_(None))


def archive_status(connection: Connection, item: int) -> ArchiveStatus:
    """Whether an item is in the archive."""
    wanted = select(archived.c.status).where(archived.c.item == item)
    seen = set(connection.execute(wanted).scalars())
    if not seen:
        return ""
    return "ARCHIVED" if "ARCHIVED" in seen else "RESTORED"


def _set_media_type(transaction: Transaction, number: int, media_type: str) -> bool:
    result = transaction.connection.execute(
        update(items)
        .where(items.c.number == number, items.c.media_type != media_type)
        .values(media_type=media_type)
    )
    return result.rowcount > 0
