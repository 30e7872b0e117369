"""The tables of search: what is derived from each item's metadata to find it, and saved searches.

They change in the transaction that changes the item. What full text needs differs between the engines, see
`search.full_text`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from flowhost_plugins.catalogue.database.schema import Number, items, metadata, shape_tags

BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte, as SQLite does anyway."""

search_fields = Table(
    "catalogue_search_fields",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("path", Text, nullable=False),  # as in `flowhost.Item.fields`
    Column("path_key", Text, nullable=False, unique=True),  # see `text.index_key`
)

search_values = Table(
    "catalogue_search_values",
    metadata,
    Column("item", Number, ForeignKey("catalogue_items.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),  # among the values of the item
    Column("field", Number, nullable=False),
    Column("key", BYTEWISE, nullable=False),  # see `query.values`
    Column("first", Boolean, nullable=False),  # of the field's values in this item
    Column("words", Text, nullable=False),
    sqlite_with_rowid=False,  # the values of an item lie side by side
)
Index(
    "catalogue_search_values_key",
    search_values.c.field,
    search_values.c.key,
    search_values.c.item,
    search_values.c.first,
)

Index("catalogue_items_created", items.c.created, items.c.number)
Index("catalogue_items_updated", items.c.updated, items.c.number)
Index("catalogue_items_media_type", items.c.media_type, items.c.number)
Index("catalogue_shape_tags_tag", shape_tags.c.tag)

saved_searches = Table(
    "catalogue_saved_searches",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("sort", Text, nullable=False),  # JSON
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
