"""The tables of what happens to items in the end: deletion locks, the archive; and of users and of readers of the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from flowhost_plugins.catalogue.database.schema import Number, metadata

deletion_locks = Table(
    "catalogue_deletion_locks",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("item", Number, ForeignKey("catalogue_items.number", ondelete="CASCADE")),
    Column("holder", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("expires", BigInteger),  # NULL: never
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("catalogue_deletion_locks_item", deletion_locks.c.item)

archived = Table(  # a copy of a shape in the archive
    "catalogue_archived",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("item", Number, ForeignKey("catalogue_items.number", ondelete="CASCADE")),
    Column("shape", Number, ForeignKey("catalogue_shapes.number", ondelete="CASCADE")),
    Column("file", Number, ForeignKey("catalogue_files.number", ondelete="CASCADE")),
    Column("policy", Text, nullable=False),
    Column("status", Text, nullable=False),  # ARCHIVED, RESTORED
    Column("sha1", Text, nullable=False),
    Column("archived", BigInteger),
    Column("restored", BigInteger),
    sqlite_autoincrement=True,
)
Index("catalogue_archived_item", archived.c.item)
Index("catalogue_archived_shape", archived.c.shape)
Index("catalogue_archived_file", archived.c.file)

users = Table(
    "catalogue_users",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("real_name", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

user_groups = Table(
    "catalogue_user_groups",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

group_members = Table(
    "catalogue_group_members",
    metadata,
    Column(
        "user_group", Number, ForeignKey("catalogue_user_groups.number", ondelete="CASCADE"), primary_key=True
    ),
    Column("member", Number, ForeignKey("catalogue_users.number", ondelete="CASCADE"), primary_key=True),
)
Index("catalogue_group_members_member", group_members.c.member)

readers = Table(  # of the change log
    "catalogue_readers",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("advanced", BigInteger, nullable=False),
)
