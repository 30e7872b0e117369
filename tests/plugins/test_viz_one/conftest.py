"""What the tests of transfer plugins share."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flowhost.testing.services import missing
from flowhost_plugins.viz_one import VizOne

SETTINGS = {"plugin.user": "ann", "plugin.password": "s3cret"}


@pytest.fixture
def transfer_server(request: pytest.FixtureRequest) -> Any:
    """A development server that knows the user of the plugin's settings."""
    if importlib.util.find_spec("flowhost_devserver") is None:
        missing("there is no development server; try: pip install contrib/flowhost-devserver")
    found = request.getfixturevalue("viz_one_server")
    found.users["ann"] = "s3cret"
    return found


@pytest.fixture
def transfer_client(transfer_server: Any) -> Iterator[VizOne]:
    made = VizOne(hostname=transfer_server.url.partition("://")[2], use_https=False, retries=0)
    made.open()
    yield made
    made.close()


@pytest.fixture
def transfer(transfer_server: Any, transfer_client: VizOne) -> Callable[..., Any]:
    """Makes a transfer request on the server."""

    def make(**given: Any) -> Any:
        values = {
            "asset": transfer_client.create_item({}, title="A clip").id,
            "source": "ftp://ann:x@one.test/media/clip.mxf",
            "destination": "ftp://ann:x@one.example/in/clip.mxf",
            "settings": SETTINGS,
            **given,
        }
        return transfer_server.add_transfer(**values)

    return make
