"""Metadata of items: documents, stamps, groups, revisions, what is refused."""

from __future__ import annotations

import re
import threading
from datetime import datetime
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NS = {"v": "http://xml.vidispine.com/schema/vidispine"}
JSON_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
STAMPS = {"uuid", "user", "timestamp", "change"}


def document(*fields: dict[str, Any], groups: Any = (), **more: Any) -> dict[str, Any]:
    span = {"start": "-INF", "end": "+INF", "field": list(fields), "group": list(groups)}
    return {"timespan": [span], **more}


def field(name: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "value": [{"value": one} for one in values], **more}


@pytest.fixture
def item(api: Any) -> str:
    made = api.post("/import/placeholder?container=1", json=document(field("title", "Foo")))
    return str(made.json()["id"])


def metadata(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    [one] = answer.json()["item"]
    found: dict[str, Any] = one["metadata"]
    return found


def by_name(level: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in level["field"]}


def texts(level: dict[str, Any], name: str) -> list[str]:
    return [one["value"] for one in by_name(level).get(name, {"value": []})["value"]]


class TestReading:
    def test_who_reads_an_item_that_is_just_made_begins_no_metadata(
        self, api: Any, module_server: VidispineServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create, seen, readers = module_server.catalogue.create_item, [], []

        def title(item: str) -> Any:
            [span] = metadata(api.get(f"/item/{item}/metadata"))["timespan"]
            return by_name(span)["title"]

        def created(*given: Any, **named: Any) -> Any:
            made = create(*given, **named)
            readers.append(threading.Thread(target=lambda: seen.append(title(made.id))))
            readers[0].start()
            readers[0].join(0.5)  # it may have to wait
            return made

        monkeypatch.setattr(module_server.catalogue, "create_item", created)
        made = api.post("/import/placeholder?container=1", json=document(field("title", "Foo")))
        readers[0].join(60)
        assert seen == [title(made.json()["id"])]

    def test_a_placeholder_has_the_system_s_fields(self, api: Any, item: str, system_fields: Any) -> None:
        answer = api.get(f"/item/{item}", params={"content": "metadata"})
        assert set(answer.json()) == {"id", "metadata"}
        found = answer.json()["metadata"]
        assert set(found) == {"revision", "group", "timespan"}
        assert found["group"] == []
        [span] = found["timespan"]
        assert set(span) == {"start", "end", "field", "group"}
        assert (span["start"], span["end"]) == ("-INF", "+INF")
        fields = by_name(span)
        assert set(fields) == system_fields | {"title"}
        assert all(fields[name]["user"] == "system" for name in system_fields)
        assert texts(span, "mediaType") == ["none"]
        assert texts(span, "shapeTag") == ["original"]
        assert texts(span, "itemId") == [item]
        assert texts(span, "user") == ["admin"]
        assert texts(span, "created")[0].endswith("Z")

    def test_values_fields_and_the_revision_have_their_forms(self, api: Any, item: str) -> None:
        found = metadata(api.get(f"/item/{item}/metadata"))
        assert re.fullmatch(r"VX-\d+,VX-\d+", found["revision"])
        title = by_name(found["timespan"][0])["title"]
        assert set(title) == {"name", "value"} | STAMPS
        [value] = title["value"]
        assert set(value) == {"value"} | STAMPS
        assert value["user"] == "admin"
        assert JSON_MOMENT.fullmatch(value["timestamp"])
        assert value["change"] == found["revision"].split(",")[1]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value["uuid"])

    def test_what_did_not_change_reads_the_same_again(self, api: Any, item: str) -> None:
        first = api.get(f"/item/{item}/metadata").json()
        assert api.get(f"/item/{item}/metadata").json() == first

    def test_xml(self, api: Any, item: str) -> None:
        answer = api.get(f"/item/{item}/metadata", headers={"Accept": "*/*"})
        assert answer.headers["Content-Type"].startswith("application/xml")
        root = etree.fromstring(answer.content)
        assert etree.QName(root).localname == "MetadataListDocument"
        [title] = root.xpath("v:item/v:metadata/v:timespan/v:field[v:name='title']", namespaces=NS)
        assert root.xpath("string(v:item/@id)", namespaces=NS) == item
        [value] = title.xpath("v:value", namespaces=NS)
        assert value.text == "Foo"
        assert set(value.attrib) == STAMPS
        assert datetime.fromisoformat(value.get("timestamp"))
        assert value.get("timestamp").endswith("Z")

    def test_some_fields(self, api: Any, item: str, system_fields: Any) -> None:
        found = metadata(api.get(f"/item/{item}/metadata", params={"field": "title,itemId:id"}))
        assert set(by_name(found["timespan"][0])) == {"title", "id"}
        found = metadata(api.get(f"/item/{item}/metadata;field=title"))
        assert set(by_name(found["timespan"][0])) == {"title"}
        found = metadata(api.get(f"/item/{item}/metadata", params={"field": "-__*"}))
        assert set(by_name(found["timespan"][0])) == {
            name for name in system_fields | {"title"} if not name.startswith("__")
        }

    def test_some_groups(self, api: Any, item: str) -> None:
        group = {"name": "Actor", "field": [field("portal_mf10003", "Ann")]}
        other = {"name": "Person", "field": [field("portal_mf10003", "Bob")]}
        api.put(f"/item/{item}/metadata", json=document(groups=[group, other]))
        [span] = metadata(api.get(f"/item/{item}/metadata", params={"group": "Actor"}))["timespan"]
        assert span["field"] == []
        assert [one["name"] for one in span["group"]] == ["Actor"]
        [span] = metadata(api.get(f"/item/{item}/metadata", params={"field": "portal_mf10003"}))["timespan"]
        assert [one["name"] for one in span["group"]] == ["Actor", "Person"]

    @pytest.mark.parametrize("yes", ["yes", "true"])
    def test_terse(self, api: Any, item: str, yes: str) -> None:
        asked = {"terse": yes, "field": "title", "content": "metadata"}
        answer = api.get(f"/item/{item}", params=asked).json()
        assert set(answer) == {"id", "terse"}
        [value] = answer["terse"]["title"]
        assert set(value) == {"value", "start", "end", "uuid"}
        listed = api.get(f"/item/{item}/metadata", params=asked).json()
        assert listed == {"item": [answer]}
        in_xml = api.get(f"/item/{item}", params=asked, headers={"Accept": "application/xml"}).content
        assert in_xml.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')
        root = etree.fromstring(in_xml)
        assert root.tag == f"{{{NS['v']}}}ItemDocument"
        title = root.find("title")  # in no namespace
        assert title is not None
        assert dict(title.attrib) == {"start": "-INF", "end": "+INF", "uuid": value["uuid"]}
        assert title.text == "Foo"

    def test_types_and_key_values_are_told_when_asked_for(self, api: Any, item: str) -> None:
        api.put("/metadata-field/title/metadata/extradata", data="{}")
        asked = {"field": "title", "include": "type,extradata"}
        [span] = metadata(api.get(f"/item/{item}/metadata", params=asked))["timespan"]
        told = {"name": "title", "type": "string", "system": "true", "origin": "VX"}
        assert span["field"][0]["type"] == told
        assert span["field"][0]["data"] == [{"key": "extradata", "value": "{}"}]
        xml = api.get(f"/item/{item}/metadata", params=asked, headers={"Accept": "application/xml"})
        root = etree.fromstring(xml.content)
        assert root.findtext(".//v:field/v:type/v:type", namespaces=NS) == "string"
        api.put("/metadata-field/title/values", json={"field": [{"key": "a", "value": "A"}]})
        [span] = metadata(api.get(f"/item/{item}/metadata", params=asked | {"includeValues": "true"}))[
            "timespan"
        ]
        assert span["field"][0]["type"]["values"] == {"field": [{"key": "a", "value": "A"}]}
        api.delete("/metadata-field/title/values")

    def test_groups_as_they_are_asked_for(self, api: Any, item: str) -> None:
        inner = {"name": "Actor", "field": [field("portal_mf10003", "Ann")]}
        person = {"name": "Person", "field": [field("portal_mf10003", "Bea")], "group": [inner]}
        api.put(f"/item/{item}/metadata", json=document(groups=[person]))

        def shown(groups: str) -> list[tuple[str, list[str]]]:
            [span] = metadata(api.get(f"/item/{item}/metadata", params={"group": groups}))["timespan"]
            return [(one["name"], [two["name"] for two in one["group"]]) for one in span["group"]]

        assert shown("Person") == [("Person", [])]
        assert shown("Person+") == [("Person", ["Actor"])]
        assert shown("Person+,-Actor") == [("Person", [])]
        assert shown("Person:Human") == [("Human", [])]
        assert shown("-Person") == []

    def test_without_what_is_worked_out(self, api: Any, item: str) -> None:
        asked = {"includeTransientMetadata": "False"}
        [span] = metadata(api.get(f"/item/{item}/metadata", params=asked))["timespan"]
        names = [one["name"] for one in span["field"]]
        assert "itemId" in names
        assert not [one for one in names if one.startswith("__")]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("sv_SE", ["hej"]),
            ("*_SE,none", ["hej", "hi"]),
            ("none", ["hi"]),
            ("all", ["hej", "hi"]),
            ("de", []),
        ],
    )
    def test_values_in_a_language(self, api: Any, item: str, asked: str, found: list[str]) -> None:
        values = [{"value": "hej", "lang": "sv_SE"}, {"value": "hi"}]
        api.put(f"/item/{item}/metadata", json=document({"name": "title", "value": values}))
        wanted = {"language": asked, "field": "title"}
        [span] = metadata(api.get(f"/item/{item}/metadata", params=wanted))["timespan"]
        assert [value["value"] for one in span["field"] for value in one["value"]] == found

    def test_defaults_are_told_when_asked_for(self, api: Any, item: str) -> None:
        api.put("/metadata-field/with_default", json={"type": "string", "defaultValue": "usual"})
        asked = {"field": "with_default", "defaultValue": "true"}
        [span] = metadata(api.get(f"/item/{item}/metadata", params=asked))["timespan"]
        assert span["field"] == [{"name": "with_default", "value": [{"value": "usual"}]}]
        [span] = metadata(api.get(f"/item/{item}/metadata", params={"field": "with_default"}))["timespan"]
        assert span["field"] == []

    def test_both_lists_are_on_every_level(self, api: Any, item: str) -> None:
        inner = {"name": "Actor", "field": [field("portal_mf10003", "Ann")]}
        given = document(field("title", "Bar"), groups=[{"name": "Person", "group": [inner]}])
        changes = metadata(api.put(f"/item/{item}/metadata?onlyReturnChanges=true", json=given))
        whole = metadata(api.get(f"/item/{item}/metadata"))
        chosen = metadata(api.get(f"/item/{item}/metadata", params={"group": "Person+"}))
        for found in (changes, whole, chosen):
            [span] = found["timespan"]
            [outer] = span["group"]
            assert set(span) == {"start", "end", "field", "group"}
            assert outer["field"] == outer["group"][0]["group"] == []
            assert set(outer) == set(outer["group"][0]) == {"name", "field", "group"} | STAMPS

    def test_a_part_of_the_time_without_what_is_asked_for_is_left_out(self, api: Any, item: str) -> None:
        timed = {"start": "0@PAL", "end": "250@PAL", "field": [field("portal_mf10011", "the beginning")]}
        api.put(f"/item/{item}/metadata", json={"timespan": [timed]})
        [span] = metadata(api.get(f"/item/{item}/metadata", params={"field": "no_such"}))["timespan"]
        assert span == {"start": "-INF", "end": "+INF", "field": [], "group": []}

    def test_timespans(self, api: Any, item: str) -> None:
        timed = {"start": "0@PAL", "end": "250@PAL", "field": [field("portal_mf10011", "the beginning")]}
        api.put(f"/item/{item}/metadata", json={"timespan": [timed]})
        spans = metadata(api.get(f"/item/{item}/metadata"))["timespan"]
        assert [(one["start"], one["end"]) for one in spans] == [("-INF", "+INF"), ("0@PAL", "250@PAL")]
        assert texts(spans[1], "portal_mf10011") == ["the beginning"]
        [span] = metadata(api.get(f"/item/{item}/metadata", params={"interval": "generic"}))["timespan"]
        assert span["start"] == "-INF"
        [span] = metadata(api.get(f"/item/{item}/metadata", params={"interval": "timed"}))["timespan"]
        assert span["start"] == "0@PAL"

    @pytest.mark.parametrize(
        ("asked", "starts"),
        [
            ("all", ["-INF", "0@PAL", "500@PAL"]),
            ("generic,-INF-+INF", ["-INF", "0@PAL", "500@PAL"]),
            ("-INF-+INF", ["0@PAL", "500@PAL"]),
            ("250@PAL-19@1", ["0@PAL"]),
            ("0-11000000,600@30000:1001-700@NTSC", ["0@PAL", "500@PAL"]),
            ("11@1-12@1,generic", ["-INF"]),
        ],
    )
    def test_what_is_true_in_a_span_of_time(self, api: Any, item: str, asked: str, starts: list[str]) -> None:
        times = (("0@PAL", "250@PAL"), ("500@PAL", "+INF"))
        spans = [
            {"start": start, "end": end, "field": [field("portal_mf10011", start)]} for start, end in times
        ]
        api.put(f"/item/{item}/metadata", json={"timespan": spans})
        found = metadata(api.get(f"/item/{item}/metadata", params={"interval": asked}))["timespan"]
        assert [one["start"] for one in found] == starts

    @pytest.mark.parametrize("asked", ["soon", "1-2@0", "1e9-2", "-5"])
    def test_no_span_of_time(self, api: Any, item: str, asked: str) -> None:
        answer = api.get(f"/item/{item}/metadata", params={"interval": asked})
        assert answer.json()["invalidInput"]["context"] == "interval"


