"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

TABLES = (
    "changes",
    "collections",
    "items",
    "storages",
    "access",
    "documents",
    "external_ids",
    "members",
    "shapes",
    "files",
    "shape_tags",
    "jobs",
)


def upgrade() -> None:
    """Make the tables."""
    _make_changes()
    _make_collections()
    _make_items()
    _make_storages()
    _make_access()
    _make_documents()
    _make_external_ids()
    _make_members()
    _make_shapes()
    _make_files()
    _make_shape_tags()
    _make_jobs()


def downgrade() -> None:
    """Remove everything."""
    for table in reversed(TABLES):
        op.drop_table(f"catalogue_{table}")


def _to(table: str, rule: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"catalogue_{table}.number", ondelete=rule)


def _make_changes() -> None:
    op.create_table(
        "catalogue_changes",
        sa.Column("sequence", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("fields", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_collections() -> None:
    op.create_table(
        "catalogue_collections",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("tree", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_items() -> None:
    op.create_table(
        "catalogue_items",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_storages() -> None:
    op.create_table(
        "catalogue_storages",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("capacity", sa.BigInteger),
        sa.Column("high_watermark", sa.BigInteger),
        sa.Column("low_watermark", sa.BigInteger),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def _make_access() -> None:
    op.create_table(
        "catalogue_access",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("item", NUMBER, _to("items", "CASCADE")),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("grantee", sa.Text, nullable=False),
        sa.Column("permission", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_access_item", "catalogue_access", ["item"])


def _make_documents() -> None:
    op.create_table(
        "catalogue_documents",
        sa.Column("item", NUMBER, _to("items", "CASCADE"), primary_key=True),
        sa.Column("tree", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
    )


def _make_external_ids() -> None:
    op.create_table(
        "catalogue_external_ids",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("external_id", sa.Text, nullable=False, unique=True),
        sa.Column("item", NUMBER, _to("items", "CASCADE")),
    )
    op.create_index("catalogue_external_ids_item", "catalogue_external_ids", ["item"])


def _make_members() -> None:
    op.create_table(
        "catalogue_members",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("collection", NUMBER, _to("collections", "CASCADE")),
        sa.Column("item", NUMBER, _to("items", "CASCADE")),
        sa.Column("child", NUMBER, _to("collections", "CASCADE")),
        sa.UniqueConstraint("collection", "item", name="catalogue_members_collection_item"),
        sa.UniqueConstraint("collection", "child", name="catalogue_members_collection_child"),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_members_child", "catalogue_members", ["child"])
    op.create_index("catalogue_members_item", "catalogue_members", ["item"])


def _make_shapes() -> None:
    op.create_table(
        "catalogue_shapes",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("item", NUMBER, _to("items", "CASCADE")),
        sa.Column("mime_type", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_shapes_item", "catalogue_shapes", ["item"])


def _make_files() -> None:
    op.create_table(
        "catalogue_files",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("storage", NUMBER, _to("storages", "CASCADE")),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("path_key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("modified", sa.BigInteger),
        sa.Column("item", NUMBER, _to("items", "SET NULL")),
        sa.Column("shape", NUMBER, _to("shapes", "SET NULL")),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("storage", "path_key", name="catalogue_files_path"),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_files_item", "catalogue_files", ["item"])
    op.create_index("catalogue_files_shape", "catalogue_files", ["shape"])
    op.create_index("catalogue_files_size", "catalogue_files", ["storage", "size"])
    op.create_index("catalogue_files_storage", "catalogue_files", ["storage", "number"])


def _make_shape_tags() -> None:
    op.create_table(
        "catalogue_shape_tags",
        sa.Column("shape", NUMBER, _to("shapes", "CASCADE"), primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
    )


def _make_jobs() -> None:
    op.create_table(
        "catalogue_jobs",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("item", NUMBER, _to("items", "SET NULL")),
        sa.Column("file", NUMBER, _to("files", "SET NULL")),
        sa.Column("orders", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_jobs_file", "catalogue_jobs", ["file"])
    op.create_index("catalogue_jobs_item", "catalogue_jobs", ["item"])
    op.create_index("catalogue_jobs_live", "catalogue_jobs", ["live", "number"])
