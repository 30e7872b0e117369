"""The resource `rules-journal`: its options, how it opens and closes, and who owns it. Its face is in `*_methods`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

import flowhost
from flowhost_plugins.rules.journal.deployment_methods import DeploymentMethods
from flowhost_plugins.rules.journal.history_methods import HistoryMethods
from flowhost_plugins.rules.journal.item_methods import ItemMethods
from flowhost_plugins.rules.journal.run_methods import RunMethods


class Journal(DeploymentMethods, ItemMethods, RunMethods, HistoryMethods, flowhost.Resource):
    """What rules did, do and shall do, in an SQL database: SQLite in a file, or PostgreSQL when several hosts share it.

    Nothing about a rule, a run or an item is kept elsewhere. Engines and commands may change it at the same time, from
    several processes: each change is one transaction, and a run belongs to one owner at a time.

    **What survives.** A killed process loses nothing of what a method returned from. With ``synchronous = full`` neither
    does a power failure. On PostgreSQL the server's ``synchronous_commit`` decides.

    **Who has a run.** An owner lives as long as its process has the file's lock (SQLite), or until its lease is over, by
    the server's clock (PostgreSQL). A dead owner's runs pass to whoever claims next. The token of a run grows with each
    claim, and what the former owner says under the old one does not count.

    Every method raises StateUnavailable when the database cannot be used or the journal is not open. Moments come from
    the clock.

    Args:
        url: where; a relative SQLite path begins at the profile's folder.
        lease: how long after its last sign of life an owner counts as alive on PostgreSQL, in seconds.
        synchronous: SQLite: what a power failure may take.
        info: the daemon; its folder is where relative paths begin.
        clock: the time.
    """

    name: ClassVar[str] = "rules-journal"
    section: ClassVar[str] = "Rules Journal"
    default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        url: Annotated[
            flowhost.Secret,
            "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME; empty: rules.db in the state directory",
        ] = flowhost.Secret(""),  # noqa: B008  # immutable
        lease: Annotated[
            flowhost.Seconds, "PostgreSQL: how long an engine counts as alive after its last sign of life"
        ] = 30,
        synchronous: Annotated[
            Literal["full", "normal"],
            "SQLite: full = a power failure takes nothing that was recorded; normal = faster, it may",
        ] = "full",
        info: flowhost.DaemonInfo,
        clock: flowhost.Clock,
    ) -> None:
        if lease <= 0:
            raise ValueError(f"lease is {lease} s, expected a positive time")
        self.lease = lease
        self._sql = flowhost.SqlDatabase(
            url.get_secret_value(),
            file=flowhost.database_file("rules"),
            folder=Path(info.directory),
            migrations="flowhost_plugins.rules.journal.migrations",
            version_table="rules_version",
            synchronous=synchronous,
            section="[Rules Journal] url",
        )
        self._info = info
        self._clock = clock

    def open(self) -> None:
        """See `flowhost.Resource`. To open takes no ownership: commands look and write beside a running engine.

        Raises:
            ConfigError: the driver is missing, or a newer flowhost made the tables.
            Unavailable: an older flowhost is using the tables now.
        """
        self._sql.open()
        from flowhost_plugins.rules.journal.opening import parts_of

        self._opened = parts_of(self._sql, self._clock, self._info.name, lease=self.lease)

    def close(self) -> None:
        """See `flowhost.Resource`. An owner that did not leave before is as if it had died."""
        parts, self._opened = self._opened, None
        if parts:
            self._sql.close()
            parts.owners.forget()

    def enlist(self, owner: str) -> None:
        """Become an owner, who may `claim` runs; what its dead predecessors had is free again.

        Raises:
            Unavailable: another living process, or another daemon of this one, runs the rules of this SQLite file.
        """
        self._parts.owners.enlist(owner)

    def beat(self, owner: str) -> None:
        """Say that this owner lives; to be called several times within a `lease`."""
        self._parts.owners.beat(owner)

    def leave(self, owner: str) -> None:
        """Be no owner any more; runs it still has are free, as a dead owner's are."""
        self._parts.owners.leave(owner)

    def owners(self) -> list[str]:
        """Who lives, sorted."""
        return self._parts.owners.alive()
