"""The resource ``viz-one``: a connection to a Viz One server, ruled by the section ``[Viz One]``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.viz_one.client import neutral, neutral_jobs
from flowhost_plugins.viz_one.client.addresses import checked_host, host_of, with_user
from flowhost_plugins.viz_one.client.library import Library
from flowhost_plugins.viz_one.client.settings import Settings
from flowhost_plugins.viz_one.documents import Link

SPARE_CONNECTIONS = 4
"""Kept open besides one for each worker: for sources and their sweeps."""


class VizOne(Library, flowhost.AssetSystem, flowhost.Dictionary):
    """A Viz One server, reached over HTTP with Basic authentication.

    Everything is found from the service document by link relations. All threads share one session. Answers 502, 503
    and 504 are tried again, a POST only when the server has done nothing.

    Args:
        enabled: with no, everything that would use the server fails with a sentence that says so.
        hostname: name of the server, with its port where that is not the usual one.
        username: who we are there.
        password: belongs to the username.
        use_https: whether to speak TLS.
        check_certificates: whether the server must prove who it is.
        pem_file: certificates to trust instead of the usual ones; the server is checked, then, in any case.
        time_out: seconds until an answer must be complete.
        connect_time_out: seconds until a connection must be there.
        retries: how often a request is sent again that was answered 502, 503 or 504.
        dictionary_lifetime: seconds a dictionary, a form and the service document are kept.
        form: form of items that are made by parts that know no forms, such as rules.
        service_document: path of the service document.
        location_keyword: keyword of the collection of import storages in the service document.
        trusted_hosts: hosts that are told the password, besides the server and the hosts in its service document.
        clock: given by the host.
        daemon: given by the host.

    Raises:
        ValueError: an option cannot be used.
    """

    name: ClassVar[str] = "viz-one"
    section: ClassVar[str] = "Viz One"

    def __init__(
        self,
        *,
        enabled: Annotated[bool, "whether the server may be used at all"] = True,
        hostname: Annotated[
            str, "name of the server, with its port where that is not the usual one"
        ] = "localhost",
        username: Annotated[str, "who we are there, e.g. DOMAIN+user"] = "user",
        password: Annotated[flowhost.Secret, "belongs to the username"] = flowhost.Secret("user"),  # noqa: B008  # never changes
        use_https: Annotated[bool, "speak TLS"] = True,
        check_certificates: Annotated[bool, "refuse a server that cannot prove who it is"] = True,
        pem_file: Annotated[str, "certificates to trust instead of the usual ones (PEM)"] = "",
        time_out: Annotated[flowhost.Seconds, "until an answer must be complete"] = 60,
        connect_time_out: Annotated[flowhost.Seconds, "until a connection must be there"] = 10,
        retries: Annotated[int, "how often a request is sent again that was answered 502, 503 or 504"] = 3,
        dictionary_lifetime: Annotated[
            flowhost.Seconds, "how long a dictionary, a form and the service document are kept"
        ] = 300,
        form: Annotated[str, "form of items made by parts that know no forms, such as rules"] = "",
        service_document: Annotated[str, "path of the service document"] = "/thirdparty",
        location_keyword: Annotated[
            str, "keyword of the collection of import storages in the service document"
        ] = "location",
        trusted_hosts: Annotated[
            list[str] | None, "hosts told the password besides the server and those of its service document"
        ] = None,
        clock: flowhost.Clock | None = None,
        daemon: flowhost.DaemonInfo | None = None,
    ) -> None:
        for label, seconds in (("time out", time_out), ("connect time out", connect_time_out)):
            if seconds <= 0:
                raise ValueError(f"'{label}' is {seconds:g} s, expected more than 0")
        if retries < 0:
            raise ValueError(f"'retries' is {retries}, expected 0 or more")
        if ":" in username:
            raise ValueError(
                f"username is {username!r}, which Basic authentication cannot carry: it has a ':'"
            )
        settings = Settings(
            host=checked_host(hostname.strip()),
            user=username,
            password=password.get_secret_value(),
            https=use_https,
            verify=_file(pem_file, daemon) or check_certificates,
            time_out=time_out,
            connect_time_out=connect_time_out,
            retries=retries,
            service_document=service_document,
            trusted_hosts=tuple(trusted_hosts or ()),
            connections=(daemon.workers if daemon else 1) + SPARE_CONNECTIONS,
            enabled=enabled,
            lifetime=dictionary_lifetime,
            form=form,
            location_keyword=location_keyword,
        )
        super().__init__(settings, clock or flowhost.SystemClock())

    def with_credentials(self, user: str, password: str) -> VizOne:
        """A client of the same server for another user; close it, too."""
        other = VizOne.__new__(VizOne)
        Library.__init__(other, replace(self.settings, user=user, password=password), self._clock)
        return other

    def broker_url(self, monitor_link: Link | str) -> str:
        """The URL of a broker, as a monitor link names it, with our credentials.

        Raises:
            ConfigError: the link is no STOMP URL.
        """
        url = monitor_link if isinstance(monitor_link, str) else monitor_link.href
        host = host_of(self.settings.start)
        try:
            return with_user(url, self.settings.user, self.settings.password, host)
        except ValueError as error:
            raise flowhost.ConfigError(str(error)) from None

    # -- the role AssetSystem

    def item(self, item_id: str) -> flowhost.Item | None:
        """The item with this id or site identity; None when there is none, or it is deleted."""
        return neutral.item(self, item_id)

    def items(self, *, text: str = "", cursor: str | None = None, number: int = 100) -> flowhost.Page:
        """Items that contain this text, at most `number`, from `cursor` (the URL of a page) on."""
        return neutral.page(self, text, cursor, number)

    def create_item(
        self, fields: Mapping[str, Sequence[str]], *, title: str = "", external_id: str | None = None
    ) -> flowhost.Item:
        """Make a placeholder with this metadata, in the form that the option `form` names.

        Raises:
            Conflict: there is an item with this external id.
            Permanent: a field cannot hold these values.
        """
        return neutral.create(self, fields, title, external_id)

    def set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], *, revision: str | None = None
    ) -> flowhost.Item:
        """Set fields, each to exactly these values; see `flowhost.AssetSystem.set_metadata`."""
        return neutral.set_metadata(self, item_id, fields, revision)

    def delete_item(self, item_id: str) -> bool:
        """Delete the item; return whether there was one."""
        return neutral.delete(self, item_id)

    def access(self, item_id: str) -> tuple[flowhost.AccessEntry, ...]:
        """The rights of groups on the asset."""
        return neutral.access(self, item_id)

    def set_access(self, item_id: str, entries: Iterable[flowhost.AccessEntry]) -> None:
        """Let exactly these entries hold for the asset and for its media.

        Raises:
            Permanent: an entry is for a user; Viz One gives rights to groups only.
        """
        neutral.set_access(self, item_id, tuple(entries))

    def import_media(self, item_id: str, uri: str) -> flowhost.AssetJob:
        """Start to import the file at `uri`: the link or id of an unmanaged file, or a URL the server can read.

        Raises:
            Permanent: `uri` is a path, or the server refuses it, e.g. because the item has its media.
        """
        return neutral_jobs.import_media(self, item_id, uri)

    def job(self, job_id: str) -> flowhost.AssetJob | None:
        """The import with this id; None when there is none."""
        return neutral_jobs.job(self, job_id)


def _file(text: str, daemon: flowhost.DaemonInfo | None) -> str:
    """The path of the PEM file; empty when none is named."""
    if not text.strip():
        return ""
    path = Path(os.path.expandvars(text.strip())).expanduser()
    return str(Path(daemon.directory) / path if daemon else path)