class TestWriting:
    def test_numbers_become_texts(self, api: Any, item: str) -> None:
        given = document(
            field("portal_mf10009", 123), field("portal_mf10013", 1.5), field("portal_mf10010", True)
        )
        [span] = metadata(api.put(f"/item/{item}/metadata", json=given))["timespan"]
        assert texts(span, "portal_mf10009") == ["123"]
        assert texts(span, "portal_mf10013") == ["1.5"]
        assert texts(span, "portal_mf10010") == ["true"]

    def test_xml(self, api: Any, item: str) -> None:
        body = (
            f'<MetadataDocument xmlns="{NS["v"]}"><group>Film</group><timespan start="-INF" end="+INF">'
            "<field><name>portal_mf10001</name><value>ä 1</value><value>2</value></field>"
            "<group><name>Actor</name><field><name>portal_mf10003</name><value>Ann</value></field></group>"
            "</timespan></MetadataDocument>"
        )
        answer = api.put(
            f"/item/{item}/metadata", data=body.encode(), headers={"Content-Type": "application/xml"}
        )
        found = metadata(answer)
        assert found["group"] == ["Film"]
        [span] = found["timespan"]
        assert texts(span, "portal_mf10001") == ["ä 1", "2"]
        assert texts(span["group"][0], "portal_mf10003") == ["Ann"]
        assert set(span["group"][0]) == {"name", "field", "group"} | STAMPS
        assert span["group"][0]["group"] == []

    def test_values_that_stay_keep_their_stamps(self, api: Any, item: str) -> None:
        [span] = metadata(
            api.put(f"/item/{item}/metadata", json=document(field("portal_mf10001", "a", "b")))
        )["timespan"]
        before = by_name(span)["portal_mf10001"]["value"]
        [span] = metadata(
            api.put(f"/item/{item}/metadata", json=document(field("portal_mf10001", "c", "b")))
        )["timespan"]
        after = by_name(span)["portal_mf10001"]["value"]
        assert after[1] == before[1]
        assert after[0]["uuid"] != before[0]["uuid"]
        assert after[0]["change"] != before[0]["change"]

    def test_a_value_is_addressed_by_its_uuid(self, api: Any, item: str) -> None:
        [span] = metadata(
            api.put(f"/item/{item}/metadata", json=document(field("portal_mf10001", "a", "a")))
        )["timespan"]
        first, second = by_name(span)["portal_mf10001"]["value"]
        gone = {"name": "portal_mf10001", "value": [{"value": "a", "uuid": first["uuid"], "mode": "remove"}]}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(gone)))["timespan"]
        assert by_name(span)["portal_mf10001"]["value"] == [second]

    def test_no_values_clear_a_field(self, api: Any, item: str) -> None:
        given = document(field("portal_deleted", "2026-01-02T03:04:05Z"))
        [span] = metadata(api.put(f"/item/{item}/metadata", json=given))["timespan"]
        assert texts(span, "portal_deleted") == ["2026-01-02T03:04:05Z"]
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(field("portal_deleted"))))[
            "timespan"
        ]
        assert "portal_deleted" not in by_name(span)

    def test_nothing_changes_without_a_change(self, api: Any, item: str) -> None:
        before = metadata(api.get(f"/item/{item}/metadata"))
        assert metadata(api.put(f"/item/{item}/metadata", json=document(field("title", "Foo")))) == before
        assert metadata(api.put(f"/item/{item}/metadata", json=before)) == before

    def test_what_only_the_server_sets_is_passed_over(self, api: Any, item: str) -> None:
        given = document(field("itemId", "VX-0"), field("__shape", "VX-0"), field("title", "Bar"))
        [span] = metadata(api.put(f"/item/{item}/metadata", json=given))["timespan"]
        assert texts(span, "itemId") == [item]
        assert texts(span, "title") == ["Bar"]

    def test_only_the_changes_are_returned_when_asked_for(self, api: Any, item: str) -> None:
        given = document(field("title", "Foo"), field("portal_mf10001", "new"))
        found = metadata(api.put(f"/item/{item}/metadata?onlyReturnChanges=true", json=given))
        [span] = found["timespan"]
        assert set(by_name(span)) == {"portal_mf10001"}

    def test_languages_are_kept(self, api: Any, item: str) -> None:
        value = {"name": "title", "value": [{"value": "Der Film", "lang": "de"}]}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(value)))["timespan"]
        assert by_name(span)["title"]["value"][0]["lang"] == "de"

    def test_the_one_who_acts_is_told(self, api: Any) -> None:
        assert api.post("/user", json={"userName": "editor", "password": "editor"}).ok
        given = document(field("title", "By the editor"))
        made = api.post("/import/placeholder", json=given, headers={"RunAs": "editor"}).json()["id"]
        [span] = metadata(api.get(f"/item/{made}/metadata"))["timespan"]
        assert by_name(span)["title"]["user"] == "editor"
        assert texts(span, "user") == ["editor"]

    def test_modes_in_xml(self, api: Any, item: str) -> None:
        def put(*values: str) -> list[str]:
            body = (
                f'<MetadataDocument xmlns="{NS["v"]}"><timespan start="-INF" end="+INF"><field>'
                f"<name>portal_mf10001</name>{''.join(values)}</field></timespan></MetadataDocument>"
            )
            headers = {"Content-Type": "application/xml"}
            answer = api.put(f"/item/{item}/metadata", data=body, headers=headers)
            return texts(metadata(answer)["timespan"][0], "portal_mf10001")

        assert put("<value>a</value>", "<value>b</value>") == ["a", "b"]
        assert put('<value mode="add">c</value>') == ["a", "b", "c"]
        assert put('<value mode="remove">b</value>') == ["a", "c"]
        assert put("<value>d</value>") == ["d"]

    def test_what_is_changed_in_the_catalogue_shows(
        self, api: Any, module_server: VidispineServer, item: str
    ) -> None:
        before = metadata(api.get(f"/item/{item}/metadata"))
        module_server.catalogue.set_metadata(item, {"title": ["Direct"], "portal_mf10001": ["x"]})
        after = metadata(api.get(f"/item/{item}/metadata"))
        [span] = after["timespan"]
        assert texts(span, "title") == ["Direct"]
        assert by_name(span)["title"]["user"] == "system"
        assert after["revision"] != before["revision"]
        assert metadata(api.get(f"/item/{item}/metadata")) == after


