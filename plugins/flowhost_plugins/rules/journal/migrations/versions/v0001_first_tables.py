"""The first tables: owners, deployments, runs, items, decisions, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = ("owners", "stamps", "deployments", "revisions", "runs", "steps", "waiting", "items", "identities")
MORE_TABLES = ("decisions", "events", "facts")

OVER_SOME_RUNS = {
    "ready": ("rule, priority DESC, id", "queue = 1"),
    "asleep": ("wake", "queue = 2"),
    "behind": ("rule, item, id", "queue = 3"),
    "due": ("wake", "queue = 4"),
    "under_way": ("rule", "queue >= 4"),
    "owned": ("owner", "queue = 5"),
    "swept": ("rule", "swept = 1"),
    "started": ("rule, started", "started IS NOT NULL"),
    "ended": ("ended", "ended IS NOT NULL"),
}


def upgrade() -> None:
    """Make the tables."""
    _make_deployments()
    _make_runs()
    _make_items()
    _make_what_is_known()


def downgrade() -> None:
    """Remove everything."""
    for table in (*TABLES, *MORE_TABLES):
        op.drop_table(f"rules_{table}")


def _make_deployments() -> None:
    op.create_table(
        "rules_owners",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("daemon", sa.Text, nullable=False),
        sa.Column("alive_until", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rules_stamps",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rules_deployments",
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("deployed", sa.Double, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("suspended", sa.Boolean, nullable=False),
        sa.Column("trigger_deleted", sa.Boolean, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("approved", sa.Double),
        sa.Column("held", sa.Integer, nullable=False),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("changed", sa.Double, nullable=False),
    )
    op.create_table(
        "rules_revisions",
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("deployed", sa.Double, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def _make_runs() -> None:
    op.create_table(
        "rules_runs",
        _number("id"),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("queue", sa.SmallInteger),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("started", sa.Double),
        sa.Column("ended", sa.Double),
        sa.Column("wake", sa.Double),
        sa.Column("owner", sa.Text),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("cancel", sa.SmallInteger, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("swept", sa.SmallInteger, nullable=False),
        sa.Column("jobs", sa.Text, nullable=False),
        sa.Column("errors", sa.Text, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("rules_runs_of_item", "rules_runs", ["item", "rule", "id"])
    op.create_index("rules_runs_of_rule", "rules_runs", ["rule", "id"])
    op.create_index("rules_runs_in_state", "rules_runs", ["state", "id"])
    op.create_index("rules_runs_outcome", "rules_runs", ["rule", "state", "ended", "id"])
    for name, (columns, condition) in OVER_SOME_RUNS.items():
        op.execute(f"CREATE INDEX rules_runs_{name} ON rules_runs ({columns}) WHERE {condition}")
    op.create_table(
        "rules_steps",
        _number("run", autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("jobs", sa.Text, nullable=False),
        sa.Column("memo", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started", sa.Double),
        sa.Column("ended", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rules_waiting",
        sa.Column("job", sa.Text, primary_key=True),
        _number("run", autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("rules_waiting_run", "rules_waiting", ["run"])


def _make_items() -> None:
    op.create_table(
        "rules_items",
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("item", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("run", sa.BigInteger, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("errors", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("rules_items_state", "rules_items", ["rule", "state", "since"])
    op.create_table(
        "rules_identities",
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("created", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("rules_identities_created", "rules_identities", ["created"])


def _make_what_is_known() -> None:
    op.create_table(
        "rules_decisions",
        _number("id"),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("run", sa.BigInteger),
        sa.Column("checks", sa.Text, nullable=False),
    )
    op.create_index("rules_decisions_about", "rules_decisions", ["rule", "item", "id"])
    op.create_index("rules_decisions_until", "rules_decisions", ["until"])
    op.create_table(
        "rules_events",
        _number("number"),
        sa.Column("kept", sa.Double, nullable=False),
        sa.Column("item", sa.Text),
        sa.Column("identity", sa.Text, unique=True),
        sa.Column("event", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("rules_events_kept", "rules_events", ["kept", "number"])
    op.create_index("rules_events_about", "rules_events", ["item", "number"])
    op.create_table(
        "rules_facts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _number(name: str, *, autoincrement: bool = True) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=autoincrement)
