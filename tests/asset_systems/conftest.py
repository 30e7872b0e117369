"""Every asset system, one after the other: what holds for the role holds for each."""

from __future__ import annotations

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
    system = Catalogue(url=flowhost.Secret(f"sqlite:///{folder}/items.db"), clock=flowhost.SystemClock())
    system.open()
    running.callback(system.close)
    (folder / "media").mkdir()
    system.add_storage("media", folder / "media")

    def new_file(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        return str(folder / name)

    return System("catalogue", system, new_file, users=True)


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
