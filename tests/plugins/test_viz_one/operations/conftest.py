"""A development server, and a client of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flowhost_plugins.viz_one import VizOne


@pytest.fixture
def connect() -> Iterator[Callable[..., VizOne]]:
    """Makes clients of a development server."""
    made: list[VizOne] = []

    def make(server: Any, **options: Any) -> VizOne:
        made.append(VizOne(hostname=server.url.removeprefix("http://"), use_https=False, **options))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def make_server(request: pytest.FixtureRequest) -> Any:
    """Starts development servers, called with the arguments of `VizOneServer`."""
    pytest.importorskip("flowhost_devserver", reason="the development server is not installed")
    return request.getfixturevalue("make_viz_one_server")


@pytest.fixture
def server(make_server: Any) -> Any:
    return make_server()


@pytest.fixture
def client(server: Any, connect: Callable[..., VizOne]) -> VizOne:
    return connect(server)


@pytest.fixture
def requests_of(client: VizOne, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Method and last part of the path of each request this client sends."""
    sent: list[tuple[str, str]] = []
    send = client._wire.send

    def noted(method: str, url: str, **rest: Any) -> Any:
        sent.append((method, url.rpartition("/")[2].partition("?")[0]))
        return send(method, url, **rest)

    monkeypatch.setattr(client._wire, "send", noted)
    return sent
