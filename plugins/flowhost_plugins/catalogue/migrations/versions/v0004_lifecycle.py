"""Recycle bin, deletion locks, archive, users and groups, origins of access, readers of the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns and the tables."""
    op.add_column("catalogue_items", sa.Column("trashed", sa.BigInteger))
    op.add_column("catalogue_items", sa.Column("purge_at", sa.BigInteger))
    op.add_column("catalogue_items", sa.Column("purge_orders", sa.Text))
    op.create_index("catalogue_items_purge_at", "catalogue_items", ["purge_at"])
    op.add_column("catalogue_access", sa.Column("origin", sa.Text, nullable=False, server_default=""))
    op.create_index("catalogue_access_origin", "catalogue_access", ["origin", "item"])
    op.add_column("catalogue_changes", sa.Column("details", sa.Text, nullable=False, server_default="{}"))
    _make_locks()
    _make_archived()
    _make_users()
    _make_readers()


def downgrade() -> None:
    """Remove them."""
    for table in ("readers", "group_members", "user_groups", "users", "archived", "deletion_locks"):
        op.drop_table(f"catalogue_{table}")
    op.drop_column("catalogue_changes", "details")
    op.drop_index("catalogue_access_origin", "catalogue_access")
    op.drop_column("catalogue_access", "origin")
    op.drop_index("catalogue_items_purge_at", "catalogue_items")
    for column in ("purge_orders", "purge_at", "trashed"):
        op.drop_column("catalogue_items", column)


def _to(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"catalogue_{table}.number", ondelete="CASCADE")


def _make_locks() -> None:
    op.create_table(
        "catalogue_deletion_locks",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("item", NUMBER, _to("items")),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_deletion_locks_item", "catalogue_deletion_locks", ["item"])


def _make_archived() -> None:
    op.create_table(
        "catalogue_archived",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("item", NUMBER, _to("items")),
        sa.Column("shape", NUMBER, _to("shapes")),
        sa.Column("file", NUMBER, _to("files")),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("sha1", sa.Text, nullable=False),
        sa.Column("archived", sa.BigInteger),
        sa.Column("restored", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    for column in ("item", "shape", "file"):
        op.create_index(f"catalogue_archived_{column}", "catalogue_archived", [column])


def _make_users() -> None:
    op.create_table(
        "catalogue_users",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("real_name", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "catalogue_user_groups",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "catalogue_group_members",
        sa.Column("user_group", NUMBER, _to("user_groups"), primary_key=True),
        sa.Column("member", NUMBER, _to("users"), primary_key=True),
    )
    op.create_index("catalogue_group_members_member", "catalogue_group_members", ["member"])


def _make_readers() -> None:
    op.create_table(
        "catalogue_readers",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("advanced", sa.BigInteger, nullable=False),
    )
