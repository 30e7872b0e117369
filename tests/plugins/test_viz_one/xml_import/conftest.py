"""A development server with an import storage, and importers for it."""

from __future__ import annotations

import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.config.ini import read_ini
from flowhost.options import bind
from flowhost.places import Place
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.documents import Item, Payload, UnmanagedFile, UnmanagedFileCollection
from flowhost_plugins.viz_one.xml_import import XmlImport

PATIENCE = 60.0  # seconds; on a loaded machine the server may be slow
DEFAULT = "[Xml]\nformat = default\n"


class MemoryStore(flowhost.Store):
    """Keeps values as long as the test runs."""

    name = "memory"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._lock = threading.Lock()

    def open(self) -> None: ...
    def close(self) -> None: ...

    def get(self, key: str) -> Any:
        with self._lock:
            return self.values.get(key)

    def put(self, key: str, value: Any) -> Any:
        with self._lock:
            self.values[key] = value
        return value

    def delete(self, key: str) -> bool:
        with self._lock:
            return self.values.pop(key, None) is not None

    def keys(self, prefix: str = "") -> list[str]:
        with self._lock:
            return sorted(key for key in self.values if key.startswith(prefix))


class Crash(BaseException):
    """The process ends here."""


class Crashing:
    """Passes every call on, until the nth one: the process ends before it, or after it."""

    def __init__(self, target: Any, number: int, *, after: bool) -> None:
        self._target, self._number, self._after = target, number, after

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        if not callable(attribute) or name in ("service", "read_answer", "settings"):
            return attribute

        def call(*arguments: Any, **named: Any) -> Any:
            self._number -= 1
            if self._number == 0 and not self._after:
                raise Crash(name)
            try:
                return attribute(*arguments, **named)
            finally:
                if self._number == 0:
                    raise Crash(name)

        return call


def importer(text: str, client: VizOne, store: flowhost.Store, path: Path) -> XmlImport:
    """The worker of a profile; a ConfigError with everything that is wrong."""
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    sections = {title: section.values for title, section in read_ini(path, called="app.ini").items()}
    own = sections.pop("Worker", {})
    place = Place("app.ini", 1, 1)
    binding = bind(XmlImport, own, sections, called="worker 'xml-import'", place=place, title="Worker")
    if binding.problems:
        raise flowhost.ConfigError(binding.problems)
    return XmlImport(**binding.arguments, viz_one=client, store=store)


class Site:
    """The server, and what a test does with it."""

    def __init__(self, server: Any, client: VizOne, path: Path) -> None:
        self.server = server
        self.client = client
        self.store = MemoryStore()
        self.inbox = Path(server.location())
        self._path = path

    def worker(self, text: str = DEFAULT, store: flowhost.Store | None = None) -> XmlImport:
        return importer(text, self.client, store or self.store, self._path / "app.ini")

    def worker_like(self) -> XmlImport:
        """Another worker for import/export documents, as another process has it."""
        settings = {"format": flowhost.Value("format", "default", flowhost.Place("app.ini", 2, 10))}
        return XmlImport(viz_one=self.client, store=self.store, xml=settings)

    def events(self, number: int) -> list[flowhost.Event]:
        """The events of all files, when there are so many, and none is empty."""
        files = list(self.client.feed(self.client.location("inbox").self_link, UnmanagedFileCollection))
        if len(files) < number or not all(file.size for file in files):
            return []
        return [flowhost.Event("file.changed", f.generate(), subject=f.title, key=f.title) for f in files]

    def drop(self, name: str, content: bytes | str = b"media") -> flowhost.Event:
        """Put a file into the import storage; the event of its arrival."""
        data = content.encode() if isinstance(content, str) else content
        (self.inbox / name).write_bytes(data)
        return self.wait_for(lambda: self.event(name, len(data)), f"the file {name}")

    def event(self, name: str, size: int | None = None) -> flowhost.Event | None:
        """The event of a file that is there."""
        first = self.client.location("inbox").self_link
        for file in self.client.feed(first, UnmanagedFileCollection):
            if file.title == name and size in (None, file.size):
                return flowhost.Event("file.changed", file.generate(), subject=name, key=name)
        return None

    def link(self, event: flowhost.Event) -> str:
        return str(UnmanagedFile(event.data).self_link.href)

    def assets(self) -> list[Item]:
        return list(self.client.assets())

    def asset(self) -> Item:
        """The only asset."""
        [asset] = self.assets()
        return self.client.asset(asset.id)

    def metadata(self, asset: Item | None = None) -> Payload:
        return self.client.read(Payload, (asset or self.asset()).describedby_link)

    def wait_for(self, find: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := find()):
            assert time.monotonic() < deadline, f"waited {PATIENCE:g} s for {what}"
            time.sleep(0.02)
        return found

    def wait_for_media(self, asset: Item | None = None) -> Item:
        """Wait until an asset has its media."""
        known = asset or self.asset()

        def online() -> Item | None:
            now = self.client.asset(known.id)
            return now if now.mediastatus == "online" and now.media_contents else None

        found = self.wait_for(online, f"the media of {known.title!r}")
        assert isinstance(found, Item)
        return found

    def media_of(self, asset: Item) -> bytes:
        """The bytes of an asset's media."""
        [media] = asset.media_contents
        return bytes(self.client.get(media.url).content)

    crash = Crash

    def crashing(self, target: Any, number: int, *, after: bool) -> Any:
        """The target, with which the process ends before or after its nth call."""
        return Crashing(target, number, after=after)

    def count_imports(self) -> list[str]:
        """The titles of the assets into which something is imported from now on."""
        catalogue, imported = self.server.catalogue, []
        real = catalogue.import_file

        def import_file(item: str, *arguments: Any, **named: Any) -> Any:
            job = real(item, *arguments, **named)
            imported.append(catalogue.record(item).title)
            return job

        catalogue.import_file = import_file
        return imported

    def default_xml(self, title: str, *, media: str | None = None, id: str | None = None) -> str:  # noqa: A002  # XML's word
        form = f"{self.server.url}/api/metadata/form/hubitem/r1"
        return (
            "<entry xmlns='http://www.w3.org/2005/Atom'>"
            + (f"<id>{id}</id>" if id else "")
            + (f"<content src='{media}'/>" if media else "")
            + "<link rel='describedby' type='application/vnd.vizrt.payload+xml'>"
            f"<payload xmlns='http://www.vizrt.com/types' model='{form}'>"
            f"<field name='asset.title'><value>{title}</value></field></payload></link></entry>"
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    devserver = pytest.importorskip("flowhost_devserver")
    dictionaries = {"genre": {"drama": "Drama", "news": "News"}}
    with devserver.VizOneServer(tmp_path / "one", dictionaries=dictionaries, scan_seconds=0.02) as server:
        host = server.url.removeprefix("http://")
        password = flowhost.Secret(server.password)
        client = VizOne(hostname=host, username=server.user, password=password, use_https=False, retries=0)
        client.open()
        yield Site(server, client, tmp_path)
        client.close()
