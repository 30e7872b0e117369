"""Every asset system, one after the other: what holds for the role holds for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.database import Database
from flowhost_plugins.file_system_archive import FileSystemArchive
from flowhost_plugins.vidispine import Vidispine
from flowhost_plugins.viz_one import VizOne

if TYPE_CHECKING:
    from flowhost_devserver import VidispineServer


@dataclass(frozen=True)
class Names:
    """What metadata fields are called; each system has its own rules for that.

    Args:
        synopsis: a field.
        owner: another.
        person: a field in a group that may be repeated.
        role: another in the same group.
    """

    synopsis: str = "asset.synopsis"
    owner: str = "asset.owner"
    person: str = "asset.people/people.name"
    role: str = "asset.people/people.role"


@dataclass(frozen=True)
class System:
    """An asset system under test.

    Args:
        name: of the resource.
        role: what is tested.
        new_file: puts a file where the system can import it; returns its URI.
        users: whether access can be given to users, not only to groups.
        names: of metadata fields.
    """

    name: str
    role: flowhost.AssetSystem
    new_file: Callable[[str, bytes], str]
    users: bool
    names: Names = Names()


def catalogue(folder: Path, running: ExitStack) -> System:
    system = opened_catalogue(folder, running)
    return System("catalogue", system, file_maker(folder), users=True)


def opened_catalogue(folder: Path, running: ExitStack) -> Catalogue:
    url = flowhost.Secret(f"sqlite:///{folder}/items.db")
    system = Catalogue(url=url, link="https://portal.example/items/{id}", clock=flowhost.SystemClock())
    system.open()
    running.callback(system.close)
    (folder / "media").mkdir()
    system.add_storage("media", folder / "media")
    return system


def file_maker(folder: Path) -> Callable[[str, bytes], str]:
    def new_file(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        return str(folder / name)

    return new_file


@dataclass(frozen=True)
class Library:
    """A media library under test. It has storages ``media`` and ``second``, and nothing in them.

    Args:
        role: what is tested.
        new_file: puts a file where the library can import it; returns its URI.
        titled: a query for the items with this word in their title.
        new_collection: makes a collection of this name, in that of the other name unless it is empty.
        save_search: saves a query under a name.
        export: id or name of an export location.
        policy: name of an archive policy.
        tag: of a shape that can be made of a film.
        names: of metadata fields.
    """

    role: flowhost.MediaLibrary
    new_file: Callable[[str, bytes], str]
    titled: Callable[[str], str]
    new_collection: Callable[[str, str], object]
    save_search: Callable[[str, str], object]
    export: str
    policy: str
    tag: str
    names: Names = Names()


def catalogue_library(folder: Path, running: ExitStack) -> Library:
    system = opened_catalogue(folder, running)
    for name, kind in (("second", "LOCAL"), ("out", "EXPORT"), ("tape", "ARCHIVE")):
        (folder / name).mkdir()
        system.add_storage(name, folder / name, kind=kind)  # type: ignore[arg-type]  # one of the words

    def new_collection(name: str, parent: str) -> object:
        above = system.collections(name=parent)[0].id if parent else None
        return system.create_collection(name, parent=above)

    return Library(
        system,
        file_maker(folder),
        lambda word: f"title:{word}",
        new_collection,
        system.create_saved_search,
        export="out",
        policy="tape",
        tag="lowres",
    )


IN_VIDISPINE = Names("asset_synopsis", "asset_owner", "Person/person_name", "Person/person_role")
"""Where the name of a field must have an underscore, and a group is defined before it is used."""

FIELDS_IN_VIDISPINE = ("asset_synopsis", "asset_owner", "person_name", "person_role")


@dataclass(frozen=True)
class Site:
    """A Vidispine to develop against, and a client of it."""

    server: VidispineServer
    system: Vidispine


def open_vidispine(folder: Path, running: ExitStack, **options: object) -> Site:
    try:
        from flowhost_devserver import VidispineServer
    except ModuleNotFoundError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    storages = {"media": folder / "media", "second": folder / "second"}
    server = running.enter_context(VidispineServer(folder / "site", storages=storages))
    url, login = f"{server.url}/API", (server.user, server.password)
    for name in FIELDS_IN_VIDISPINE:
        requests.put(f"{url}/metadata-field/{name}", json={"type": "string"}, auth=login).raise_for_status()
    group = {"name": "Person", "field": [{"name": "person_name"}, {"name": "person_role"}]}
    requests.put(f"{url}/metadata-field/field-group/Person", json=group, auth=login).raise_for_status()
    clock = flowhost.SystemClock()
    notes = Database(
        url=flowhost.Secret(f"sqlite:///{folder}/notes.db"),
        info=flowhost.DaemonInfo("test", str(folder)),
        clock=clock,
    )
    notes.open()
    running.callback(notes.close)
    system = Vidispine(
        url=server.url,
        username=server.user,
        password=flowhost.Secret(server.password),
        link="https://portal.example/item/{id}/",
        notes=notes,
        clock=clock,
        **options,  # type: ignore[arg-type]  # the options of the resource
    )
    system.open()
    running.callback(system.close)
    return Site(server, system)


def vidispine(folder: Path, running: ExitStack) -> System:
    site = open_vidispine(folder, running)
    return System("vidispine", site.system, file_maker(folder), users=True, names=IN_VIDISPINE)


def ailing_vidispine(folder: Path, running: ExitStack) -> System:
    site = open_vidispine(folder, running, retries=8)
    for fault in FAULTS:
        site.server.faults.add(fault)
    return System("vidispine", site.system, file_maker(folder), users=True, names=IN_VIDISPINE)


def vidispine_library(folder: Path, running: ExitStack) -> Library:
    for name in ("out", "tape"):
        (folder / name).mkdir()
    site = open_vidispine(folder, running, archive=FileSystemArchive(policies=[f"tape={folder}/tape"]))
    held = site.server.catalogue
    location = {"name": "out", "uri": (folder / "out").as_uri() + "/"}
    login = (site.server.user, site.server.password)
    requests.put(f"{site.server.url}/API/export-location/out", json=location, auth=login).raise_for_status()

    def new_collection(name: str, parent: str) -> object:
        above = held.collections(name=parent)[0].id if parent else None
        return held.create_collection(name, parent=above)

    def save_search(name: str, query: str) -> object:
        return held.create_collection(name, fields={"criteria_document": [query]})

    return Library(
        site.system,
        file_maker(folder),
        lambda word: f"title:{word}",
        new_collection,
        save_search,
        export="out",
        policy="tape",
        tag="lowres",
        names=IN_VIDISPINE,
    )


@pytest.fixture(params=[catalogue_library, vidispine_library], ids=["catalogue", "vidispine"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """Each media library, fresh and open."""
    with ExitStack() as running:
        yield request.param(tmp_path, running)


@pytest.fixture
def media(library: Library) -> flowhost.MediaLibrary:
    """The role of each media library."""
    return library.role


@pytest.fixture
def ended() -> Callable[[flowhost.AssetSystem, str], flowhost.AssetJob]:
    """Waits for the end of a job."""

    def wait(assets: flowhost.AssetSystem, job_id: str) -> flowhost.AssetJob:
        deadline = time.monotonic() + DEADLINE
        while True:
            job = assets.job(job_id)
            assert job is not None
            if job.ended:
                return job
            assert time.monotonic() < deadline
            threading.Event().wait(0.05)

    return wait


DEADLINE = 60.0
"""Seconds a job of a test may take on a machine that is busy."""

FAULTS = (
    "503:probability=0.15,retry-after=0",
    "502:method=GET,probability=0.1",
    "504:method=PUT,probability=0.1,late=yes",
    "latency:seconds=0.02,probability=0.2",
)
"""What a client must get over by itself; each is random, but the same in each run."""


def ailing_viz_one(folder: Path, running: ExitStack) -> System:
    return viz_one(folder, running, FAULTS)


def viz_one(folder: Path, running: ExitStack, faults: Sequence[str] = ()) -> System:
    try:
        from flowhost_devserver import VizOneServer
    except ModuleNotFoundError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    server = running.enter_context(VizOneServer(folder))
    system = VizOne(hostname=server.url.removeprefix("http://"), use_https=False, retries=8)
    for fault in faults:
        server.faults.add(fault)
    system.open()
    running.callback(system.close)

    def new_file(name: str, content: bytes) -> str:
        (server.location() / name).write_bytes(content)
        found = {file.title: file for file in system.location("inbox").entries}
        return found[name].self_link.href

    return System("viz-one", system, new_file, users=False)


SYSTEMS: dict[str, Callable[[Path, ExitStack], System]] = {
    "catalogue": catalogue,
    "viz-one": viz_one,
    "ailing viz-one": ailing_viz_one,
    "vidispine": vidispine,
    "ailing vidispine": ailing_vidispine,
}


@pytest.fixture(params=list(SYSTEMS.values()), ids=list(SYSTEMS))
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    """Each asset system, fresh and open."""
    with ExitStack() as running:
        yield request.param(tmp_path, running)


@pytest.fixture
def assets(system: System) -> flowhost.AssetSystem:
    """The role of each asset system."""
    return system.role


@pytest.fixture
def names(request: pytest.FixtureRequest) -> Names:
    """What the metadata fields of the system or library of this test are called."""
    which = "library" if "library" in request.fixturenames else "system"
    found: Names = request.getfixturevalue(which).names
    return found
