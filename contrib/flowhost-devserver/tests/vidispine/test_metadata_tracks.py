"""Fields of a track, and the language of a field."""

from __future__ import annotations

from typing import Any

import pytest
from flowhost_devserver import VidispineServer

NAMESPACE = "http://xml.vidispine.com/schema/vidispine"


def field(name: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "value": [{"value": one} for one in values], **more}


def document(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": list(fields)}]}


@pytest.fixture
def item(module_server: VidispineServer) -> str:
    return module_server.catalogue.create_item({}, title="One").id


def put(api: Any, item: str, *fields: dict[str, Any], **query: str) -> dict[str, Any]:
    answer = api.put(f"/item/{item}/metadata", json=document(*fields), params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["item"][0]["metadata"]
    return found


def titles(api: Any, item: str, **query: str) -> list[tuple[str | None, list[str]]]:
    """Track and values of each field that is called title."""
    answer = api.get(f"/item/{item}/metadata", params={"field": "title", **query})
    (span,) = answer.json()["item"][0]["metadata"]["timespan"]
    return [(one.get("track"), [held["value"] for held in one["value"]]) for one in span["field"]]


def test_each_track_has_its_own_values(api: Any, item: str) -> None:
    put(api, item, field("title", "Sound", track="A1"), field("title", "Other", track="A2"))
    assert titles(api, item) == [(None, ["One"]), ("A1", ["Sound"]), ("A2", ["Other"])]
    put(api, item, field("title", "Louder", track="A1"), field("title", "Two"))
    assert titles(api, item) == [(None, ["Two"]), ("A1", ["Louder"]), ("A2", ["Other"])]
    put(api, item, field("title", track="A2"))
    assert titles(api, item) == [(None, ["Two"]), ("A1", ["Louder"])]
    put(api, item, field("title", mode="remove"))
    assert titles(api, item) == [("A1", ["Louder"])]


def test_a_uuid_names_the_field_of_a_track(api: Any, item: str) -> None:
    (span,) = put(api, item, field("title", "Sound", track="A1"), onlyReturnChanges="true")["timespan"]
    (made,) = span["field"]
    assert made["track"] == "A1"
    put(api, item, field("title", "Louder", uuid=made["uuid"]))
    assert titles(api, item) == [(None, ["One"]), ("A1", ["Louder"])]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("A2", ["A2"]),
        ("A1-2", ["A1", "A2"]),
        ("A*", ["A1", "A2"]),
        ("V*,A2", ["A2", "V1"]),
        ("generic", [None]),
        ("generic,V1", [None, "V1"]),
        ("all", [None, "A1", "A2", "V1"]),
        ("B1", []),
        ("odd", []),
    ],
)
def test_tracks_are_asked_for(api: Any, item: str, asked: str, found: list[str | None]) -> None:
    put(api, item, *(field("title", one, track=one) for one in ("A1", "A2", "V1")))
    assert [track for track, _ in titles(api, item, track=asked)] == found


def test_in_xml(api: Any, item: str) -> None:
    body = f"""<MetadataDocument xmlns="{NAMESPACE}"><timespan start="-INF" end="+INF">
      <field track="A1" lang="sv_SE"><name>title</name><value>ljud</value><value lang="en_GB">sound</value></field>
      </timespan></MetadataDocument>"""
    answer = api.put(f"/item/{item}/metadata", data=body, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 200, answer.text
    assert titles(api, item, track="A1") == [("A1", ["ljud", "sound"])]
    headers = {"Accept": "application/xml"}
    shown = api.get(f"/item/{item}/metadata?field=title&track=A1", headers=headers).text
    assert shown.count('track="A1"') == 1
    assert [shown.count(f'lang="{one}"') for one in ("sv_SE", "en_GB")] == [1, 1]


def test_the_language_of_a_field_is_that_of_its_values(api: Any, item: str) -> None:
    values = [{"value": "hej"}, {"value": "hi", "lang": "en_GB"}]
    put(api, item, {"name": "title", "lang": "sv_SE", "value": values})
    answer = api.get(f"/item/{item}/metadata?field=title").json()
    (span,) = answer["item"][0]["metadata"]["timespan"]
    (shown,) = span["field"]
    assert [(one["value"], one["lang"]) for one in shown["value"]] == [("hej", "sv_SE"), ("hi", "en_GB")]
    assert "lang" not in shown


def test_the_catalogue_has_the_values_of_all_tracks(
    api: Any, module_server: VidispineServer, item: str
) -> None:
    put(api, item, field("title", "Sound", track="A1"))
    catalogue = module_server.catalogue
    assert catalogue.record(item).fields["title"] == ("One", "Sound")
    catalogue.set_metadata(item, {"title": ("Two", "Sound", "Three")})
    assert titles(api, item) == [(None, ["Two", "Three"]), ("A1", ["Sound"])]
    catalogue.set_metadata(item, {"title": ("Four",)})
    assert titles(api, item) == [(None, ["Four"])]


def test_values_in_another_order_are_no_change(api: Any, module_server: VidispineServer, item: str) -> None:
    put(api, item, field("title", "Sound", track="A1"))
    before = api.get(f"/item/{item}/metadata").json()["item"][0]["metadata"]["revision"]
    module_server.catalogue.set_metadata(item, {"title": ("Sound", "One")})
    assert titles(api, item) == [(None, ["One"]), ("A1", ["Sound"])]
    assert api.get(f"/item/{item}/metadata").json()["item"][0]["metadata"]["revision"] == before


def test_change_sets_know_of_tracks(api: Any, item: str) -> None:
    put(api, item, field("title", "Sound", track="A1"))
    put(api, item, field("title", track="A1"))
    answer = api.get(f"/item/{item}/metadata/changes", params={"field": "title", "track": "A1"})
    told = [
        (one["track"], one.get("mode"), len(one["value"]))
        for change in answer.json()["changeSet"]
        for span in change["metadata"]["timespan"]
        for one in span["field"]
    ]
    assert told == [("A1", None, 1), ("A1", "remove", 0)]
