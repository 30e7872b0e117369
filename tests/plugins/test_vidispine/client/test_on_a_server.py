"""The client and the development server, which know nothing of each other but the protocol."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.vidispine import (
    STORAGES,
    Item,
    ItemList,
    Metadata,
    MetadataFieldValues,
    MetadataList,
    MetadataValue,
    Missing,
    Refused,
    StorageList,
    Timespan,
    URIList,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if importlib.util.find_spec("flowhost_devserver") is None:
        missing("there is no development server; try: pip install contrib/flowhost-devserver")
    from flowhost_devserver.vidispine.server import VidispineServer

    with VidispineServer(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def site(server: Any, client_of: Any) -> Any:
    def connect(**settings: Any) -> Any:
        base = f"{server.url.removesuffix('/').removesuffix('/API')}/API"
        return client_of(server, **{"base": base, "username": "admin", "password": "admin", **settings})

    return connect


def titled(title: str) -> Metadata:
    field = MetadataFieldValues(name="title", value=[MetadataValue(value=title)])
    return Metadata(timespan=[Timespan(field=[field])])


@pytest.mark.parametrize("token", [False, True], ids=["basic", "token"])
def test_an_item_from_its_making_to_its_end(site: Any, token: bool) -> None:
    client = site(token=token)
    assert client.check().text
    made = client.post("import", "placeholder", document=titled("Fjordæ"), query={"container": 1}, into=Item)
    item = client.get("item", made.id, query={"content": "metadata"}, into=Item)
    assert item.metadata is not None
    assert item.metadata.values("title") == ["Fjordæ"]
    changed = client.put("item", made.id, "metadata", document=titled("Fell"), into=MetadataList)
    assert changed.item[0].metadata is not None
    assert changed.item[0].metadata.values("title") == ["Fell"]
    in_xml = client.get("item", made.id, "metadata", into=MetadataList, accept="xml")
    assert in_xml.item[0].metadata is not None
    assert in_xml.item[0].metadata.values("title") == ["Fell"]
    assert client.delete("item", made.id) == {}
    assert client.found("item", made.id, into=Item) is None
    with pytest.raises(Missing) as caught:
        client.get("item", made.id, "metadata")
    assert (caught.value.fault, caught.value.id) == ("notFound", made.id)


def test_what_is_refused(site: Any) -> None:
    client = site()
    with pytest.raises(flowhost.Unavailable, match="check 'username'"):
        site(password="wrong").check()
    with pytest.raises(flowhost.Unavailable, match=r"'run as' \(it is 'nobody-known'\)"):
        site(run_as="nobody-known").check()
    unknown = Metadata(timespan=[Timespan(field=[MetadataFieldValues(name="no_such", value=[])])])
    made = client.post("import", "placeholder", document=titled("x"), query={"container": 1}, into=Item)
    for accept in ("json", "xml"):
        with pytest.raises(Refused) as caught:
            client.put("item", made.id, "metadata", document=unknown, accept=accept, into=MetadataList)
        assert (caught.value.status, caught.value.kind) == (404, "metadata-field")
    with pytest.raises(Missing):
        client.get("item", "VX-99999", accept="text")
    with pytest.raises(Refused) as unroutable:
        client.get("nothing", "of", "this")
    assert type(unroutable.value) is Refused


def test_lists(site: Any) -> None:
    client = site()
    ids = {
        client.post(
            "import", "placeholder", document=titled(f"Page {n}"), query={"container": 1}, into=Item
        ).id
        for n in range(5)
    }
    for pages in (client.pages, client.cursor_pages):
        found = [
            item.id
            for item in pages("item", document={}, into=ItemList, each=lambda page: page.item, number=2)
        ]
        assert ids <= set(found)
        assert len(found) == len(set(found))
    storages = client.known(STORAGES, "storage", into=StorageList).storage
    assert storages
    assert client.get("shape-tag", into=URIList).uri
