"""The catalogue of metadata fields and groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NS = {"v": "http://xml.vidispine.com/schema/vidispine"}
TEXT = {"Accept": "text/plain"}
XML = {"Accept": "application/xml"}
PORTAL = {
    "portal_deleted": "date",
    "portal_ingested": "date-sortable",
    "portal_itemtype": "string-exact",
    "portal_archive_status": "string-exact",
    "portal_archive_ts": "date",
    "portal_saved_search_version": "integer",
    "criteria_document": "string-noindex",
    "sync_to_iconik": "boolean",
    "sync_to_iconik_format": "string-exact",
}


class TestFields:
    def test_a_fresh_server_has_some(self, api: Any) -> None:
        listed = {one["name"]: one for one in api.get("/metadata-field").json()["field"]}
        assert listed["title"] == {"name": "title", "type": "string", "system": "true", "origin": "VX"}
        assert {name: listed[name]["type"] for name in PORTAL} == PORTAL
        assert all(set(listed[name]) == {"name", "type", "origin"} for name in PORTAL)

    def test_lists_in_other_forms(self, api: Any) -> None:
        names = api.get("/metadata-field", headers=TEXT).text.split("\r\n")
        assert "portal_deleted" in names
        root = etree.fromstring(api.get("/metadata-field", headers=XML).content)
        assert root.tag == f"{{{NS['v']}}}MetadataFieldListDocument"
        [title] = root.xpath("v:field[v:name='title']", namespaces=NS)
        assert title.get("system") == "true"

    def test_one_is_made_and_removed(self, api: Any) -> None:
        answer = api.put("/metadata-field/made_here", json={"type": "string"})
        assert answer.status_code == 200
        assert answer.json() == {"name": "made_here", "type": "string", "origin": "VX"}
        assert api.get("/metadata-field/made_here").json() == answer.json()
        answer = api.delete("/metadata-field/made_here")
        assert (answer.status_code, answer.content) == (200, b"")
        missing = api.get("/metadata-field/made_here")
        assert missing.status_code == 404
        assert missing.json()["notFound"] == {"type": "namespace", "id": "made_here", "context": None}
        assert api.delete("/metadata-field/made_here").status_code == 404

    def test_xml_makes_one_too(self, api: Any) -> None:
        body = (
            f'<MetadataFieldDocument xmlns="{NS["v"]}"><type>string</type><stringRestriction>'
            "<minLength>1</minLength><maxLength>9</maxLength></stringRestriction></MetadataFieldDocument>"
        )
        answer = api.put(
            "/metadata-field/from_xml", data=body, headers=XML | {"Content-Type": "application/xml"}
        )
        root = etree.fromstring(answer.content)
        assert [etree.QName(one).localname for one in root] == ["name", "type", "stringRestriction", "origin"]
        found = api.get("/metadata-field/from_xml").json()
        assert found["stringRestriction"] == {"minLength": 1, "maxLength": 9}

    def test_scalars_may_be_texts(self, api: Any) -> None:
        given = {"type": "string", "stringRestriction": {"maxLength": "90"}}
        assert api.put("/metadata-field/text_scalars", json=given).json()["stringRestriction"] == {
            "maxLength": 90
        }

    def test_what_is_left_out_stays(self, api: Any) -> None:
        api.put("/metadata-field/stays_on", json={"type": "integer", "defaultValue": "1"})
        changed = api.put("/metadata-field/stays_on", json={"integerRestriction": {"maxInclusive": 5}}).json()
        assert changed["type"] == "integer"
        assert changed["defaultValue"] == "1"
        assert changed["integerRestriction"] == {"maxInclusive": 5}

    def test_a_name_needs_an_underscore(self, api: Any) -> None:
        answer = api.put("/metadata-field/fieldone", json={"type": "string"})
        assert answer.status_code == 400
        refused = answer.json()["invalidInput"]
        assert (refused["context"], refused["id"], refused["value"]) == (
            "metadata-field",
            "fieldone",
            "fieldone",
        )
        text = api.put("/metadata-field/fieldone", json={"type": "string"}, headers=TEXT).text
        assert text.startswith("400 An invalid parameter was entered\r\nContext: metadata-field\r\n")

    @pytest.mark.parametrize("kind", ["timeCode", "string-exact-sortable", "boolean-noindex"])
    def test_every_type_of_the_vendor(self, api: Any, kind: str) -> None:
        assert api.put("/metadata-field/of_a_type", json={"type": kind}).json()["type"] == kind

    def test_what_is_not_indexed_is_not_found(self, api: Any) -> None:
        api.put("/metadata-field/never_found", json={"type": "string", "index": "noindex"})
        api.put("/metadata-field/not_by_words", json={"type": "string", "fullText": False})
        fields = [
            {"name": "never_found", "value": [{"value": "zebra"}]},
            {"name": "not_by_words", "value": [{"value": "okapi"}]},
        ]
        api.post("/import/placeholder", json={"timespan": [{"field": fields}]})
        for one, hits in zip(fields, (0, 1), strict=True):
            assert api.put("/item", json={"field": [one]}).json()["hits"] == hits
            assert api.put("/item", json={"text": one["value"]}).json()["hits"] == 0
        assert api.put("/metadata-field/odd_index", json={"type": "string", "index": "so"}).status_code == 400

    @pytest.mark.parametrize("rest", ["", "-noindex"])
    def test_time_codes_of_an_older_server_can_be_changed(
        self, api_for: Any, make_vidispine_server: Any, tmp_path: Path, rest: str
    ) -> None:
        with VidispineServer(tmp_path / "kept") as server:
            server.site.keeping.put("metadata-field", "old_t", {"name": "old_t", "type": f"timecode{rest}"})
        api = api_for(make_vidispine_server(tmp_path / "kept"))
        assert api.get("/metadata-field/old_t").json()["type"] == f"timeCode{rest}"
        changed = api.put("/metadata-field/old_t", json={"defaultValue": "5@PAL"})
        assert (changed.status_code, changed.json()["type"]) == (200, f"timeCode{rest}")

    @pytest.mark.parametrize("kind", ["text", "", None])
    def test_a_type_that_is_none(self, api: Any, kind: Any) -> None:
        assert api.put("/metadata-field/odd_type", json={"type": kind}).status_code == 400

    def test_a_pattern_that_is_none(self, api: Any) -> None:
        given = {"type": "string", "stringRestriction": {"pattern": "["}}
        answer = api.put("/metadata-field/odd_pattern", json=given)
        assert answer.status_code == 400
        assert answer.json()["invalidInput"]["value"] == "["

    def test_the_server_s_own_stay(self, api: Any) -> None:
        assert api.delete("/metadata-field/title").status_code == 400
        assert api.get("/metadata-field/title").status_code == 200

    def test_key_values(self, api: Any) -> None:
        path = "/metadata-field/portal_deleted/metadata"
        assert api.put(f"{path}/extradata", data='{"a": "ä"}'.encode(), headers=TEXT).status_code == 200
        assert api.get(f"{path}/extradata", headers=TEXT).text == '{"a": "ä"}'
        assert api.get(path).json() == {"field": [{"key": "extradata", "value": '{"a": "ä"}'}]}
        assert api.get(f"{path}/other").status_code == 404
        assert "data" not in api.get("/metadata-field/portal_deleted").json()
        for wanted in ("all", "extradata"):
            shown = api.get("/metadata-field/portal_deleted", params={"data": wanted}).json()
            assert shown["data"] == [{"key": "extradata", "value": '{"a": "ä"}'}]
        assert api.delete(f"{path}/extradata").status_code == 200
        assert api.get(f"{path}/extradata").status_code == 404
        given = {"field": [{"key": "one", "value": "1"}, {"key": "two", "value": ["2"]}]}
        assert api.put(path, json=given).content == b""
        assert api.get(f"{path}/two", headers=TEXT).text == "2"
        shown = api.get("/metadata-field/portal_deleted", params={"data": "o*,t*"}).json()
        assert [one["key"] for one in shown["data"]] == ["one", "two"]
        assert api.delete(path).status_code == 200
        assert api.get(path).json() == {"field": []}

    def test_values(self, api: Any) -> None:
        given = {"field": [{"key": "a", "value": "First"}, {"key": "b", "value": "Second"}]}
        assert api.put("/metadata-field/portal_mf10006/values", json=given).content == b""
        assert api.get("/metadata-field/portal_mf10006/values").json() == given
        assert "values" not in api.get("/metadata-field/portal_mf10006").json()
        found = api.get("/metadata-field/portal_mf10006", params={"includeValues": "1"}).json()
        assert found["values"] == given
        for asked, keys in (
            ({"key-exact": "a"}, "a"),
            ({"value-start": "Se"}, "b"),
            ({"value-regex": ".*i.*", "hits": "1"}, "a"),
            ({"key-regex": "[ab]"}, "ab"),
        ):
            found = api.get("/metadata-field/portal_mf10006/values", params=asked).json()["field"]
            assert [one["key"] for one in found] == list(keys)
        wrong = api.get("/metadata-field/portal_mf10006/values?key-regex=[")
        assert wrong.json()["invalidInput"]["context"] == "key-regex"
        assert api.delete("/metadata-field/portal_mf10006/values").status_code == 200


class TestGroups:
    def test_a_fresh_server_has_portal_s(self, api: Any) -> None:
        listed = api.get("/metadata-field/field-group", params={"content": "true"}).json()["group"]
        by_name = {one["name"]: one for one in listed}
        assert {"Film", "Movie", "Person", "Actor", "BroadcastDate", "Demo"} <= set(by_name)
        film = by_name["Film"]
        assert set(film) == {"name", "schema", "field", "inheritance", "origin"}
        assert set(film["schema"]) == {"min", "max", "name"}
        assert (film["schema"]["name"], film["inheritance"], film["origin"]) == ("Film", "false", "VX")
        assert {"name", "type", "origin"} <= set(film["field"][0])

    def test_names_only(self, api: Any) -> None:
        text = api.get("/metadata-field/field-group", headers=TEXT).text
        assert "Film\r\n" in text
        assert all("field" not in one for one in api.get("/metadata-field/field-group").json()["group"])

    def test_one_is_made_filled_and_removed(self, api: Any) -> None:
        path = "/metadata-field/field-group/Shelf"
        for answer in (
            api.put(path),
            api.put(f"{path}/portal_mf10001"),
            api.put(f"{path}/title"),
            api.put(f"{path}/group/Actor"),
        ):
            assert (answer.status_code, answer.content) == (200, b"")
        found = api.get(path).json()
        assert [one["name"] for one in found["field"]] == ["portal_mf10001", "title"]
        assert [one["name"] for one in found["group"]] == ["Actor"]
        assert api.get(f"{path}/title").json()["type"] == "string"
        assert api.delete(f"{path}/title").status_code == 200
        assert api.delete(f"{path}/title").status_code == 404
        assert api.delete(f"{path}/group/Actor").status_code == 200
        root = etree.fromstring(api.get(path, headers=XML).content)
        assert root.tag == f"{{{NS['v']}}}MetadataFieldGroupDocument"
        assert root.get("inheritance") == "false"
        answer = api.delete(path)
        assert (answer.status_code, answer.content) == (200, b"")
        missing = api.get(path)
        assert missing.status_code == 404
        assert missing.json()["notFound"] == {"type": "namespace", "id": "Shelf", "context": None}

    def test_a_document_says_what_is_in_it(self, api: Any) -> None:
        path = "/metadata-field/field-group/Box"
        given = {"field": [{"name": "title"}], "schema": {"min": "1", "max": "3", "name": "x"}}
        assert api.put(path, json=given).status_code == 200
        found = api.get(path).json()
        assert found["schema"] == {"min": 1, "max": 3, "name": "Box"}
        assert [one["name"] for one in found["field"]] == ["title"]
        more = {"field": [{"name": "box_new", "type": "integer"}, {"name": "title"}]}
        assert api.put(path, json=more).status_code == 200
        assert [one["name"] for one in api.get(path).json()["field"]] == ["title", "box_new"]
        assert api.get("/metadata-field/box_new").json()["type"] == "integer"
        assert api.put(f"{path}?clear=true", json={"field": [{"name": "box_new"}]}).status_code == 200
        assert [one["name"] for one in api.get(path).json()["field"]] == ["box_new"]

    def test_what_is_in_its_groups_comes_when_asked_for(self, api: Any) -> None:
        path = "/metadata-field/field-group/Shell"
        api.put(path, json={"group": [{"name": "Person"}]})
        assert "field" not in api.get(path).json()["group"][0]
        [inner] = api.get(f"{path}?traverse=true").json()["group"]
        assert [one["name"] for one in inner["field"]] == ["portal_mf10003"]

    @pytest.mark.parametrize("given", [{"field": [{"name": "no_such"}]}, {"group": [{"name": "NoSuch"}]}])
    def test_what_it_has_must_be_there(self, api: Any, given: dict[str, Any]) -> None:
        answer = api.put("/metadata-field/field-group/Wrong", json=given)
        assert answer.status_code == 404
        assert api.get("/metadata-field/field-group/Wrong").status_code == 404

    def test_with_a_field_go_its_values(self, api: Any, module_server: VidispineServer) -> None:
        api.put("/metadata-field/short_lived", json={"type": "string"})
        own = {"name": "short_lived", "value": [{"value": "x"}]}
        other = {"name": "title", "value": [{"value": "stays"}]}
        group = {"name": "Person", "field": [own]}
        timed = {"start": "0@PAL", "end": "9@PAL", "field": [own]}
        always = {"start": "-INF", "end": "+INF", "field": [own, other], "group": [group]}
        paths = []
        for span in (always, timed):
            item = api.post("/import/placeholder", json={"timespan": [span]}).json()["id"]
            paths.append(f"/item/{item}/metadata")
        stranger = module_server.catalogue.create_item({"short_lived": ("x",), "title": ("stays",)})
        paths.append(f"/item/{stranger.id}/metadata")
        paths.append(f"/collection/{api.post('/collection?name=stays').json()['id']}/metadata")
        api.put(paths[-1], json={"timespan": [always]})
        assert api.delete("/metadata-field/short_lived").status_code == 200
        for path in paths:
            found = api.get(path)
            assert "short_lived" not in found.text
            read = found.json()["item"][0]["metadata"] if path.startswith("/item") else found.json()
            assert api.put(path, json=read).status_code == 200
        assert "stays" in api.get(paths[0]).text
        assert "stays" in api.get(paths[-1]).text
        assert "short_lived" in api.get(f"{paths[0]}/changes").text

    def test_with_a_group_go_its_instances(self, api: Any) -> None:
        api.put("/metadata-field/field-group/Fleeting")
        group = {"name": "Fleeting", "field": [{"name": "title", "value": [{"value": "x"}]}]}
        span = {"start": "-INF", "end": "+INF", "group": [{"name": "Person", "group": [group]}, group]}
        given = {"group": ["Fleeting"], "timespan": [span]}
        path = f"/item/{api.post('/import/placeholder', json=given).json()['id']}/metadata"
        assert api.delete("/metadata-field/field-group/Fleeting").status_code == 200
        found = api.get(path)
        assert "Fleeting" not in found.text
        [read] = found.json()["item"]
        assert [one["name"] for one in read["metadata"]["timespan"][0]["group"]] == ["Person"]
        assert api.put(path, json=read["metadata"]).status_code == 200

    def test_values_may_come_with_the_definition(self, api: Any) -> None:
        values = {"field": [{"key": "a", "value": "A"}]}
        made = api.put("/metadata-field/with_values", json={"type": "string", "values": values})
        assert made.json() == {"name": "with_values", "type": "string", "origin": "VX"}
        assert api.get("/metadata-field/with_values?includeValues=1").json()["values"] == values

    def test_a_field_that_goes_leaves_its_groups(self, api: Any) -> None:
        api.put("/metadata-field/soon_gone", json={"type": "string"})
        api.put("/metadata-field/field-group/Keeper", json={"field": [{"name": "soon_gone"}]})
        assert api.delete("/metadata-field/soon_gone").status_code == 200
        assert api.get("/metadata-field/field-group/Keeper").json()["field"] == []

    def test_one_may_be_within_itself(self, api: Any) -> None:
        api.put("/metadata-field/field-group/Ring")
        assert api.put("/metadata-field/field-group/Ring/group/Ring").status_code == 200
        assert "group" not in api.get("/metadata-field/field-group/Ring").json()
        assert api.delete("/metadata-field/field-group/Ring").status_code == 200
