"""What every test shares, and the media libraries that rules work with."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.database import Database
from flowhost_plugins.vidispine import Vidispine

if TYPE_CHECKING:
    from flowhost_devserver import VidispineServer

# The machine that runs the tests also runs brokers and databases; a slow example is no failure, nor its making.
settings.register_profile("flowhost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("flowhost")

SERVICES = ("rabbitmq", "activemq", "postgresql", "ftp")
"""Markers of servers that a session starts once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes (``pytest -n 3 --dist loadgroup``) the tests of a file stay together in one of them.

    So do the tests of a server, in whatever file: each process would start one of its own.
    """
    for item in items:
        service = next((name for name in SERVICES if item.get_closest_marker(name)), None)
        item.add_marker(pytest.mark.xdist_group(service or item.nodeid.partition("::")[0]))


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let a report reach the other process though something logged half a character (a lone surrogate)."""
    return _sendable((yield))


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_sendable(key): _sendable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_sendable(one) for one in value)
    return value


@dataclass
class LibrarySite:
    """A media library with one storage, ``media``: a daemon's profile can name it, and a test can open it.

    Args:
        folder: of the test; profiles are there.
        running: what ends with the test.
        section: of a profile with this library.
    """

    folder: Path
    running: ExitStack
    section: str = "[Catalogue]\nurl = sqlite:///catalogue.db\n"

    name: ClassVar[str] = "catalogue"
    source: ClassVar[str] = "type = catalogue-changes\n"

    def __post_init__(self) -> None:
        with self.back_door() as catalogue:
            (self.folder / "media").mkdir()
            catalogue.add_storage("media", self.folder / "media")

    @property
    def sections(self) -> str:
        """The sections of a profile with this library, and of the source that tells what happens in it."""
        return f"{self.section}\n[Source]\n{self.source}"

    def define(self, *names: str, type: str = "string") -> None:  # noqa: A002  # as Vidispine calls it
        """Let there be these metadata fields; the catalogue takes any."""

    def add_export_location(self, name: str) -> None:
        """Let files be delivered to a folder of this name."""
        (self.folder / name).mkdir()
        with self.back_door() as catalogue:
            catalogue.add_storage(name, self.folder / name, kind="EXPORT")

    @contextmanager
    def back_door(self) -> Iterator[Catalogue]:
        """What the library stands on: tests prepare it there, and look what became of it."""
        catalogue = self._catalogue(flowhost.SystemClock())
        catalogue.open()
        try:
            yield catalogue
        finally:
            catalogue.close()

    def open(self, clock: flowhost.Clock | None = None, **options: Any) -> tuple[Any, Catalogue]:
        """The library, open until the test ends, and its back door.

        Args:
            clock: the time; None: the machine's.
            options: of the resource.
        """
        catalogue = self._catalogue(clock or flowhost.SystemClock(), **options)
        catalogue.open()
        self.running.callback(catalogue.close)
        return catalogue, catalogue

    def remove(self) -> str:
        """Let there be no library any more; return by what a sentence about that should name it."""
        for file in self.folder.glob("catalogue.db*"):
            file.unlink()
        return "catalogue.db"

    def _catalogue(self, clock: flowhost.Clock, **options: Any) -> Catalogue:
        url = flowhost.Secret(f"sqlite:///{self.folder}/catalogue.db")
        return Catalogue(url=url, clock=clock, **options)


class VidispineSite(LibrarySite):
    """The same on a Vidispine to develop against. Its library is a client; its time is always the machine's."""

    name = "vidispine"
    source = "type = vidispine-notifications\nport = 0\n"

    def __post_init__(self) -> None:
        try:
            from flowhost_devserver import VidispineServer
        except ModuleNotFoundError:
            missing("no development server is installed; pip install ./contrib/flowhost-devserver")
        self.server: VidispineServer = self.running.enter_context(
            VidispineServer(self.folder / "vidispine", storages={"media": self.folder / "media"})
        )
        login = f"username = {self.server.user}\npassword = {self.server.password}\n"
        self.section = f"[Vidispine]\nurl = {self.server.url}\n{login}"

    def define(self, *names: str, type: str = "string") -> None:  # noqa: A002  # as Vidispine calls it
        for one in names:
            self.rest("PUT", f"metadata-field/{one}", {"type": type})

    def add_export_location(self, name: str) -> None:
        (self.folder / name).mkdir()
        location = {"name": name, "uri": (self.folder / name).as_uri() + "/"}
        self.rest("PUT", f"export-location/{name}", location)

    def rest(self, method: str, path: str, document: Any) -> None:
        """Ask the server without the library."""
        import requests

        login = (self.server.user, self.server.password)
        with requests.Session() as session:
            session.trust_env = False
            url = f"{self.server.url}/API/{path}"
            session.request(method, url, json=document, auth=login, timeout=60).raise_for_status()

    @contextmanager
    def back_door(self) -> Iterator[Catalogue]:
        yield self.server.catalogue

    def open(self, clock: flowhost.Clock | None = None, **options: Any) -> tuple[Any, Catalogue]:
        time = flowhost.SystemClock()
        notes = Database(
            url=flowhost.Secret(f"sqlite:///{self.folder}/notes.db"),
            info=flowhost.DaemonInfo("test", str(self.folder)),
            clock=time,
        )
        login = {"username": self.server.user, "password": flowhost.Secret(self.server.password)}
        library = Vidispine(url=self.server.url, notes=notes, clock=time, **login, **options)
        for part in (notes, library):
            part.open()
            self.running.callback(part.close)
        return library, self.server.catalogue

    def remove(self) -> str:
        self.server.stop()
        return self.server.url


@pytest.fixture(params=[LibrarySite, VidispineSite], ids=lambda kind: kind.name)
def library_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LibrarySite]:
    """Each media library, one after the other, in the folder of the test."""
    with ExitStack() as running:
        yield request.param(tmp_path, running)
