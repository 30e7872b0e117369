"""A Viz One to develop and test against."""

from __future__ import annotations

import logging
import tempfile
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import flowhost
from flowhost_devserver.faults import Faults
from flowhost_devserver.folders import make_folder
from flowhost_devserver.keeping import Keeping
from flowhost_devserver.serving import Serving
from flowhost_devserver.spoiling import Spoiling
from flowhost_devserver.viz_one.answers import problem
from flowhost_devserver.viz_one.broker import Sender
from flowhost_devserver.viz_one.dictionaries import add_dictionary
from flowhost_devserver.viz_one.locations import locations
from flowhost_devserver.viz_one.notifying import Notifier
from flowhost_devserver.viz_one.numbers import SITE
from flowhost_devserver.viz_one.pages import Pages
from flowhost_devserver.viz_one.schemas import read_form, stock_forms
from flowhost_devserver.viz_one.site import Deletions, Site
from flowhost_devserver.viz_one.transfer_records import Step, Transfer, add_transfer, step
from flowhost_devserver.viz_one.transfers import plugin_data, tell
from flowhost_plugins.catalogue import Catalogue, Listening, Storage

THREADS = 10  # requests worked on at once
DEFAULT_LOCATION = "inbox"

log = logging.getLogger(__name__)


class VizOneServer:
    """A server that behaves like Viz One, on a folder of this machine; a context manager.

    It keeps its state in the folder: started again there, it goes on where it was.

    Args:
        root: the folder; None: a temporary one, removed at the end.
        broker_url: where to tell changes: ``stomp://user:password@host:port``; None: nowhere, and no feed has a
            monitor link.
        user: who may come in. None: the broker's user, or ``user`` without a broker, so that clients that use one
            account for both can listen.
        password: the user's password; None: that of the broker's user, or ``user``.
        interface: name or address to listen on.
        port: TCP port; 0 takes any free one.
        locations: import storages: handle → folder. None: one called ``inbox`` in `root`. Folders are made.
        models: more metadata forms: name → VDF model document.
        dictionaries: more dictionaries: name → (key → label).
        scan_seconds: how often the folders of import storages are looked at.
        etags_required: whether a PUT of an asset or its metadata without ``If-Match`` is refused (428).
        deletions: what is sent when an asset is deleted: its ``entry`` with media status *deleted*, a
            ``tombstone`` (RFC 6721), or a message with an ``empty`` body.
        seed: of the probabilities of faults.

    Attributes:
        url: ``http://127.0.0.1:PORT``, without a slash at the end.
        faults: what goes wrong; empty at first.
        catalogue: what the server stands on; what is changed there shows at once.
        site: what the pages work on.
        users: user name → password; more may be added.
        root: the folder.

    Raises:
        ValueError: the broker's URL or a model cannot be read.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        *,
        broker_url: str | None = None,
        user: str | None = None,
        password: str | None = None,
        interface: str = "127.0.0.1",
        port: int = 0,
        locations: Mapping[str, str | Path] | None = None,
        models: Mapping[str, bytes | str] | None = None,
        dictionaries: Mapping[str, Mapping[str, str]] | None = None,
        scan_seconds: float = 0.2,
        etags_required: bool = False,
        deletions: Deletions = "entry",
        seed: int = 0,
    ) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._root = root
        self.faults = Faults(seed)
        self._interface, self._port = interface, port
        self._broker_url = broker_url
        self._locations: dict[str, str | Path | None] = (
            {**locations} if locations else {DEFAULT_LOCATION: None}
        )
        self._forms = stock_forms() | {
            name: read_form(name, text.encode() if isinstance(text, str) else text)
            for name, text in (models or {}).items()
        }
        self._dictionaries = dict(dictionaries or {})
        self._scan_seconds = scan_seconds
        self._etags_required, self._deletions = etags_required, deletions
        asked = Sender(broker_url, prefix="", faults=self.faults) if broker_url else None
        self.user = user if user is not None else asked.user if asked else "user"
        self.password = password if password is not None else asked.password if asked else "user"
        self.users: dict[str, str] = {self.user: self.password}
        self._stop = threading.Event()
        self._scanner = threading.Thread(target=self._scan, name="devserver-scan")
        self._listening: Listening | None = None
        self._notifier: Notifier | None = None
        self._serving: Serving | None = None

    def start(self) -> Self:
        """Open the catalogue, connect to the broker, begin to serve.

        Raises:
            ConfigError: a folder cannot be made.
            Unavailable: the port is taken, the broker away, or the catalogue used by another process.
        """
        if self._root is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="viz-one-")
        self.root = make_folder(
            Path(self._temporary.name if self._temporary else self._root or "").absolute()
        )
        self.catalogue = Catalogue(
            url=flowhost.Secret(f"sqlite:///{self.root / 'catalogue.db'}"),
            site=SITE,
            clock=flowhost.SystemClock(),
        )
        try:
            self.catalogue.open()
            self._keeping = Keeping(self.root / "viz-one.db")
            self._build()
        except BaseException:
            self.stop()
            raise
        return self

    def _build(self) -> None:
        self.site = Site(
            catalogue=self.catalogue,
            keeping=self._keeping,
            media=self._storage("media", self.root / "media", external=False),
            forms=self._forms,
            etags_required=self._etags_required,
            deletions=self._deletions,
        )
        for handle, folder in self._locations.items():
            self.add_location(handle, folder)
        for name, terms in self._dictionaries.items():
            add_dictionary(self.site, name, terms)
        serving = Serving(
            Spoiling(Pages(self.site, self.users), self.faults, problem),
            interface=self._interface,
            port=self._port,
            threads=THREADS,
        )
        serving.listen()
        self._serving = serving
        host = f"[{self._interface}]" if ":" in self._interface else self._interface
        self.url = self.site.url = f"http://{host}:{serving.port}"
        self._notify()
        self._scanner.start()
        serving.start()

    def _notify(self) -> None:
        if self._broker_url is None:
            return
        sender = Sender(self._broker_url, prefix=self._instance(), faults=self.faults)
        sender.open()
        self.site.sender = sender
        self._notifier = Notifier(self.site, sender)
        self._notifier.know_files()
        self._listening = self.catalogue.listen(self._notifier)

    def _instance(self) -> str:
        """The name of this server's topics, the same after each restart."""
        name = self._keeping.get("instance", "name") or f"vizone-{uuid.uuid4().hex[:8]}"
        self._keeping.put("instance", "name", name)
        return str(name)

    def add_location(self, handle: str, folder: str | Path | None = None) -> Path:
        """Make an import storage known; return its folder, which is made when it is not there.

        Args:
            handle: its name for clients.
            folder: where it is; None: a folder of that name in `root`.
        """
        path = Path(folder or self.root / handle).absolute()
        return Path(self._storage(handle, path, external=True).path)

    def _storage(self, name: str, path: Path, *, external: bool) -> Storage:
        make_folder(path)
        known = {storage.name: storage for storage in self.catalogue.storages()}
        if name in known:
            if Path(known[name].path) == path.resolve():
                return known[name]
            self.catalogue.remove_storage(known[name])  # it is elsewhere now
        return self.catalogue.add_storage(name, path, kind="EXTERNAL" if external else "LOCAL")

    def add_dictionary(self, name: str, terms: Mapping[str, str]) -> str:
        """Make a dictionary of key → label, or replace it; return its URL."""
        return add_dictionary(self.site, name, terms)

    def add_transfer(
        self,
        title: str = "Transfer",
        *,
        asset: str = "",
        source: str = "",
        destination: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> Transfer:
        """Make a transfer request with one step, as an administrator would who sends an asset somewhere.

        Args:
            title: what it is for.
            asset: number of the asset, as in its links; empty for none.
            source: URL of what is carried.
            destination: URL of where it goes.
            settings: settings of the plugin that does it, e.g. ``plugin.user``. None: there are none.
        """
        made = add_transfer(
            self.site, title=title, asset=asset, source=source, destination=destination, settings=settings
        )
        tell(self.site, made.number)
        return made

    def plugin_data(self, transfer: Transfer) -> bytes:
        """The document that a transfer plugin would be started with."""
        return plugin_data(self.site, transfer)

    def transfer_step(self, transfer: Transfer) -> Step:
        """How the step of a transfer request is now."""
        return step(self.site, transfer.steps[0])

    def locations(self) -> list[Storage]:
        """The import storages."""
        return locations(self.site)

    def location(self, handle: str = DEFAULT_LOCATION) -> Path:
        """The folder of an import storage."""
        return Path(self.catalogue.storage(handle).path)

    def _scan(self) -> None:
        while not self._stop.wait(self._scan_seconds):
            try:
                for location in self.locations():
                    self.catalogue.scan(location)
            except flowhost.FlowhostError as error:  # the folder may come back
                log.warning("cannot look at the import storages: %s", error)

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until no import is under way and every change so far was told to the broker.

        Raises:
            TimedOut: that is not so after so many seconds.
        """
        for job in self.catalogue.jobs(ended=False):
            self.catalogue.wait_for_job(job.id, seconds)
        if self._notifier and not self._notifier.wait(self.catalogue.last_change(), seconds):
            raise flowhost.TimedOut(f"the notifications of {self.url} are not all sent after {seconds:g} s")

    def stop(self) -> None:
        """Answer the open requests, send what is to be sent, and close everything."""
        self._stop.set()
        if self._serving:
            self._serving.stop()
        if self._scanner.is_alive():
            self._scanner.join()
        self.catalogue.close()
        if self._listening:
            self._listening.close()
        if hasattr(self, "site") and self.site.sender:
            self.site.sender.close()
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
