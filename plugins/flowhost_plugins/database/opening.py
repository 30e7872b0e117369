"""What works on an open database: one part for each family of tables. From here on SQLAlchemy is imported."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass

import flowhost
from flowhost_plugins.database.claims import Claims
from flowhost_plugins.database.daemons import Daemons
from flowhost_plugins.database.letters import Letters
from flowhost_plugins.database.liveness import Liveness
from flowhost_plugins.database.store import Entries


@dataclass(frozen=True, slots=True)
class Tables:
    """The families of tables, as one owner uses them."""

    owner: str
    daemons: Daemons
    claims: Claims
    letters: Letters
    entries: Entries


def tables_in(sql: flowhost.SqlDatabase, clock: flowhost.Clock, daemon: str, *, lease: float) -> Tables:
    """The tables of an open database, for a new owner."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    liveness = Liveness(sql, clock, owner, lease)
    claims = Claims(sql, liveness)
    return Tables(owner, Daemons(sql, liveness), claims, Letters(sql, liveness, claims), Entries(sql, daemon))
