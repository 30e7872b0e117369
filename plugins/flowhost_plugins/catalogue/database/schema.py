"""The tables. Their names begin with ``catalogue_``: a database may belong to other programs, too.

Moments are microseconds since 1970 (UTC). A thing's number is its id without the site's letters. The metadata of an
item or collection is one JSON document (see `metadata.tree`), because it is read and written as a whole; what makes it
searchable beyond the plain text here are tables of their own, derived from it, see `schema_search`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only what it calls INTEGER."""


def _number() -> Column[int]:
    return Column("number", Number, primary_key=True, autoincrement=True)


def _of(name: str, table: str, *, owned: bool = True) -> Column[int]:
    """A column that refers to a row of another table; owned: it goes with that row."""
    rule = "CASCADE" if owned else "SET NULL"
    return Column(name, Number, ForeignKey(f"catalogue_{table}.number", ondelete=rule))


items = Table(
    "catalogue_items",
    metadata,
    _number(),
    Column("revision", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("trashed", BigInteger),  # when it went to the recycle bin; NULL: it is in use
    Column("purge_at", BigInteger),  # when it will be deleted from there
    Column("purge_orders", Text),  # JSON, see `trash.trash`
    Column("creator", Text, nullable=False, server_default=""),  # the user who made it
    sqlite_autoincrement=True,  # here and below: a number is never used again
)

Index("catalogue_items_purge_at", items.c.purge_at)

documents = Table(  # apart from the items, so that walking these does not read whole documents
    "catalogue_documents",
    metadata,
    Column("item", Number, ForeignKey("catalogue_items.number", ondelete="CASCADE"), primary_key=True),
    Column("tree", Text, nullable=False),  # JSON, see `metadata.tree`
)

external_ids = Table(
    "catalogue_external_ids",
    metadata,
    _number(),  # the lowest is the oldest
    Column("external_id", Text, nullable=False, unique=True),
    _of("item", "items"),
)
Index("catalogue_external_ids_item", external_ids.c.item)

access = Table(
    "catalogue_access",
    metadata,
    _number(),
    _of("item", "items"),
    Column("scope", Text, nullable=False),
    Column("kind", Text, nullable=False),  # user, group
    Column("grantee", Text, nullable=False),
    Column("permission", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("origin", Text, nullable=False, server_default=""),  # who made it, e.g. rule:NAME; empty: a person
    sqlite_autoincrement=True,
)
Index("catalogue_access_item", access.c.item)
Index("catalogue_access_origin", access.c.origin, access.c.item)

storages = Table(
    "catalogue_storages",
    metadata,
    _number(),
    Column("name", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("capacity", BigInteger),
    Column("high_watermark", BigInteger),
    Column("low_watermark", BigInteger),
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

shapes = Table(
    "catalogue_shapes",
    metadata,
    _number(),
    _of("item", "items"),
    Column("mime_type", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("catalogue_shapes_item", shapes.c.item)

shape_tags = Table(
    "catalogue_shape_tags",
    metadata,
    Column("shape", Number, ForeignKey("catalogue_shapes.number", ondelete="CASCADE"), primary_key=True),
    Column("tag", Text, primary_key=True),
)

components = Table(
    "catalogue_components",
    metadata,
    _number(),  # their order
    _of("shape", "shapes"),
    Column("kind", Text, nullable=False),  # see `records.ComponentKind`
    Column("codec", Text, nullable=False),
    Column("duration", Double),  # seconds
    Column("bit_rate", BigInteger),  # bits a second
    Column("width", Integer),
    Column("height", Integer),
    Column("frame_rate", Text, nullable=False),  # a fraction: 30000/1001
    Column("pixel_format", Text, nullable=False),
    Column("channels", Integer),
    Column("sample_rate", Integer),
    sqlite_autoincrement=True,
)
Index("catalogue_components_shape", components.c.shape)

presets = Table(  # what a shape of some tag is made as, where it is not one of ours
    "catalogue_presets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("preset", Text, nullable=False),  # JSON
)

files = Table(
    "catalogue_files",
    metadata,
    _number(),
    _of("storage", "storages"),
    Column("path", Text, nullable=False),
    Column("path_key", Text, nullable=False),  # see `text.index_key`
    Column("state", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("modified", BigInteger),  # nanoseconds, as the file system has it
    _of("item", "items", owned=False),
    _of("shape", "shapes", owned=False),
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("storage", "path_key", name="catalogue_files_path"),
    sqlite_autoincrement=True,
)
Index("catalogue_files_item", files.c.item)
Index("catalogue_files_shape", files.c.shape)
Index("catalogue_files_storage", files.c.storage, files.c.number)
Index("catalogue_files_size", files.c.storage, files.c.size)

collections = Table(
    "catalogue_collections",
    metadata,
    _number(),
    Column("revision", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tree", Text, nullable=False),  # JSON, see `metadata.tree`
    sqlite_autoincrement=True,
)

Index("catalogue_collections_name", collections.c.name, postgresql_using="hash")

members = Table(
    "catalogue_members",
    metadata,
    _number(),  # their order
    _of("collection", "collections"),
    _of("item", "items"),
    _of("child", "collections"),  # one of these two is set
    UniqueConstraint("collection", "item", name="catalogue_members_collection_item"),
    UniqueConstraint("collection", "child", name="catalogue_members_collection_child"),
    sqlite_autoincrement=True,
)
Index("catalogue_members_item", members.c.item)
Index("catalogue_members_child", members.c.child)

jobs = Table(
    "catalogue_jobs",
    metadata,
    _number(),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("live", Boolean, nullable=False),  # not ended; beside the status, to be indexed
    Column("cancelled", Boolean, nullable=False),  # somebody asked for its end
    Column("owner", Text, nullable=False),  # the process that runs it, see `ownership`
    Column("attempts", Integer, nullable=False),
    Column("progress", Double, nullable=False),
    Column("step", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("remark", Text, nullable=False, server_default=""),
    _of("item", "items", owned=False),
    _of("file", "files", owned=False),
    Column("orders", Text, nullable=False),  # JSON: what this kind of job needs to know
    Column("created", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("key", Text),  # of the order: one with the same key is the same order
    Column("mark", Text, nullable=False, server_default=""),  # see `marks`
    sqlite_autoincrement=True,
)
Index("catalogue_jobs_key", jobs.c.key, unique=True)
Index("catalogue_jobs_item", jobs.c.item)
Index("catalogue_jobs_file", jobs.c.file)
Index("catalogue_jobs_live", jobs.c.live, jobs.c.number)

changes = Table(
    "catalogue_changes",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=True),
    Column("time", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("item", Text),
    Column("fields", Text, nullable=False),  # JSON
    Column("details", Text, nullable=False, server_default="{}"),  # JSON, see `Change`
    sqlite_autoincrement=True,
)
