"""The tables. Their names begin with ``flowhost_``: a PostgreSQL database may belong to other programs too.

Moments are seconds since 1970 (UTC) as floating point numbers, which both engines keep to the microsecond.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

metadata = MetaData()

daemons = Table(
    "flowhost_daemons",
    metadata,
    Column("daemon", Text, primary_key=True),
    Column("owner", Text, primary_key=True),
    Column("started", Double, nullable=False),
    Column("alive_until", Double, nullable=False),
    Column("status", Text, nullable=False),
)

claims = Table(
    "flowhost_claims",
    metadata,
    Column("daemon", Text, primary_key=True),
    Column("event", Text, primary_key=True),  # see `index_key`
    Column("state", Text, nullable=False),  # claimed, handled, free
    Column("owner", Text),  # set only while claimed
    Column("token", BigInteger, nullable=False),
    Column("changed", Double, nullable=False),
    sqlite_with_rowid=False,
)
Index("flowhost_claims_changed", claims.c.changed)
Index(
    "flowhost_claims_owner",
    claims.c.owner,
    sqlite_where=claims.c.owner.is_not(None),
    postgresql_where=claims.c.owner.is_not(None),
)

letters = Table(
    "flowhost_letters",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("daemon", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text),  # set only while taken
    Column("attempts", Integer, nullable=False),
    Column("parked", Double, nullable=False),
    Column("error", Text, nullable=False),
    Column("error_folded", Text, nullable=False),  # for searching, see `folded`
    Column("about_folded", Text, nullable=False),  # type and subject of the event, for searching
    Column("event", Text, nullable=False),  # JSON; last, because SQLite reads a row from its beginning
    sqlite_autoincrement=True,  # a number is never used again, so that an old list cannot drop a new letter
)
Index("flowhost_letters_waiting", letters.c.daemon, letters.c.state, letters.c.number)

store = Table(
    "flowhost_store",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("digest", Text, primary_key=True),  # see `index_key`
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

Insert: TypeAlias = "sqlite.Insert | postgresql.Insert"

LONGEST_INDEXED = 256
"""Characters; PostgreSQL refuses index entries over 2.7 kB, and one character may take four bytes."""


def insert_into(dialect: str, table: Table) -> Insert:
    """An INSERT that can say what to do ``ON CONFLICT``, which SQLAlchemy has per engine only."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def index_key(text: str) -> str:
    """`text` as part of a primary key: itself where an index can hold it, else its digest.

    Too long, a NUL, or a lone surrogate (Python's way to read a file name that is no UTF-8) need the digest.
    """
    if len(text) <= LONGEST_INDEXED and "\0" not in text and not text.startswith("sha256:"):
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def storable(text: str) -> str:
    """`text` with what a database cannot keep (NUL, half a character) written as an escape."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def folded(text: str) -> str:
    """`text` as it is searched: without case, the same on both engines and for every alphabet."""
    return storable(text).casefold()
