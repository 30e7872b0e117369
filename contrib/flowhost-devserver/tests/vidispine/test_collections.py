"""Collections: making, reading, changing what they hold, deleting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NS = "http://xml.vidispine.com/schema/vidispine"
XML = {"Accept": "application/xml"}
SECONDS = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[VidispineServer]:
    with VidispineServer() as server:
        for title in ("one", "two", "three"):
            server.catalogue.create_item({}, title=title)
        yield server


@pytest.fixture
def api(server: VidispineServer, api_for: Any) -> Any:
    return api_for(server)


@pytest.fixture
def made(api: Any) -> dict[str, Any]:
    answer = api.post("/collection?name=Films")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def held(api: Any, id_: str) -> list[tuple[str, str]]:
    return [(one["type"], one["id"]) for one in api.get(f"/collection/{id_}").json().get("content", ())]


def test_a_new_collection(api: Any, server: VidispineServer, made: dict[str, Any]) -> None:
    url = f"{server.url}/API/collection/{made['id']}"
    assert list(made.items()) == [("loc", url), ("id", made["id"]), ("name", "Films")]
    assert api.get(f"/collection/{made['id']}").json() == {**made, "loc": f"{url}/"}
    assert api.get("/collection?number=1").json()["collection"] == [made]
    assert api.get(f"/collection/{made['id']}", headers={"Accept": "text/plain"}).text == made["id"]
    root = etree.fromstring(api.post("/collection?name=A", headers=XML).content)
    assert root.tag == f"{{{NS}}}CollectionDocument"
    assert [etree.QName(one).localname for one in root] == ["loc", "id", "name"]


def test_a_collection_has_a_name(api: Any) -> None:
    answer = api.post("/collection")
    assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, "name")
    assert api.post("/collection", json={"name": "In a document"}).json()["name"] == "In a document"


def test_an_external_id_names_a_collection_once(api: Any) -> None:
    made = api.post("/collection?name=A&externalId=tape-9").json()
    assert api.get("/collection/tape-9").json()["id"] == made["id"]
    assert api.get("/collection/tape-9?content=external").json()["externalId"] == [
        {"externalId": "tape-9", "namespace": "default", "entityType": "collection", "entityId": made["id"]}
    ]
    assert api.post("/collection?name=B&externalId=tape-9").status_code == 409
    assert api.post(f"/collection?name=B&externalId={made['id']}").status_code == 400
    assert api.delete("/collection/tape-9").status_code == 200
    assert api.get("/collection/tape-9").status_code == 404


def test_items_come_and_go(api: Any, server: VidispineServer, made: dict[str, Any]) -> None:
    path = f"/collection/{made['id']}"
    answer = api.put(f"{path}/VX-1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.put(f"{path}/VX-1").status_code == 200  # once more changes nothing
    assert api.put(f"{path}/VX-2?metadata=role%3Dmain").status_code == 200
    content = api.get(path).json()["content"]
    assert content[0] == {"id": "VX-1", "uri": f"{server.url}/API/item/VX-1", "type": "item"}
    assert content[1]["metadata"] == {"field": [{"key": "role", "value": "main"}]}
    assert made["id"] in api.get("/item/VX-1/collections").json()["uri"]
    assert api.get("/item/VX-3/collections").json() == {}
    answer = api.delete(f"{path}/VX-1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert held(api, made["id"]) == [("item", "VX-2")]


def test_collections_and_libraries_are_held_too(api: Any, made: dict[str, Any]) -> None:
    path, inner = f"/collection/{made['id']}", api.post("/collection?name=B").json()["id"]
    library = api.post("/library", json={"item": [{"id": "VX-2"}, {"id": "VX-3"}]}).json()["uri"][0]
    assert api.put(f"{path}/{inner}?type=collection").status_code == 200
    assert api.put(f"{path}/{library}?type=library").status_code == 200
    assert held(api, made["id"]) == [("collection", inner), ("library", library)]
    assert [one["id"] for one in api.get(f"{path}/item").json()["item"]] == ["VX-2", "VX-3"]
    assert api.put(f"/collection/{inner}/{made['id']}?type=collection").status_code == 400  # a circle
    assert api.delete(f"{path}/{library}?type=library").status_code == 200
    assert api.put(f"{path}/{library}?type=library&addItems=true").status_code == 200
    assert held(api, made["id"]) == [("collection", inner), ("item", "VX-2"), ("item", "VX-3")]


def test_a_document_changes_several_members(api: Any, made: dict[str, Any]) -> None:
    path = f"/collection/{made['id']}"
    content = [{"id": "VX-1", "type": "item"}, {"id": "VX-2"}, {"id": "VX-3", "before": "VX-1"}]
    answer = api.put(path, json={"content": content})
    assert [one["id"] for one in answer.json()["content"]] == ["VX-3", "VX-1", "VX-2"]
    body = f"""<CollectionDocument xmlns="{NS}"><content mode="remove"><id>VX-1</id></content>
        <content mode="move" after="VX-2"><id>VX-3</id><type>item</type></content></CollectionDocument>"""
    answer = api.put(path, data=body, headers={**XML, "Content-Type": "application/xml"})
    root = etree.fromstring(answer.content)
    assert [one.text for one in root.findall(f"{{{NS}}}content/{{{NS}}}id")] == ["VX-2", "VX-3"]
    assert api.put(path, json={"content": [{"id": "VX-2", "mode": "twist"}]}).status_code == 400
    mixed = [{"id": "VX-2", "mode": "remove"}, {"id": "VX-3"}]
    assert api.put(path, json={"content": mixed}).status_code == 400
    assert held(api, made["id"]) == [("item", "VX-2"), ("item", "VX-3")]


def test_a_document_without_modes_is_all_that_is_held(api: Any, made: dict[str, Any]) -> None:
    path = f"/collection/{made['id']}"
    library = api.post("/library", json={"item": [{"id": "VX-2"}]}).json()["uri"][0]
    api.put(path, json={"content": [{"id": "VX-1"}, {"id": "VX-2"}, {"id": library, "type": "library"}]})
    assert held(api, made["id"]) == [("item", "VX-1"), ("item", "VX-2"), ("library", library)]
    api.put(path, json={"content": [{"id": "VX-3"}, {"id": "VX-1"}]})
    assert held(api, made["id"]) == [("item", "VX-3"), ("item", "VX-1")]
    api.put(f"{path}?clear=false", json={"content": [{"id": "VX-3"}, {"id": "VX-2"}]})
    assert held(api, made["id"]) == [("item", "VX-1"), ("item", "VX-3"), ("item", "VX-2")]
    api.put(path, json={"name": "Same"})
    assert len(held(api, made["id"])) == 3


def test_notes_on_members_come_and_go(api: Any, made: dict[str, Any]) -> None:
    path = f"/collection/{made['id']}/VX-1"
    api.put(f"{path}?metadata=role%3Dmain&metadata=shot%3D3")
    api.put(f"{path}?metadata=shot%3D4&metadata=-role")
    content = api.get(f"/collection/{made['id']}?children=item").json()["content"]
    assert content[0]["metadata"] == {"field": [{"key": "shot", "value": "4"}]}
    assert "content" not in api.get(f"/collection/{made['id']}?children=collection,library").json()


def test_a_new_name(api: Any, made: dict[str, Any]) -> None:
    assert api.put(f"/collection/{made['id']}/rename?name=Series").status_code == 200
    assert api.get(f"/collection/{made['id']}").json()["name"] == "Series"
    assert api.put(f"/collection/{made['id']}/rename").status_code == 400


def test_metadata_comes_with_it(api: Any, made: dict[str, Any]) -> None:
    answer = api.get(f"/collection/{made['id']}?content=metadata&field=title").json()
    assert answer["metadata"]["timespan"][0]["field"][0]["value"][0]["value"] == "Films"


def test_an_external_id_stands_for_it_everywhere(api: Any) -> None:
    made = api.post("/collection?name=Elsewhere&externalId=there-1").json()["id"]
    for path in ("metadata", "metadata/changes", "access", "merged-access", "item", "storage-rule"):
        by_id, by_other = api.get(f"/collection/{made}/{path}"), api.get(f"/collection/there-1/{path}")
        assert by_id.status_code == 200, path
        assert by_other.json() == by_id.json()
    given = {"timespan": [{"field": [{"name": "title", "value": [{"value": "Renamed"}]}]}]}
    assert api.put("/collection/there-1/metadata", json=given).status_code == 200
    assert api.get(f"/collection/{made}").json()["name"] == "Renamed"
    assert api.post("/collection/there-1/export?uri=file:///tmp/").json()["type"] == "EXPORT"


def test_deleting(api: Any, made: dict[str, Any]) -> None:
    api.put(f"/collection/{made['id']}/VX-1")
    answer = api.delete(f"/collection/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.delete(f"/collection/{made['id']}").status_code == 404
    assert api.get("/item/VX-1").status_code == 200
    ids = [api.post("/collection?name=A").json()["id"] for _ in range(2)]
    answer = api.delete(f"/collection?id={','.join(ids)},VX-9999")
    assert (answer.status_code, answer.content) == (200, b"")
    assert all(api.get(f"/collection/{one}").status_code == 404 for one in ids)
    assert api.delete("/collection").status_code == 400


def test_what_is_not_there(api: Any, made: dict[str, Any]) -> None:
    for method, path in (
        ("GET", ""),
        ("PUT", "/VX-1"),
        ("DELETE", "/VX-1"),
        ("DELETE", ""),
        ("PUT", "/rename?name=a"),
    ):
        answer = api.ask(method, f"/collection/VX-999{path}")
        assert answer.status_code == 404
        assert answer.json()["notFound"] == {"type": "Collection", "id": "VX-999", "context": None}
    assert api.put(f"/collection/{made['id']}/VX-999").json()["notFound"]["type"] == "Item"
    assert api.put(f"/collection/{made['id']}/VX*9?type=library").json()["notFound"]["type"] == "Library"
    assert (
        api.put(f"/collection/{made['id']}/VX-1?metadata=%3Dx").json()["invalidInput"]["context"]
        == "metadata"
    )
    assert api.put(f"/collection/{made['id']}/VX-1?type=box").json()["invalidInput"]["context"] == "type"


def test_the_items_of_a_library_stay_in(api: Any, server: VidispineServer, made: dict[str, Any]) -> None:
    first, second, third = (one.id for one in server.catalogue.items().items[:3])
    [library] = api.post("/library", json={"item": [{"id": first}, {"id": second}]}).json()["uri"]
    for item in (third, first):
        api.put(f"/collection/{made['id']}/{item}")
    given = {"content": [{"id": library, "type": "library", "addItems": True}]}
    assert api.put(f"/collection/{made['id']}", json=given).status_code == 200
    assert held(api, made["id"]) == [("item", first), ("item", second)]
    given["content"][0]["mode"] = "add"
    api.delete(f"/collection/{made['id']}/{second}")
    assert api.put(f"/collection/{made['id']}", json=given).status_code == 200
    assert held(api, made["id"]) == [("item", first), ("item", second)]


@pytest.mark.parametrize("mode", [{}, {"mode": "add"}])
def test_what_is_refused_changes_nothing(
    api: Any, server: VidispineServer, made: dict[str, Any], mode: dict[str, str]
) -> None:
    item = server.catalogue.items().items[0].id
    inner = api.post("/collection?name=inner").json()["id"]
    api.put(f"/collection/{made['id']}/{inner}?type=collection")
    for collection, member in ((inner, inner), (inner, made["id"])):
        given = [{"id": item, "type": "item", **mode}, {"id": member, "type": "collection", **mode}]
        answer = api.put(f"/collection/{collection}", json={"content": given})
        assert (answer.status_code, answer.json()["invalidInput"]["value"]) == (400, member)
        assert held(api, inner) == []


def test_what_leaves_while_others_are_ordered_stays_away(
    api: Any, api_for: Any, server: VidispineServer, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [one.id for one in server.catalogue.items().items[:2]]
    for item in items:
        api.put(f"/collection/{made['id']}/{item}")
    other = api_for(server)
    leaving = threading.Thread(
        target=other.delete, args=(f"/collection/{made['id']}/{items[0]}",), name="leaving"
    )
    members = server.catalogue.members

    def slow(*args: Any) -> Any:
        found = members(*args)
        if leaving.ident is None:
            leaving.start()
            leaving.join(0.5)  # as long as somebody else may take who does not wait for us
        return found

    monkeypatch.setattr(server.catalogue, "members", slow)
    given = {"item": [{"id": items[1], "before": items[0]}]}
    answer = api.post(f"/collection/{made['id']}/order", json=given)
    assert [one["id"] for one in answer.json()["content"]] == [items[1], items[0]]
    leaving.join(SECONDS)
    assert held(api, made["id"]) == [("item", items[1])]
