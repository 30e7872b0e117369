"""Search. The items there are get into its tables by `index.indexing`, after all migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ORDERS = ("created", "updated", "media_type")


def upgrade() -> None:
    """Make the tables; what was searched before goes."""
    _make_values()
    _make_texts()
    _make_saved_searches()
    for column in ORDERS:
        op.create_index(f"catalogue_items_{column}", "catalogue_items", [column, "number"])
    op.create_index("catalogue_shape_tags_tag", "catalogue_shape_tags", ["tag"])
    with op.batch_alter_table("catalogue_documents") as documents:
        documents.drop_column("folded")


def downgrade() -> None:
    """Remove them."""
    op.add_column("catalogue_documents", sa.Column("folded", sa.Text, nullable=False, server_default=""))
    op.drop_index("catalogue_shape_tags_tag", "catalogue_shape_tags")
    for column in ORDERS:
        op.drop_index(f"catalogue_items_{column}", "catalogue_items")
    for table in ("saved_searches", "search_texts", "search_values", "search_fields"):
        op.drop_table(f"catalogue_{table}")


def _make_values() -> None:
    op.create_table(
        "catalogue_search_fields",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("path_key", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "catalogue_search_values",
        sa.Column(
            "item", NUMBER, sa.ForeignKey("catalogue_items.number", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("field", NUMBER, nullable=False),
        sa.Column("key", BYTEWISE, nullable=False),
        sa.Column("first", sa.Boolean, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "catalogue_search_values_key", "catalogue_search_values", ["field", "key", "item", "first"]
    )


def _make_texts() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # the words come apart and folded: nothing is left to the tokenizer but to split at spaces
        op.execute(
            "CREATE VIRTUAL TABLE catalogue_search_texts"
            " USING fts5(words, tokenize = 'ascii', detail = none, columnsize = 0)"
        )
        return
    from sqlalchemy.dialects.postgresql import TSVECTOR

    op.create_table(
        "catalogue_search_texts",
        sa.Column(
            "item", NUMBER, sa.ForeignKey("catalogue_items.number", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("words", TSVECTOR, nullable=False),
    )
    op.create_index(
        "catalogue_search_texts_words", "catalogue_search_texts", ["words"], postgresql_using="gin"
    )


def _make_saved_searches() -> None:
    op.create_table(
        "catalogue_saved_searches",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
