"""The first tables: daemons, claims, letters, store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "flowhost_daemons",
        sa.Column("daemon", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("started", sa.Double, nullable=False),
        sa.Column("alive_until", sa.Double, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
    )
    _make_claims()
    _make_letters()
    op.create_table(
        "flowhost_store",
        sa.Column("namespace", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove everything."""
    for table in ("store", "letters", "claims", "daemons"):
        op.drop_table(f"flowhost_{table}")


def _make_claims() -> None:
    op.create_table(
        "flowhost_claims",
        sa.Column("daemon", sa.Text, primary_key=True),
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("flowhost_claims_changed", "flowhost_claims", ["changed"])
    held = sa.text("owner IS NOT NULL")
    op.create_index(
        "flowhost_claims_owner", "flowhost_claims", ["owner"], sqlite_where=held, postgresql_where=held
    )


def _make_letters() -> None:
    op.create_table(
        "flowhost_letters",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("daemon", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parked", sa.Double, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("error_folded", sa.Text, nullable=False),
        sa.Column("about_folded", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("flowhost_letters_waiting", "flowhost_letters", ["daemon", "state", "number"])
