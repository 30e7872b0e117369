"""Every asset system, one after the other: what holds for the role holds for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.viz_one import VizOne


@dataclass(frozen=True)
class System:
    """An asset system under test.

    Args:
        name: of the resource.
        role: what is tested.
        new_file: puts a file where the system can import it; returns its URI.
        users: whether access can be given to users, not only to groups.
    """

    name: str
    role: flowhost.AssetSystem
    new_file: Callable[[str, bytes], str]
    users: bool


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
    """

    role: flowhost.MediaLibrary
    new_file: Callable[[str, bytes], str]
    titled: Callable[[str], str]
    new_collection: Callable[[str, str], object]
    save_search: Callable[[str, str], object]
    export: str
    policy: str
    tag: str


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


@pytest.fixture(params=[catalogue_library], ids=["catalogue"])
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


@pytest.fixture(params=[catalogue, viz_one, ailing_viz_one], ids=["catalogue", "viz-one", "ailing viz-one"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    """Each asset system, fresh and open."""
    with ExitStack() as running:
        yield request.param(tmp_path, running)


@pytest.fixture
def assets(system: System) -> flowhost.AssetSystem:
    """The role of each asset system."""
    return system.role
