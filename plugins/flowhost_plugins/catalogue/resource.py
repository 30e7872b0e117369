"""The resource `catalogue`: its options, and how it opens and closes."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar
from urllib.parse import quote

import flowhost
from flowhost_plugins.catalogue.access.methods import AccessMethods
from flowhost_plugins.catalogue.archive.methods import ArchiveMethods
from flowhost_plugins.catalogue.changes.methods import ChangeMethods
from flowhost_plugins.catalogue.collections.methods import CollectionMethods
from flowhost_plugins.catalogue.imports.methods import ImportMethods
from flowhost_plugins.catalogue.items.methods import ItemMethods
from flowhost_plugins.catalogue.jobs.methods import JobMethods
from flowhost_plugins.catalogue.processing.methods import ProcessingMethods
from flowhost_plugins.catalogue.records import LONGEST_GRACE, InUse
from flowhost_plugins.catalogue.search.methods import SearchMethods
from flowhost_plugins.catalogue.shapes.methods import ShapeMethods
from flowhost_plugins.catalogue.storages.methods import StorageMethods
from flowhost_plugins.catalogue.trash.methods import TrashMethods

if TYPE_CHECKING:
    from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg


PROGRAM = "of no profile"
"""What is told as the name of the daemon where there is none: a command or another program has the catalogue."""

VERSION_TABLE = "catalogue_version"
"""Alembic's own table, renamed so that another program's migrations in the same database are not confused."""


class Catalogue(
    ItemMethods,
    SearchMethods,
    AccessMethods,
    CollectionMethods,
    StorageMethods,
    ShapeMethods,
    ImportMethods,
    ProcessingMethods,
    JobMethods,
    ArchiveMethods,
    TrashMethods,
    ChangeMethods,
    flowhost.MediaLibrary,
):
    """A library of items in a database, with their media in folders of this machine.

    Items have metadata in fields and groups, access entries, and shapes whose files lie in storages. Files are
    imported by jobs that verify what they wrote. Everything that changes is in a log, in order.

    All methods may be called by many threads at once. The jobs of an SQLite catalogue are run by one process at a time,
    its owner; others may be its guests. Several own one in PostgreSQL, each running the jobs it was asked for.

    Args:
        url: where the database is; a relative SQLite path begins at the profile's folder, without a daemon at the
            current one.
        site: the two letters ids begin with.
        job_threads: how many jobs run at once.
        ffmpeg: the program that looks into media and transcodes; empty: that in PATH, else that of `imageio-ffmpeg`.
        ffmpeg_timeout: how long one transcode may take.
        recycle_bin: how long an item stays in the recycle bin when nobody says.
        link: where people find an item; ``{id}`` stands for its id.
        clock: the time.
        info: the daemon; None when there is none.
    """

    name: ClassVar[str] = "catalogue"
    section: ClassVar[str] = "Catalogue"
    default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        url: Annotated[
            flowhost.Secret | None,
            "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME; a file in the state directory",
        ] = None,
        site: Annotated[str, "two letters that ids begin with, as in VX-12"] = "VX",
        job_threads: Annotated[int, "how many jobs, such as imports, run at once"] = 2,
        ffmpeg: Annotated[str, "path of ffmpeg; empty: the one in PATH"] = "",
        ffmpeg_timeout: Annotated[flowhost.Seconds, "how long one transcode may take"] = 86_400,
        recycle_bin: Annotated[flowhost.Seconds, "how long an item stays in the recycle bin"] = 86_400,
        link: Annotated[str, "URL of an item for people, as https://portal.example/items/{id}"] = "",
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo | None = None,
    ) -> None:
        self._folder = Path(info.directory) if info else Path()
        self._url = url.get_secret_value() if url else ""
        self._database()  # which checks the url
        if not re.fullmatch("[A-Z]{2}", site):
            raise ValueError(f"site is {site!r}, expected two capital letters such as VX")
        if not 1 <= job_threads <= 64:
            raise ValueError(f"job_threads is {job_threads}, expected 1 to 64")
        if ffmpeg_timeout <= 0:
            raise ValueError(f"ffmpeg_timeout is {ffmpeg_timeout}, expected more than 0")
        if not 0 <= recycle_bin <= LONGEST_GRACE.total_seconds():
            expected = f"expected 0 to {LONGEST_GRACE.days} days"
            raise ValueError(f"recycle_bin is {recycle_bin:g} seconds, {expected}")
        if link and "{id}" not in link:
            raise ValueError(
                f"link is {link!r}, expected one with {{id}}, as https://portal.example/items/{{id}}"
            )
        self._site = site
        self._recycle_bin = timedelta(seconds=recycle_bin)
        self._link = link
        self._job_threads = job_threads
        self._ffmpeg, self._ffmpeg_timeout = ffmpeg, ffmpeg_timeout
        self._clock = clock
        self._daemon = info.name if info else PROGRAM

    @property
    def location(self) -> str:
        """Where the database is, for people: a file, or a URL without its password."""
        return self._database().location

    def _database(self) -> flowhost.SqlDatabase:
        return flowhost.SqlDatabase(
            self._url,
            file=flowhost.database_file("catalogue"),
            folder=self._folder,
            migrations="flowhost_plugins.catalogue.migrations",
            version_table=VERSION_TABLE,
            section="[Catalogue] url",
        )

    def link(self, item_id: str) -> str:
        """See `flowhost.MediaLibrary`: the option ``link`` with the id in it."""
        return self._link.replace("{id}", quote(item_id, safe=""))

    def open(self) -> None:
        """See `flowhost.Resource`. Jobs that a process left when it died begin again.

        Raises:
            ConfigError: the driver is missing, or a newer flowhost made the tables.
            InUse: another process has the SQLite file.
            Unavailable: the database cannot be used.
        """
        from flowhost_plugins.catalogue.opening.opening import open_parts

        self._parts = open_parts(
            self._database(),
            self._clock,
            self._site,
            self._programs(),
            threads=self._job_threads,
            daemon=self._daemon,
        )

    def open_beside(self) -> None:
        """Open a catalogue as a guest of the process that owns it, which runs the jobs that are ordered here.

        It looks for them twice a second. Without an owner they wait for one.

        Raises:
            ConfigError: there is none, or its tables are of a newer version.
            Unavailable: the database cannot be used, or its tables are of an older version.
        """
        self._open_beside(reads_only=False)

    def take_over(self) -> bool:
        """Let a guest become the owner when there is none any more; return whether it is the owner then."""
        if self._open.ownership.name:
            return True
        guest = self._parts
        try:
            self.open()
        except InUse:
            return False
        if guest:
            guest.close()
        return True

    def open_to_read(self) -> None:
        """Open a catalogue that another process may have: what reads works, what changes raises Permanent.

        Raises:
            ConfigError: there is none, or its tables are of a newer version.
            Unavailable: the database cannot be used, or its tables are of an older version.
        """
        self._open_beside(reads_only=True)

    def _open_beside(self, *, reads_only: bool) -> None:
        from flowhost_plugins.catalogue.opening.opening import open_beside

        self._parts = open_beside(
            self._database(), self._clock, self._site, self._programs(), reads_only=reads_only
        )

    def _programs(self) -> Ffmpeg:
        from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg

        return Ffmpeg(self._ffmpeg, self._clock, self._ffmpeg_timeout)

    def close(self) -> None:
        """See `flowhost.Resource`. A job that runs is interrupted and begins again when the catalogue is opened."""
        parts, self._parts = self._parts, None
        if parts:
            parts.close()
