"""The pytest plugin: fixtures with servers, simply there once this distribution is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.server import VidispineServer
    from flowhost_devserver.viz_one.server import VizOneServer


@pytest.fixture
def make_viz_one_server(tmp_path: Path) -> Iterator[Callable[..., VizOneServer]]:
    """Starts servers: called with the arguments of `VizOneServer`; `root` is a folder of the test by default."""
    from flowhost_devserver.viz_one.server import VizOneServer

    with ExitStack() as running:
        made = 0

        def start(root: str | Path | None = None, **options: Any) -> VizOneServer:
            nonlocal made
            made += 1
            folder = root or tmp_path / f"viz-one-{made}"
            return running.enter_context(VizOneServer(folder, **options))

        yield start


@pytest.fixture
def viz_one_server(make_viz_one_server: Callable[..., VizOneServer]) -> VizOneServer:
    """A server without a broker, fresh for this test."""
    return make_viz_one_server()


@pytest.fixture
def make_vidispine_server(tmp_path: Path) -> Iterator[Callable[..., VidispineServer]]:
    """Starts servers: called with the arguments of `VidispineServer`; `root` is a folder of the test by default."""
    from flowhost_devserver.vidispine.server import VidispineServer

    with ExitStack() as running:
        made = 0

        def start(root: str | Path | None = None, **options: Any) -> VidispineServer:
            nonlocal made
            made += 1
            folder = root or tmp_path / f"vidispine-{made}"
            return running.enter_context(VidispineServer(folder, **options))

        yield start


@pytest.fixture
def vidispine_server(make_vidispine_server: Callable[..., VidispineServer]) -> VidispineServer:
    """A server with its administrator (``admin``, ``admin``) and one storage, fresh for this test."""
    return make_vidispine_server()
