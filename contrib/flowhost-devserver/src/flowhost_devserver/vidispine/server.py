"""A Vidispine to develop and test against."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from werkzeug.wrappers import Response

import flowhost
from flowhost_devserver.faults import Faults
from flowhost_devserver.folders import make_folder
from flowhost_devserver.keeping import Keeping
from flowhost_devserver.serving import Serving
from flowhost_devserver.spoiling import Spoiling
from flowhost_devserver.vidispine.answers import refused
from flowhost_devserver.vidispine.fields.registry import seed_fields
from flowhost_devserver.vidispine.files.scanning import Scanner
from flowhost_devserver.vidispine.notifications import Notifier
from flowhost_devserver.vidispine.pages import Pages
from flowhost_devserver.vidispine.people.records import ADMINISTRATOR, USER, Person
from flowhost_devserver.vidispine.portal.tokens import add_key
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import Catalogue, Storage

THREADS = 20  # requests worked on at once

DEFAULT_STORAGE = "media"
"""Name of the storage of a fresh server, and of its folder in the root."""

ADMIN = {"admin": "admin"}
"""The user of a fresh server, and the password; it serves loopback only unless told otherwise."""


class VidispineServer:
    """A server that behaves like Vidispine, on a folder of this machine; a context manager.

    It keeps its state in the folder: started again there, it goes on where it was.

    Args:
        root: the folder; None: a temporary one, removed at the end.
        users: user name → password of those who are made at the first start; the first one is administrator.
        storages: name → folder of its storages; None: one called ``media`` in the root. Folders are made.
        portal_tokens: key → user name: what Portal's header ``AUTH-TOKEN`` lets in, besides keys made later.
        interface: name or address to listen on.
        port: TCP port; 0 takes any free one.
        seed: of the probabilities of faults.
        clock: by which tokens end and requests are timed; None: the machine's.

    Attributes:
        url: ``http://127.0.0.1:PORT``, without a slash at the end; the API is below ``/API``.
        faults: what goes wrong; empty at first.
        catalogue: what the server stands on; what is changed there shows at once.
        site: what the pages work on.
        root: the folder.
        user: an administrator.
        password: theirs.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        *,
        users: Mapping[str, str] | None = None,
        storages: Mapping[str, str | Path] | None = None,
        portal_tokens: Mapping[str, str] | None = None,
        interface: str = "127.0.0.1",
        port: int = 0,
        seed: int = 0,
        clock: flowhost.Clock | None = None,
    ) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._root = root
        self._users = dict(users or ADMIN)
        self.user, self.password = next(iter(self._users.items()))
        self._storages = None if storages is None else dict(storages)
        self._portal_tokens = dict(portal_tokens or {})
        self._interface, self._port = interface, port
        self._clock = clock or flowhost.SystemClock()
        self.faults = Faults(seed)
        self._serving: Serving | None = None

    def start(self) -> Self:
        """Open the catalogue and begin to serve.

        Raises:
            ConfigError: a folder cannot be made.
            Unavailable: the port is taken, or the catalogue used by another process.
        """
        if self._root is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="vidispine-")
        self.root = make_folder(
            Path(self._temporary.name if self._temporary else self._root or "").absolute()
        )
        self.catalogue = Catalogue(
            url=flowhost.Secret(f"sqlite:///{self.root / 'catalogue.db'}"), clock=flowhost.SystemClock()
        )
        try:
            self.catalogue.open()
            self._keeping = Keeping(self.root / "vidispine.db")
            self._build()
        except BaseException:
            self.stop()
            raise
        return self

    def _build(self) -> None:
        self.site = Site(self.catalogue, self._keeping, self.root, clock=self._clock)
        self._add_users()
        seed_fields(self.site)
        self.site.notifier = Notifier(self.site, self.faults)
        serving = self._listening()  # before jobs go on: their data have the server's URL
        self.site.jobs.start()
        self._scanner = Scanner(self.site)
        self._scanner.start()
        self.site.notifier.start()
        for name, folder in (self._storages or {DEFAULT_STORAGE: self.root / DEFAULT_STORAGE}).items():
            self.add_storage(name, folder)
        serving.start()

    def _listening(self) -> Serving:
        """Take the port; what is asked waits until the answers begin."""
        serving = Serving(
            Spoiling(Pages(self.site), self.faults, _refusal),
            interface=self._interface,
            port=self._port,
            threads=THREADS,
        )
        serving.listen()
        self._serving = serving
        host = f"[{self._interface}]" if ":" in self._interface else self._interface
        self.url = self.site.url = f"http://{host}:{serving.port}"
        return serving

    def _add_users(self) -> None:
        people = self.site.people
        for name, password in self._users.items():
            if self._keeping.get(USER, name) is None:
                self.add_user(name, password)
        administrators = people.group(ADMINISTRATOR)
        assert administrators, "this role is always there"
        if not administrators.users:
            administrators.users = [self.user]
            people.keep_group(administrators)
        for key, user in self._portal_tokens.items():
            add_key(self.site, user, key)

    def add_user(self, name: str, password: str, *, groups: Iterable[str] = ()) -> None:
        """Add a user, or change one.

        Args:
            name: the name.
            password: theirs.
            groups: names of the groups they are in; ``_administrator`` may do everything.
        """
        people = self.site.people
        people.keep_user(Person(name, password, created=self._clock.now().isoformat()))
        people.put_into_groups(name, groups)

    def add_storage(self, name: str, folder: str | Path | None = None) -> Storage:
        """Make a folder a storage, unless it is one; return it.

        Args:
            name: what people call it.
            folder: where it is, made when it is not there; None: a folder of that name in `root`.
        """
        path = make_folder(Path(folder or self.root / name).absolute()).resolve()
        known = {Path(storage.path): storage for storage in self.catalogue.storages()}
        return known[path] if path in known else self.catalogue.add_storage(name, path)

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until every job has ended, and every notification of what happened so far was delivered or given up.

        Raises:
            TimedOut: that is not so after so many seconds.
        """
        for job in self.site.jobs.all():
            self.site.jobs.wait(job.id, seconds)
        if not self.site.notifier.settle(seconds):
            raise flowhost.TimedOut(f"notifications are still on their way after {seconds:g} seconds")

    def stop(self) -> None:
        """Answer the open requests and close everything."""
        if self._serving:
            self._serving.stop()
        if hasattr(self, "site"):
            self.site.jobs.close()
        if hasattr(self, "_scanner"):
            self._scanner.close()
        if hasattr(self, "site") and hasattr(self.site, "notifier"):
            self.site.notifier.close()
        self.catalogue.close()
        if hasattr(self, "_keeping"):
            self._keeping.close()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _refusal(status: int, sentence: str, headers: dict[str, str]) -> Response:
    """A fault that was ordered, in Vidispine's words."""
    answer = refused(
        "json", Refusal(status, "internalServer", context=None, id=None, explanation=sentence, value=None)
    )
    answer.headers.extend(headers)
    return answer
