"""The resource `vidispine`: its options, and how it opens and closes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import flowhost
from flowhost_plugins.vidispine.access.methods import AccessMethods
from flowhost_plugins.vidispine.archive.methods import ArchiveMethods
from flowhost_plugins.vidispine.client import Client, Settings, base_of
from flowhost_plugins.vidispine.collections.methods import CollectionMethods
from flowhost_plugins.vidispine.items.methods import ItemMethods
from flowhost_plugins.vidispine.jobs.methods import JobMethods
from flowhost_plugins.vidispine.media.methods import ProcessingMethods, ShapeMethods, StorageMethods
from flowhost_plugins.vidispine.noticing import NotificationMethods
from flowhost_plugins.vidispine.notifications.methods import ListeningMethods
from flowhost_plugins.vidispine.opened import Opened
from flowhost_plugins.vidispine.search.methods import SearchMethods
from flowhost_plugins.vidispine.trash.methods import TrashMethods

SPARE_CONNECTIONS = 4
"""Kept open besides one for each worker: for sources, sweeps and the trash."""


class Vidispine(
    # the rooms, in the order of docs/architecture.md
    ItemMethods,
    CollectionMethods,
    SearchMethods,
    AccessMethods,
    ShapeMethods,
    StorageMethods,
    ProcessingMethods,
    JobMethods,
    ArchiveMethods,
    TrashMethods,
    NotificationMethods,
    ListeningMethods,
    Opened,
    flowhost.MediaLibrary,
):
    """A site of Vidispine, alone or below Cantemo Portal: a library reached over its REST API.

    Answers 502, 503 and 504 are tried again, a request that makes something new only when the site has done nothing. All
    threads share the connections.

    Args:
        url: of the server, with or without ``/API``.
        username: who we are there.
        password: belongs to it.
        authentication: ``basic`` sends the password with each request; ``token`` once a minute.
        run_as: the user in whose name everything is done; needs the rights of an administrator.
        timeout: until an answer must be complete.
        connect_timeout: until a connection must be there.
        retries: how often a request is sent again that was answered 502, 503 or 504.
        connections: how many are kept open; 0: as many as there are workers, and some.
        check_certificates: whether a server with https must prove who it is.
        pem_file: certificates to trust instead of the usual ones.
        link: where people find an item; ``{id}`` stands for its id.
        recycle_bin: how long an item stays in the recycle bin when nobody says.
        purge: whether what is due is deleted from here; Portal does so by itself.
        archive: where files are kept for long; None: only storages of the type ``ARCHIVE``.
        notes: keeps what a site has no place for, as who an access entry is from.
        clock: the time.
        info: the daemon; None when there is none.

    Raises:
        ValueError: an option cannot be used.
    """

    name: ClassVar[str] = "vidispine"
    section: ClassVar[str] = "Vidispine"

    def __init__(
        self,
        *,
        url: Annotated[str, "of the server, e.g. http://vidispine.example:8080, with or without /API"],
        username: Annotated[str, "who we are there"] = "admin",
        password: Annotated[flowhost.Secret, "belongs to the username"],
        authentication: Annotated[
            Literal["basic", "token"], "basic: the password goes with each request; token: once a minute"
        ] = "basic",
        run_as: Annotated[
            str, "the user in whose name everything is done; username must be an administrator"
        ] = "",
        timeout: Annotated[flowhost.Seconds, "until an answer must be complete"] = 60,
        connect_timeout: Annotated[flowhost.Seconds, "until a connection must be there"] = 10,
        retries: Annotated[int, "how often a request is sent again that was answered 502, 503 or 504"] = 3,
        connections: Annotated[int, "how many are kept open; 0: as the number of workers needs"] = 0,
        check_certificates: Annotated[bool, "refuse a server that cannot prove who it is"] = True,
        pem_file: Annotated[str, "certificates to trust instead of the usual ones (PEM)"] = "",
        link: Annotated[str, "URL of an item for people, as https://portal.example/item/{id}/"] = "",
        recycle_bin: Annotated[flowhost.Seconds, "how long an item stays in the recycle bin"] = 86_400,
        purge: Annotated[
            bool, "delete here what is due in the recycle bin; Portal does it by itself"
        ] = False,
        archive: flowhost.Archive | None = None,
        notes: flowhost.Store | None = None,
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo | None = None,
    ) -> None:
        for label, seconds in (("timeout", timeout), ("connect timeout", connect_timeout)):
            if seconds <= 0:
                raise ValueError(f"'{label}' is {seconds:g} s, expected more than 0")
        for label, number in (("retries", retries), ("connections", connections)):
            if number < 0:
                raise ValueError(f"'{label}' is {number}, expected 0 or more")
        if recycle_bin < 0:
            raise ValueError(f"'recycle bin' is {recycle_bin:g} s, expected 0 or more")
        if link and "{id}" not in link:
            raise ValueError(
                f"link is {link!r}, expected one with {{id}}, as https://portal.example/item/{{id}}/"
            )
        settings = Settings(
            base=base_of(url),
            username=_login(username),
            password=password.get_secret_value(),
            token=authentication == "token",
            run_as=_user(run_as.strip()),
            timeout=timeout,
            connect_timeout=connect_timeout,
            retries=retries,
            connections=connections or (info.workers if info else 1) + SPARE_CONNECTIONS,
            verify=_file(pem_file, info) or check_certificates,
        )
        Opened.__init__(self, Client(settings, clock), notes, clock)
        self._link = link
        self._grace = timedelta(seconds=recycle_bin)
        self._purges = purge
        self._archive = archive
        self._begin_orders()

    @property
    def settings(self) -> Settings:
        """How the site is talked to: for a `Client` of one's own."""
        return self._client.settings

    def open(self) -> None:
        """See `flowhost.Resource`.

        Raises:
            Unavailable: the site cannot be reached, does not know us, or is no Vidispine.
        """
        self._client.open()
        try:
            self._client.check()
        except BaseException:
            self._client.close()
            raise

    def daemon_started(self) -> None:
        """Go on with orders of before, and empty the recycle bin if that is wanted; see `flowhost.Resource`."""
        self._take_up_orders()
        self._begin_purging()

    def close(self) -> None:
        """See `flowhost.Resource`. An order that is under way goes on when a daemon has the library again."""
        self._end_purging()
        self._end_orders()
        self._client.close()

    def probe(self) -> None:
        """See `flowhost.Resource`: whether the site is there, and knows us."""
        self._client.check()

    def metrics(self) -> Iterable[flowhost.Metric]:
        """See `flowhost.Resource`: what was asked of the site, and what was heard of it."""
        yield from self._client.metrics()
        yield from self.heard_metrics()


def _login(username: str) -> str:
    if not username or ":" in username:
        raise ValueError(
            f"username is {username!r}, expected a name without ':', as Basic authentication wants it"
        )
    return username


def _user(name: str) -> str:
    if not name.isprintable():
        raise ValueError(f"run as is {name!r}, expected the name of a user")
    return name


def _file(text: str, info: flowhost.DaemonInfo | None) -> str:
    """The path of the PEM file; empty when none is named."""
    if not text.strip():
        return ""
    path = Path(text.strip()).expanduser()
    return str(Path(info.directory) / path if info else path)
