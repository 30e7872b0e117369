"""Items: reading one and many, what is in them, deleting them, what they are called elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NS = {"v": "http://xml.vidispine.com/schema/vidispine"}


def made(api: Any, title: str = "", **options: Any) -> str:
    document = {"timespan": [{"field": [{"name": "title", "value": [{"value": title}]}]}]} if title else {}
    answer = api.post("/import/placeholder?container=1", json=document, **options)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def with_file(api: Any, module_server: VidispineServer, tmp_path: Path) -> tuple[str, Path]:
    """An item with a text file as its media, and where that lies."""
    source = tmp_path / "notes here.txt"
    source.write_text("notes")
    catalogue = module_server.catalogue
    item = made(api, "With a file")
    job = catalogue.import_file(item, source)
    ended = catalogue.wait_for_job(job.id, timeout=60)
    assert ended.status.startswith("FINISHED")
    [shape] = catalogue.record(item).shapes
    [file] = shape.files
    return item, Path(catalogue.storage(file.storage).path, file.path)


class TestOne:
    def test_without_content_it_is_its_id(self, api: Any) -> None:
        item = made(api)
        assert api.get(f"/item/{item}").json() == {"id": item}
        assert api.get(f"/item/{item}/").json() == {"id": item}
        root = etree.fromstring(api.get(f"/item/{item}", headers={"Accept": "application/xml"}).content)
        assert root.tag == f"{{{NS['v']}}}ItemDocument"
        assert dict(root.attrib) == {"id": item}

    def test_with_all_content(self, api: Any, with_file: tuple[str, Path]) -> None:
        item, file = with_file
        words = "metadata,shape,uri,access,merged-access,external,nothing"
        answer = api.get(f"/item/{item}", params={"content": words})
        found = answer.json()
        assert set(found) == {"id", "metadata", "shape", "files", "access", "merged-access", "externalId"}
        assert found["files"] == {"uri": [file.as_uri()]}
        assert [one["tag"] for one in found["shape"]] == [["original"]]
        assert found["access"][0] == {"type": "GENERIC", "permission": "ALL"}
        assert found["externalId"] == []
        answer = api.get(f"/item/{item}", params={"content": words}, headers={"Accept": "application/xml"})
        root = etree.fromstring(answer.content)
        assert {etree.QName(one).localname for one in root} == set(found) - {"id", "externalId"}
        assert root.findtext("v:files/v:uri", namespaces=NS) == file.as_uri()

    def test_what_the_media_tells(self, api: Any, with_file: tuple[str, Path]) -> None:
        item, file = with_file
        terse = api.get(f"/item/{item}", params={"content": "metadata", "terse": "true"}).json()["terse"]
        told = {name: values[0]["value"] for name, values in terse.items()}
        assert told["originalFilename"] == "notes here.txt"
        assert told["originalUri"] == file.as_uri()
        assert told["__shape_size"] == "1"
        assert told["mediaType"] != "none"

    def test_where_its_media_is(self, api: Any, with_file: tuple[str, Path]) -> None:
        item, file = with_file
        assert api.get(f"/item/{item}/uri").json() == {"uri": [file.as_uri()]}
        assert api.get(f"/item/{item}/uri", params={"tag": "lowres"}).json() == {}


class TestDeleting:
    def test_one(self, api: Any) -> None:
        item = made(api)
        answer = api.delete(f"/item/{item}")
        assert (answer.status_code, answer.content) == (200, b"")
        missing = api.get(f"/item/{item}")
        assert missing.status_code == 404
        assert missing.json()["notFound"] == {"type": "item", "id": item, "context": None}
        again = api.delete(f"/item/{item}")
        assert again.status_code == 404
        assert again.json()["notFound"]["type"] == "Item"

    def test_several_of_which_some_are_unknown(self, api: Any) -> None:
        ids = [made(api), "VX-99999", made(api)]
        answer = api.delete("/item", params={"id": ",".join(ids)})
        assert (answer.status_code, answer.content) == (200, b"")
        assert [api.get(f"/item/{one}").status_code for one in ids] == [404, 404, 404]

    def test_none_is_a_mistake(self, api: Any) -> None:
        assert api.delete("/item").status_code == 400

    def test_its_files_go_with_it_unless_they_are_to_be_kept(
        self, api: Any, with_file: tuple[str, Path], tmp_path: Path, module_server: VidispineServer
    ) -> None:
        item, file = with_file
        asked = {"keepShapeTagMedia": "original", "keepShapeTagStorage": "*"}
        assert api.delete(f"/item/{item}", params=asked).status_code == 200
        assert file.read_text() == "notes"

    def test_its_files_go_with_it(
        self, api: Any, with_file: tuple[str, Path], module_server: VidispineServer
    ) -> None:
        item, file = with_file
        assert api.delete(f"/item/{item}", params={"keepShapeTagMedia": "lowres"}).status_code == 200
        assert not file.exists()

    def test_a_deletion_lock_holds(self, api: Any, module_server: VidispineServer) -> None:
        item = made(api)
        until = datetime.now(UTC) + timedelta(hours=1)
        lock = module_server.catalogue.lock_deletion(item, user="admin", expires=until)
        answer = api.delete(f"/item/{item}")
        assert answer.status_code == 409
        assert answer.json()["conflict"]["id"] == item
        module_server.catalogue.unlock_deletion(item, lock.id)
        assert api.delete(f"/item/{item}").status_code == 200


class TestExternalIds:
    def test_they_stand_for_the_item(self, api: Any) -> None:
        item = made(api, params={"externalId": "ext-1"})
        assert api.get("/item/ext-1").json() == {"id": item}
        answer = api.put(f"/item/{item}/external-id/ext-2")
        assert (answer.status_code, answer.content) == (200, b"")
        listed = api.get("/item/ext-2/external-id").json()["id"]
        assert [one["externalId"] for one in listed] == ["ext-1", "ext-2"]
        assert set(listed[0]) == {"externalId", "namespace", "entityType", "entityId"}
        assert listed[0]["entityId"] == item
        text = api.get(f"/item/{item}/external-id", headers={"Accept": "text/plain"}).text
        assert text == "ext-1\r\next-2\r\n"
        assert api.delete(f"/item/{item}/external-id/ext-1").status_code == 200
        assert api.get("/item/ext-1").status_code == 404
        assert api.delete(f"/item/{item}/external-id/ext-1").status_code == 404
        assert api.delete(f"/item/{item}/external-id").status_code == 200
        assert api.get("/item/ext-2").status_code == 404

    def test_no_two_items_have_the_same(self, api: Any) -> None:
        made(api, params={"externalId": "only-one"})
        answer = api.post("/import/placeholder", params={"externalId": "only-one"}, json={})
        assert answer.status_code == 409
        other = made(api)
        assert api.put(f"/item/{other}/external-id/only-one").status_code == 409

    def test_a_new_item_cannot_have_that_of_another(self, api: Any) -> None:
        assert api.post("/import/placeholder?externalId=taken").status_code == 200
        for answer in (
            api.post("/import/placeholder?externalId=taken"),
            api.put(f"/item/{api.post('/import/placeholder').json()['id']}/external-id/taken"),
        ):
            assert answer.status_code == 409
            assert (answer.json()["conflict"]["type"], answer.json()["conflict"]["id"]) == ("Item", "taken")

    def test_metadata_is_changed_by_them(self, api: Any) -> None:
        item = made(api, params={"externalId": "by-ext"})
        given = {"timespan": [{"field": [{"name": "title", "value": [{"value": "New"}]}]}]}
        assert api.put("/item/by-ext/metadata", json=given).json()["item"][0]["id"] == item


class TestRights:
    def test_others_see_and_change_nothing(
        self, api: Any, api_for: Any, module_server: VidispineServer
    ) -> None:
        item = made(api, "Secret")
        user = {"userName": "guest", "password": "guest"}
        assert api.post("/user", json=user, headers={"Content-Type": "application/json"}).ok
        guest = api_for(module_server, "guest", "guest")
        given = {"timespan": [{"field": [{"name": "title", "value": [{"value": "Mine"}]}]}]}
        refused = [
            guest.get(f"/item/{item}"),
            guest.get(f"/item/{item}/metadata"),
            guest.put(f"/item/{item}/metadata", json=given),
            guest.put(f"/item/{item}/external-id/guest-1"),
            guest.delete(f"/item/{item}"),
            guest.delete("/item", params={"id": item}),
        ]
        assert [one.status_code for one in refused] == [403] * len(refused)
        assert all(one.json()["forbidden"] for one in refused)
        own = made(guest, "Own")
        assert guest.put(f"/item/{own}/metadata", json=given).status_code == 200
        assert guest.delete(f"/item/{own}").status_code == 200

    def test_an_item_says_what_who_asks_may_do(
        self, api: Any, api_for: Any, module_server: VidispineServer
    ) -> None:
        item = made(api, "Half open")
        user = {"userName": "visitor", "password": "visitor"}
        assert api.post("/user", json=user, headers={"Content-Type": "application/json"}).ok
        about_metadata = {"metadata": {"field": ""}}
        about_a_shape = {"shape": {"tag": "lowres"}}
        for entry in (
            {"permission": "READ"},
            {"permission": "WRITE", "priority": 1, "operation": about_metadata},
            {"permission": "ALL", "priority": 1, "operation": about_a_shape},
        ):
            assert api.post(f"/item/{item}/access", json={"user": "visitor", **entry}).ok
        visitor = api_for(module_server, "visitor", "visitor")
        found = visitor.get(f"/item/{item}", params={"content": "access"}).json()["access"]
        rights = {one["type"]: one["permission"] for one in found}
        assert rights == {"GENERIC": "READ", "METADATA": "WRITE", "SHAPE": "READ", "URI": "READ"}
        xml = visitor.get(f"/item/{item}?content=access", headers={"Accept": "application/xml"})
        first = etree.fromstring(xml.content).find("v:access", NS)
        assert first is not None
        assert dict(first.attrib) == {"type": "GENERIC", "permission": "READ"}


@pytest.fixture(scope="module")
def server_of_five() -> Iterator[VidispineServer]:
    """A server with five items that no other test changes."""
    with VidispineServer() as server:
        for number in range(1, 6):
            server.catalogue.create_item({}, title=f"Number {number}", user="admin")
        yield server


class TestMany:
    @pytest.fixture
    def own(self, server_of_five: VidispineServer, api_for: Any) -> Any:
        return api_for(server_of_five)

    def test_parts_of_all(self, own: Any) -> None:
        every = own.get("/item").json()
        assert set(every) == {"hits", "item"}
        assert every["hits"] == 5
        assert all(set(one) == {"id", "start", "end", "timespan"} for one in every["item"])
        for path in ("/item;first=2;number=2", "/item?first=2&number=2"):
            page = own.get(path).json()
            assert page["hits"] == 5
            assert page["item"] == every["item"][1:3]
        assert "hits" not in own.get("/item;count=false").json()
        assert own.get("/item;number=0").json()["hits"] == 5

    def test_urls_instead_of_ids(self, own: Any, server_of_five: VidispineServer) -> None:
        text = own.get("/item;number=2;url=true", headers={"Accept": "text/plain"}).text
        base = f"{server_of_five.url}/API/item"
        assert text == f"{base}/VX-1\r\n{base}/VX-2\r\n"

    def test_by_cursor(self, own: Any) -> None:
        seen, cursor = [], "*"
        while cursor:
            page = own.get("/item", params={"cursor": cursor, "number": 2}).json()
            seen += [one["id"] for one in page["item"]]
            cursor = page.get("nextCursor") if page["item"] else None
        assert seen == [one["id"] for one in own.get("/item").json()["item"]]

    def test_with_content(self, own: Any) -> None:
        asked = {"content": "metadata,access,shape", "field": "title", "number": "1"}
        [one] = own.get("/item", params=asked).json()["item"]
        assert set(one) == {"id", "start", "end", "timespan", "metadata", "access", "shape"}
        [span] = one["metadata"]["timespan"]
        assert [field["name"] for field in span["field"]] == ["title"]
        [one] = own.get("/item", params=asked | {"terse": "yes"}).json()["item"]
        assert list(one["terse"]) == ["title"]
        answer = own.get("/item", params=asked | {"terse": "yes"}, headers={"Accept": "application/xml"})
        root = etree.fromstring(answer.content)
        assert root.findtext("v:item/title", namespaces=NS) == one["terse"]["title"][0]["value"]
        assert root.findtext("v:hits", namespaces=NS) == "5"

    @pytest.mark.parametrize("asked", ["first=0", "number=-1", "number=many", "cursor=odd"])
    def test_numbers_that_are_none(self, own: Any, asked: str) -> None:
        assert own.get(f"/item?{asked}").status_code == 400

    def test_those_that_go_meanwhile_are_left_out(
        self, api_for: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with VidispineServer() as server:
            own = api_for(server)
            first, second = made(own), made(own)
            record = server.catalogue.record

            def record_late(item_id: str) -> Any:
                found = record(item_id)
                if item_id == first and server.catalogue.delete_item(first):
                    server.catalogue.set_metadata(second, {"title": ["still here"]})
                return found

            monkeypatch.setattr(server.catalogue, "record", record_late)
            answer = own.get("/item", params={"content": "metadata,access"})
            assert [one["id"] for one in answer.json()["item"]] == [second]
