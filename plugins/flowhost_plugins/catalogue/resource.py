"""The resource `catalogue`: its options, and how it opens and closes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.catalogue import address
from flowhost_plugins.catalogue.collection_methods import ChangeMethods, CollectionMethods
from flowhost_plugins.catalogue.item_methods import ItemMethods
from flowhost_plugins.catalogue.media_methods import MediaMethods


class Catalogue(ItemMethods, MediaMethods, CollectionMethods, ChangeMethods, flowhost.AssetSystem):
    """A library of items in a database, with their media in folders of this machine.

    Items have metadata in fields and groups, access entries, and shapes whose files lie in storages. Files are
    imported by jobs that verify what they wrote. Everything that changes is in a log, in order.

    All methods may be called by many threads at once. An SQLite catalogue belongs to one process at a time; several
    may share one in PostgreSQL, each running the jobs it was asked for.

    Args:
        url: where the database is; a relative SQLite path begins at the profile's folder, without a daemon at the
            current one.
        site: the two letters ids begin with.
        job_threads: how many jobs run at once.
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
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo | None = None,
    ) -> None:
        self._url = url.get_secret_value() if url else ""
        address.check(self._url)
        if not re.fullmatch("[A-Z]{2}", site):
            raise ValueError(f"site is {site!r}, expected two capital letters such as VX")
        if not 1 <= job_threads <= 64:
            raise ValueError(f"job_threads is {job_threads}, expected 1 to 64")
        self._site = site
        self._job_threads = job_threads
        self._clock = clock
        self._folder = Path(info.directory) if info else Path()

    @property
    def location(self) -> str:
        """Where the database is, for people: a file, or a URL without its password."""
        return address.resolve(self._url, self._folder).location

    def open(self) -> None:
        """See `flowhost.Resource`. Jobs that a process left when it died begin again.

        Raises:
            ConfigError: the driver is missing, or a newer flowhost made the tables.
            Unavailable: the database cannot be used, or another process has the SQLite file.
        """
        from flowhost_plugins.catalogue.opening import open_parts

        self._parts = open_parts(
            address.resolve(self._url, self._folder), self._clock, self._site, self._job_threads
        )

    def close(self) -> None:
        """See `flowhost.Resource`. A job that runs is interrupted and begins again when the catalogue is opened."""
        parts, self._parts = self._parts, None
        if parts:
            parts.close()
