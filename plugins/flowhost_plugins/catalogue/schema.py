"""The tables. Their names begin with ``catalogue_``: a database may belong to other programs, too.

Moments are microseconds since 1970 (UTC). A thing's number is its id without the site's letters. The metadata of an
item or collection is one JSON document (see `tree`), because it is read and written as a whole; what makes it
searchable beyond the plain text here are tables of their own, derived from it.
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

VERSION = "0001"
"""The newest migration; the numbers count up one by one."""

VERSION_TABLE = "catalogue_version"
"""Alembic's own table, renamed so that another program's migrations in the same database are not confused."""

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
    sqlite_autoincrement=True,  # here and below: a number is never used again
)

documents = Table(  # apart from the items, so that walking these does not read whole documents
    "catalogue_documents",
    metadata,
    Column("item", Number, ForeignKey("catalogue_items.number", ondelete="CASCADE"), primary_key=True),
    Column("tree", Text, nullable=False),  # JSON, see `tree`
    Column("folded", Text, nullable=False),  # every value and external id, for searching
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
    sqlite_autoincrement=True,
)
Index("catalogue_access_item", access.c.item)

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
    Column("tree", Text, nullable=False),  # JSON, see `tree`
    sqlite_autoincrement=True,
)

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
    _of("item", "items", owned=False),
    _of("file", "files", owned=False),
    Column("orders", Text, nullable=False),  # JSON: what this kind of job needs to know
    Column("created", BigInteger, nullable=False),
    Column("ended", BigInteger),
    sqlite_autoincrement=True,
)
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
    sqlite_autoincrement=True,
)