class TestGroups:
    def two(self, api: Any, item: str) -> list[dict[str, Any]]:
        groups = [{"name": "Actor", "field": [field("portal_mf10003", one)]} for one in ("Ann", "Bob")]
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(groups=groups)))["timespan"]
        found: list[dict[str, Any]] = span["group"]
        return found

    def test_they_repeat(self, api: Any, item: str) -> None:
        ann, bob = self.two(api, item)
        assert [texts(one, "portal_mf10003") for one in (ann, bob)] == [["Ann"], ["Bob"]]
        assert ann["uuid"] != bob["uuid"]

    def test_one_of_them_is_edited_by_its_uuid(self, api: Any, item: str) -> None:
        ann, bob = self.two(api, item)
        given = {"name": "Actor", "uuid": bob["uuid"], "field": [field("portal_mf10004", "Hero")]}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(groups=[given])))["timespan"]
        assert span["group"][0] == ann
        changed = span["group"][1]
        assert changed["uuid"] == bob["uuid"]
        assert texts(changed, "portal_mf10003") == ["Bob"]
        assert texts(changed, "portal_mf10004") == ["Hero"]

    def test_one_of_them_is_removed_by_its_uuid(self, api: Any, item: str) -> None:
        ann, bob = self.two(api, item)
        given = {"name": "Actor", "uuid": ann["uuid"], "mode": "remove"}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(groups=[given])))["timespan"]
        assert span["group"] == [bob]

    def test_a_field_in_a_group_is_edited_by_its_uuid(self, api: Any, item: str) -> None:
        ann, bob = self.two(api, item)
        name = by_name(bob)["portal_mf10003"]
        given = {**field("portal_mf10003", "Rob"), "uuid": name["uuid"]}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(given)))["timespan"]
        assert span["group"][0] == ann
        assert texts(span["group"][1], "portal_mf10003") == ["Rob"]

    def test_they_nest(self, api: Any, item: str, module_server: VidispineServer) -> None:
        inner = {"name": "BroadcastDate", "field": [field("portal_mf10005", "One")]}
        outer = {"name": "Film", "field": [field("portal_mf10002", "Eva")], "group": [inner]}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(groups=[outer])))["timespan"]
        [film] = span["group"]
        [date] = film["group"]
        assert texts(date, "portal_mf10005") == ["One"]
        changed = {"name": "BroadcastDate", "uuid": date["uuid"], "field": [field("portal_mf10005", "Two")]}
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(groups=[changed])))["timespan"]
        assert texts(span["group"][0]["group"][0], "portal_mf10005") == ["Two"]
        kept = module_server.catalogue.record(item).groups[0].groups[0]
        assert (kept.id, kept.fields) == (date["uuid"], {"portal_mf10005": ("Two",)})

    def test_an_unknown_uuid(self, api: Any, item: str) -> None:
        given = {"name": "Actor", "uuid": "nobody", "field": []}
        answer = api.put(f"/item/{item}/metadata", json=document(groups=[given]))
        assert answer.status_code == 404
        assert answer.json()["notFound"] == {"type": "metadata-group", "id": "nobody", "context": None}


