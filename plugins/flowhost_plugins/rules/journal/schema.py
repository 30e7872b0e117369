"""The tables. Their names begin with ``rules_``: a PostgreSQL database may belong to other programs too.

Moments are seconds since 1970 (UTC) as floating point numbers, which both engines keep to the microsecond. Lists and
objects are JSON texts. Flags of runs are numbers, so that one text of a statement suits both engines.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

metadata = MetaData()

READY, ASLEEP, BEHIND, WAITING, RUNNING = 1, 2, 3, 4, 5
"""Values of ``rules_runs.queue``, of runs that have not ended. Three are pending: it may be claimed; it may when its moment
comes; it may when the runs of its rule for its item that were there before it have ended. So a claim looks at nothing
it cannot have, and of all the runs of one rule for one item that have not ended exactly one is not behind."""

UNDER_WAY = "queue >= 4"
"""Condition of an index; SQLite uses that for queries that hold these very words."""

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

_BY_CODES = Text().with_variant(Text(collation="C"), "postgresql")
"""In the order of characters' codes on both engines, whatever the language of a server; its index is, too."""

owners = Table(
    "rules_owners",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("daemon", Text, nullable=False),  # whose rules it runs
    Column(
        "alive_until", Double, nullable=False
    ),  # by the server's clock; SQLite has the file's lock instead
    sqlite_with_rowid=False,
)

stamps = Table(
    "rules_stamps",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

deployments = Table(
    "rules_deployments",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("deployed", Double, nullable=False),
    Column("file", Text, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("trigger_deleted", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("approved", Double),
    Column("held", Integer, nullable=False),
    Column("issue", Text, nullable=False),
    Column(
        "changed", Double, nullable=False
    ),  # when any of this was: the items of a deleted one are forgotten some day
)

revisions = Table(
    "rules_revisions",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("deployed", Double, nullable=False),
    Column("text", Text, nullable=False),
)

runs = Table(
    "rules_runs",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("rule", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("item", Text),
    Column("state", Text, nullable=False),
    Column("queue", SmallInteger),  # not set when it has ended; see `READY`
    Column("priority", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("created", Double, nullable=False),
    Column("started", Double),
    Column("ended", Double),
    Column("wake", Double),
    Column("owner", Text),  # set only while running
    Column("token", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("cancel", SmallInteger, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("swept", SmallInteger, nullable=False),
    Column("jobs", Text, nullable=False),
    Column("errors", Text, nullable=False),
    Column("chain", Text, nullable=False),
    Column("cause", Text, nullable=False),  # last, because SQLite reads a row from its beginning
    sqlite_autoincrement=True,  # a number is never used again: other systems remember it as a mark
)


def _over_some(name: str, condition: str, *columns: ColumnElement[Any]) -> None:
    """An index over the runs that fulfil a condition; those that runs leave stay small for ever."""
    Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


_over_some("rules_runs_ready", f"queue = {READY}", runs.c.rule, runs.c.priority.desc(), runs.c.id)
_over_some("rules_runs_asleep", f"queue = {ASLEEP}", runs.c.wake)
_over_some("rules_runs_behind", f"queue = {BEHIND}", runs.c.rule, runs.c.item, runs.c.id)
_over_some("rules_runs_due", f"queue = {WAITING}", runs.c.wake)
_over_some("rules_runs_under_way", UNDER_WAY, runs.c.rule)
_over_some("rules_runs_owned", f"queue = {RUNNING}", runs.c.owner)
_over_some("rules_runs_swept", "swept = 1", runs.c.rule)
_over_some("rules_runs_started", "started IS NOT NULL", runs.c.rule, runs.c.started)
_over_some("rules_runs_ended", "ended IS NOT NULL", runs.c.ended)
Index("rules_runs_of_item", runs.c.item, runs.c.rule, runs.c.id)
Index("rules_runs_of_rule", runs.c.rule, runs.c.id)
Index("rules_runs_in_state", runs.c.state, runs.c.id)
Index("rules_runs_outcome", runs.c.rule, runs.c.state, runs.c.ended, runs.c.id)

steps = Table(
    "rules_steps",
    metadata,
    Column("run", _NUMBER, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("action", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("jobs", Text, nullable=False),
    Column("memo", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started", Double),
    Column("ended", Double),
    sqlite_with_rowid=False,
)

waiting = Table(
    "rules_waiting",
    metadata,
    Column("job", Text, primary_key=True),
    Column("run", _NUMBER, primary_key=True),
    sqlite_with_rowid=False,
)
Index("rules_waiting_run", waiting.c.run)

items = Table(
    "rules_items",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("item", _BY_CODES, primary_key=True),
    Column("state", Text, nullable=False),
    Column("run", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    Column("since", Double, nullable=False),
    Column("errors", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("rules_items_state", items.c.rule, items.c.state, items.c.since)

identities = Table(
    "rules_identities",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("item", Text, primary_key=True),  # empty: about none
    Column("identity", Text, primary_key=True),  # its digest
    Column("created", Double, nullable=False),
    sqlite_with_rowid=False,
)
Index("rules_identities_created", identities.c.created)

decisions = Table(
    "rules_decisions",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("rule", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("since", Double, nullable=False),
    Column("until", Double, nullable=False),
    Column("times", Integer, nullable=False),
    Column("run", BigInteger),
    Column("checks", Text, nullable=False),
)
Index("rules_decisions_about", decisions.c.rule, decisions.c.item, decisions.c.id)
Index("rules_decisions_until", decisions.c.until)

events = Table(
    "rules_events",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("kept", Double, nullable=False),
    Column("item", Text),
    Column("identity", Text, unique=True),  # its digest; none: every occurrence is new
    Column("event", Text, nullable=False),
    sqlite_autoincrement=True,  # who reads on from a number misses nothing
)
Index("rules_events_kept", events.c.kept, events.c.number)
Index("rules_events_about", events.c.item, events.c.number)

facts = Table(
    "rules_facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)
