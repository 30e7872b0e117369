"""A development server with assets, and mappers for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.documents import Item, Payload
from flowhost_plugins.viz_one.metadata_mapper import MetadataMapper
from flowhost_plugins.viz_one.operations import create_or_update_asset


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    devserver = pytest.importorskip("flowhost_devserver")
    with devserver.VizOneServer(tmp_path / "one") as running:
        yield running


@pytest.fixture
def client(server: Any) -> Iterator[VizOne]:
    host = server.url.removeprefix("http://")
    password = flowhost.Secret(server.password)
    client = VizOne(hostname=host, username=server.user, password=password, use_https=False, retries=0)
    client.open()
    yield client
    client.close()


@pytest.fixture
def asset(client: VizOne) -> Item:
    """An asset called Emma."""
    return create_or_update_asset(
        id="SITE-1", metadata={"form": "hubitem", "asset.title": "Emma", "asset.owner": "Ada"}, client=client
    )


@pytest.fixture
def mapper(client: VizOne) -> Callable[..., MetadataMapper]:
    """Makes a mapper; the mappings as a profile has them."""

    def make(mappings: dict[str, str], *, trusted: bool = False, **options: Any) -> MetadataMapper:
        read = {
            field: flowhost.Expression(text, flowhost.Place("app.ini", line, 9), trusted=trusted)
            for line, (field, text) in enumerate(mappings.items(), 11)
        }
        options = {"clock": flowhost.SystemClock(), **options}
        return MetadataMapper(viz_one=client, mappings=read, trusted_code=trusted, **options)

    return make


@pytest.fixture
def metadata(client: VizOne, asset: Item) -> Callable[[], Payload]:
    """Reads the asset's metadata from the server."""
    return lambda: client.read(Payload, asset.describedby_link)
