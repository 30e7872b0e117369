"""Opens a database: its file, its engine, its tables. From here on SQLAlchemy is imported."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass

import flowhost
from flowhost_plugins.database.access import Access
from flowhost_plugins.database.address import Address
from flowhost_plugins.database.claims import Claims
from flowhost_plugins.database.daemons import Daemons
from flowhost_plugins.database.failures import unreachable
from flowhost_plugins.database.letters import Letters
from flowhost_plugins.database.liveness import Liveness
from flowhost_plugins.database.store import Entries
from flowhost_plugins.database.upgrading import upgrade


@dataclass(frozen=True, slots=True)
class Tables:
    """An open database: one part for each family of tables."""

    owner: str
    access: Access
    daemons: Daemons
    claims: Claims
    letters: Letters
    entries: Entries


def open_tables(
    address: Address, clock: flowhost.Clock, daemon: str, *, lease: float, synchronous: str
) -> Tables:
    """Open the database, and make or upgrade its tables.

    Raises:
        ConfigError: its tables are of a newer version.
        Unavailable: it cannot be used; the message says why.
    """
    _make_folder(address)
    access = Access(address, synchronous)
    try:
        access.prepare()
        upgrade(access)
    except BaseException:  # also when interrupted: nobody else would close the connections
        access.close()
        raise
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    liveness = Liveness(access, clock, owner, lease)
    claims = Claims(access, liveness)
    letters = Letters(access, liveness, claims)
    return Tables(owner, access, Daemons(access, liveness), claims, letters, Entries(access, daemon))


def _make_folder(address: Address) -> None:
    if address.made and address.file:
        try:
            address.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unreachable(error, address.location) from error
