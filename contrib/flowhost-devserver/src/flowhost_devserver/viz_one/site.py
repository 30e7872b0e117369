"""What every page works on, and how pages are tied to URLs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from werkzeug.wrappers import Response

from flowhost_devserver.keeping import Keeping
from flowhost_devserver.viz_one.answers import refuse
from flowhost_devserver.viz_one.schemas import Form

if TYPE_CHECKING:
    from flowhost_devserver.viz_one.broker import Sender
    from flowhost_plugins.catalogue import Catalogue, Storage


Deletions: TypeAlias = Literal["entry", "tombstone", "empty"]


@dataclass(frozen=True, slots=True)
class Route:
    """A page at a URL.

    Args:
        method: HTTP method.
        path: the URL's path in werkzeug's notation.
        page: called with the site, the request and the variables of the path.
    """

    method: str
    path: str
    page: Callable[..., Response]


@dataclass(slots=True)
class Site:
    """One server: where it is, and what it knows.

    Args:
        catalogue: items, files, jobs and collections.
        keeping: everything else that must outlive a restart.
        media: the storage that imported media go to.
        forms: the metadata forms by name.
        started: since when it runs.
        title: its name for people.
        url: where it is served, without a slash at the end; known once it listens.
        sender: sends notifications; None: there are none, and no feed has a monitor link.
        etags_required: whether a PUT without ``If-Match`` is refused.
        deletions: what is sent when an asset is deleted: ``entry``, ``tombstone`` or ``empty``.
        importing: held while an import is checked and begun, so that of two for one asset only one begins.
    """

    catalogue: Catalogue
    keeping: Keeping
    media: Storage
    forms: dict[str, Form]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    title: str = "flowhost development server"
    url: str = ""
    sender: Sender | None = None
    etags_required: bool = False
    deletions: Deletions = "entry"
    importing: threading.Lock = field(default_factory=threading.Lock)

    def link(self, path: str) -> str:
        """The URL of a path of this server."""
        return self.url + path

    def form(self, name: str) -> Form:
        """The form with this name.

        Raises:
            Problem: 404, there is none.
        """
        if name not in self.forms:
            refuse(404, f"there is no form {name!r}; there are {', '.join(self.forms)}")
        return self.forms[name]