class TestRevisions:
    def test_one_that_is_not_current_is_a_conflict(self, api: Any, item: str, faults: Any) -> None:
        revision = metadata(api.get(f"/item/{item}/metadata"))["revision"]
        path = f"/item/{item}/metadata"
        assert api.put(path, params={"revision": revision}, json=document(field("title", "1"))).ok
        answer = api.put(path, params={"revision": revision}, json=document(field("title", "2")))
        assert answer.status_code == 409
        assert list(answer.json()) == faults
        assert answer.json()["conflict"]["id"] == item
        assert texts(metadata(api.get(path))["timespan"][0], "title") == ["1"]

    def test_each_change_is_a_change_set(self, api: Any, item: str) -> None:
        revision = metadata(api.put(f"/item/{item}/metadata", json=document(field("title", "Bar"))))[
            "revision"
        ]
        api.put(f"/item/{item}/metadata", json=document(field("title", mode="remove")))
        sets = api.get(f"/item/{item}/metadata/changes").json()["changeSet"]
        assert [set(one) for one in sets] == [{"id", "metadata"}] * 4
        first = sets.pop(0)
        assert {"created", "itemId", "mediaType"} <= set(by_name(first["metadata"]["timespan"][0]))
        assert sets[1]["id"] == revision.split(",")[1]
        changed = [texts(one["metadata"]["timespan"][0], "title") for one in sets]
        assert changed == [["Foo"], ["Bar"], []]
        assert by_name(sets[2]["metadata"]["timespan"][0])["title"]["mode"] == "remove"

    def test_change_sets_one_by_one(self, api: Any, item: str) -> None:
        path = f"/item/{item}/metadata/changes"
        every = api.get(path).json()["changeSet"]
        assert len(every) == 2
        one = every[1]["id"]
        assert api.get(f"{path}/{one}").json() == api.get(path, params={"change": one}).json()
        assert api.get(f"{path}/{one}").json() == {"changeSet": every[1:]}
        assert api.get(f"{path}?first=2&number=5").json() == {"changeSet": every[1:]}
        assert api.get(f"{path}?number=1").json() == {"changeSet": every[:1]}
        assert api.get(f"{path}/VX-0").json()["notFound"]["type"] == "metadata-change-set"

    @pytest.mark.slow
    def test_of_many_at_once_none_is_lost(
        self, api_for: Any, module_server: VidispineServer, item: str
    ) -> None:
        together = threading.Barrier(8)
        failed: list[str] = []

        def add(number: int) -> None:
            api = api_for(module_server)
            together.wait(60)
            for turn in range(5):
                given = document(field("portal_mf10001", f"{number}-{turn}", mode="add"))
                answer = api.put(f"/item/{item}/metadata", json=given)
                if answer.status_code != 200:
                    failed.append(answer.text)

        threads = [threading.Thread(target=add, args=(number,), name=f"add-{number}") for number in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert not failed
        [span] = metadata(api_for(module_server).get(f"/item/{item}/metadata"))["timespan"]
        assert sorted(texts(span, "portal_mf10001")) == sorted(f"{a}-{b}" for a in range(8) for b in range(5))

    def test_what_changes_in_the_catalogue_meanwhile_is_not_lost(
        self, api: Any, module_server: VidispineServer, item: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        catalogue = module_server.catalogue
        update = catalogue.update_item
        others = iter(["first", "second"])

        def update_late(*arguments: Any, **options: Any) -> Any:
            for other in others:  # somebody is faster, twice
                catalogue.set_metadata(item, {"portal_mf10002": [other]})
                break
            return update(*arguments, **options)

        monkeypatch.setattr(catalogue, "update_item", update_late)
        given = document(field("portal_mf10001", "a", mode="add"))
        [span] = metadata(api.put(f"/item/{item}/metadata", json=given))["timespan"]
        assert texts(span, "portal_mf10001") == ["a"]
        assert texts(span, "portal_mf10002") == ["second"]
        assert by_name(span)["portal_mf10002"]["user"] == "system"

    def test_stamps_outlive_a_restart(self, tmp_path: Any, api_for: Any) -> None:
        with VidispineServer(tmp_path / "kept") as server:
            api = api_for(server)
            item = api.post("/import/placeholder", json=document(field("title", "Foo"))).json()["id"]
            before = api.get(f"/item/{item}/metadata").json()
        with VidispineServer(tmp_path / "kept") as server:
            assert api_for(server).get(f"/item/{item}/metadata").json() == before


class TestRefusals:
    def test_an_unknown_field(self, api: Any, item: str, faults: Any) -> None:
        answer = api.put(f"/item/{item}/metadata", json=document(field("no_such", "x")))
        assert answer.status_code == 404
        assert list(answer.json()) == faults
        assert answer.json()["notFound"] == {"type": "metadata-field", "id": "no_such", "context": None}

    def test_an_unknown_group(self, api: Any, item: str) -> None:
        answer = api.put(f"/item/{item}/metadata", json=document(group=["NoSuch"]))
        assert answer.status_code == 404
        assert answer.json()["notFound"]["id"] == "NoSuch"

    def test_an_unknown_item(self, api: Any) -> None:
        for answer in (
            api.get("/item/VX-99999/metadata"),
            api.put("/item/VX-99999/metadata", json=document(field("title", "x"))),
        ):
            assert answer.status_code == 404
            assert answer.json()["notFound"] == {"type": "Item", "id": "VX-99999", "context": None}
        answer = api.get("/item/VX-99999")
        assert answer.json()["notFound"] == {"type": "item", "id": "VX-99999", "context": None}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("portal_deleted", "yesterday"),
            ("portal_mf10009", "1.5"),
            ("portal_mf10009", "many"),
            ("portal_mf10013", "nan"),
            ("portal_mf10013", "1,5"),
            ("portal_mf10010", "perhaps"),
            ("short_text", "x"),
            ("short_text", "too long"),
            ("short_text", "UPPER"),
            ("few_only", "0"),
            ("few_only", "6"),
        ],
    )
    def test_a_value_of_another_type(self, api: Any, item: str, name: str, value: str) -> None:
        lengths = {"minLength": 2, "maxLength": 5, "pattern": "[a-z]*"}
        assert api.put("/metadata-field/short_text", json={"type": "string", "stringRestriction": lengths}).ok
        bounds = {"minInclusive": 1, "maxInclusive": 5}
        assert api.put("/metadata-field/few_only", json={"type": "integer", "integerRestriction": bounds}).ok
        before = api.get(f"/item/{item}/metadata").json()
        answer = api.put(f"/item/{item}/metadata", json=document(field("title", "new"), field(name, value)))
        assert answer.status_code == 400
        assert answer.json()["invalidInput"]["id"] == name
        assert answer.json()["invalidInput"]["value"] == value
        assert api.get(f"/item/{item}/metadata").json() == before

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05.678+01:00", "2026-01-02T02:04:05.678Z"),
            ("2026-01-02T03:04:05.678+0000", "2026-01-02T03:04:05.678Z"),
            ("2026-01-02", "2026-01-02T00:00:00Z"),
        ],
    )
    def test_dates(self, api: Any, item: str, given: str, kept: str) -> None:
        [span] = metadata(api.put(f"/item/{item}/metadata", json=document(field("portal_deleted", given))))[
            "timespan"
        ]
        assert texts(span, "portal_deleted") == [kept]

    @pytest.mark.parametrize(
        "body", ['{"timespan": [1]}', '{"timespan": [{"field": [{"value": "x"}]}]}', "[]", "{", '{"mode"']
    )
    def test_a_document_that_is_none(self, api: Any, item: str, body: str) -> None:
        answer = api.put(f"/item/{item}/metadata", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["invalidInput"] is not None

    def test_an_unknown_mode(self, api: Any, item: str) -> None:
        answer = api.put(f"/item/{item}/metadata", json=document(field("title", "x", mode="double")))
        assert answer.status_code == 400


class TestCollections:
    def test_they_have_metadata_of_their_own(self, api: Any, module_server: VidispineServer) -> None:
        made = module_server.catalogue.create_collection("First").id
        found = api.get(f"/collection/{made}/metadata").json()
        [span] = found["timespan"]
        assert texts(span, "title") == ["First"]
        assert texts(span, "collectionId") == [made]
        given = document(field("title", "Second"), field("criteria_document", '{"a": 1}'))
        changed = api.put(f"/collection/{made}/metadata", json=given).json()
        assert set(changed) == {"revision", "group", "timespan"}
        assert texts(changed["timespan"][0], "criteria_document") == ['{"a": 1}']
        assert module_server.catalogue.collection(made).name == "Second"

    def test_who_made_one_is_told(self, api: Any) -> None:
        made = api.post("/collection", params={"name": "Made"}).json()["id"]
        [span] = api.get(f"/collection/{made}/metadata").json()["timespan"]
        assert texts(span, "user") == ["admin"]
        assert by_name(span)["title"]["user"] == "admin"

    def test_an_unknown_one(self, api: Any) -> None:
        answer = api.get("/collection/VX-99999/metadata")
        assert answer.status_code == 404
        assert answer.json()["notFound"] == {"type": "Collection", "id": "VX-99999", "context": None}
