"""The old client, operations and store, against the development server."""

from __future__ import annotations

from typing import Any

import pytest
from flow.acl import set_group_permissions
from flow.data import MultiParser
from flow.operation import (
    Retry,
    create_or_update_asset,
    delete_unmanaged_file,
    import_unmanaged_file,
    retry_on_conflict,
)
from flow.store import Store
from vizone import vdf
from vizone.client import HTTPClientError, get_default_instance
from vizone.opensearch import FeedIterator
from vizone.payload.asset import Item, ItemCollection
from vizone.payload.media import UnmanagedFileCollection
from vizone.payload.user_group import Acl
from vizone.resource.asset import get_asset_by_id
from vizone.urilist import UriList

import flowhost

pytest.importorskip("flowhost_devserver", reason="flowhost-devserver is not installed")

METADATA = {"form": "hubitem", "asset.title": "One"}


def test_an_asset_is_created_and_updated_by_its_id(client: Any) -> None:
    created = create_or_update_asset("SITE-1", METADATA)
    updated = create_or_update_asset("SITE-1", {"form": "hubitem", "asset.title": "Two"}, client=client)
    assert created.id == updated.id
    found = get_asset_by_id("SITE-1", client=client)
    assert isinstance(found, Item)
    assert found.describedby_link.metadata.get("asset.title") == "Two"
    assert METADATA == {"form": "hubitem", "asset.title": "One"}, "the caller's dict is not changed"


def test_verbs_take_links_urls_and_documents(client: Any) -> None:
    item = create_or_update_asset("SITE-1", METADATA)
    fetched = Item(client.GET(item.self_link.href))
    set_group_permissions(fetched.acl, "Editors", admin=False)
    stored = Item(client.PUT(fetched.edit_link, fetched))
    assert ("Editors", True, True, False) in [
        (each.name, each.read, each.write, each.admin) for each in stored.acl.groupentries
    ]
    payload = vdf.Payload(client.GET(stored.describedby_link))
    payload.set("asset.title", "Three")
    answer = client.PUT(stored.describedby_link, payload)
    assert vdf.Payload(answer).get("asset.title") == "Three"
    client.DELETE(stored.edit_link)
    assert client.GET(item.self_link, check_status=False).status_code in (200, 404, 410)


def test_errors_are_raised_or_returned(client: Any) -> None:
    with pytest.raises(HTTPClientError) as caught:
        client.GET("/thirdparty/asset/item/1")
    assert caught.value.response.status_code == 404
    assert client.GET("/thirdparty/asset/item/1", check_status=False).status_code == 404


def test_a_stale_document_is_a_conflict(client: Any) -> None:
    create_or_update_asset("SITE-1", METADATA)
    mine, theirs = get_asset_by_id("SITE-1"), get_asset_by_id("SITE-1")
    theirs.title = "theirs"
    client.PUT(theirs.edit_link, theirs)
    mine.title = "mine"
    with pytest.raises(flowhost.Conflict):
        client.PUT(mine.edit_link, mine)


def test_the_service_document_has_collections_and_templates(client: Any, server: Any) -> None:
    collection = client.servicedoc.get_collection_by_keyword("asset")
    feed = ItemCollection(client.GET(collection.endpoint))
    assert feed.entries == []
    config = client.servicedoc.get_collection_by_keyword("client-config")
    url = config.get_resolve_by_id("client-config").make_url("a b", {"vizid:application": "mine"})
    assert url.startswith(server.url)
    assert "a%20b" in url
    assert "application=mine" in url


def test_every_page_of_a_feed(client: Any) -> None:
    for number in range(3):
        create_or_update_asset(f"SITE-{number}", METADATA)
    endpoint = client.servicedoc.get_collection_by_keyword("asset").endpoint.href
    feed = ItemCollection(client.GET(f"{endpoint}?num=1"))
    assert len(feed.entries) == 1
    assert len(list(FeedIterator(feed, client))) == 3


def test_the_default_client_is_the_one_that_was_made(client: Any) -> None:
    assert get_default_instance().viz_one is client.viz_one


def test_a_session_with_another_user(client: Any, server: Any) -> None:
    server.users["bob"] = "secret"
    client.session.auth = ("bob", "secret")
    assert client.session.auth == ("bob", "secret")
    client.GET("/thirdparty")
    client.session.auth = ("bob", "wrong")
    with pytest.raises(HTTPClientError):
        client.GET("/thirdparty")


def test_the_store_keeps_values_by_application_and_asset(client: Any) -> None:
    store, other = Store("flow_one", client), Store("flow_two", client)
    item = create_or_update_asset("SITE-1", METADATA)
    of_asset = Store("flow_one", client, item.atom_id)
    value = {"any": ["json", 1, None]}
    assert store.put("a key", value) == value
    assert (store.get("a key"), other.get("a key"), of_asset.get("a key")) == (value, None, None)
    of_asset.put("a key", 7)
    assert (store.get("a key"), of_asset.get("a key")) == (value, 7)
    store.delete("a key")
    assert store.get("a key") is None


def test_files_are_imported_and_deleted(client: Any, server: Any) -> None:
    (server.location() / "clip.mxf").write_bytes(b"media" * 100)
    (server.location() / "note.xml").write_bytes(b"<a/>")
    server.catalogue.scan(server.catalogue.storage("inbox"))
    files = {each.title: each for each in client.viz_one.location("inbox").entries}
    assert set(files) == {"clip.mxf", "note.xml"}
    delete_unmanaged_file(files["note.xml"])
    assert not (server.location() / "note.xml").exists()
    item = create_or_update_asset("SITE-1", METADATA)
    assert import_unmanaged_file(item, UriList([files["clip.mxf"].self_link.href]))
    gone = UriList([files["note.xml"].self_link.href])
    assert not import_unmanaged_file(create_or_update_asset("SITE-2", METADATA), gone)
    assert UnmanagedFileCollection.root


def test_retries_end_with_an_error() -> None:
    calls: list[bool] = []

    @retry_on_conflict(max_retries=3)
    def never(conflict: bool = False) -> None:
        calls.append(conflict)
        raise Retry("again")

    with pytest.raises(Retry):
        never()
    assert calls == [False, True, True]


def test_values_from_text_need_no_client() -> None:
    assert MultiParser(type="integer").convert("7") == 7
    assert MultiParser().convert("") is None


def test_a_dictionary_that_the_server_refuses_is_a_wrong_value(server: Any, client: Any) -> None:
    gone = "/api/metadata/dictionary/~gone"
    with pytest.raises(ValueError, match=gone):
        MultiParser(type="dictionary", source=gone).convert("N", client)
    closed = server.add_dictionary("closed", {"N": "News"})
    server.faults.add("403:path=/api/metadata/dictionary/*")
    with pytest.raises(ValueError, match=closed):
        MultiParser(type="dictionary", source=closed).convert("N")
    server.faults.clear()
    server.faults.add("503:path=/api/metadata/dictionary/*")
    with pytest.raises(flowhost.Unavailable):
        MultiParser(type="dictionary", source=closed).convert("N")


def test_an_access_list_of_its_own() -> None:
    acl = Acl()
    assert set_group_permissions(acl, "Editors", write=False, admin=False)
    assert not set_group_permissions(acl, "Editors", write=False, admin=False)
    assert set_group_permissions(acl, "Editors", read=False, write=False, admin=False)
    assert acl.groupentries == []
