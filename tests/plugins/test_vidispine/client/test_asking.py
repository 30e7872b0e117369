"""What is asked for, and what the answer is read as."""

from __future__ import annotations

import json
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine import (
    BadAnswer,
    Item,
    ItemSearch,
    Job,
    Missing,
    SearchField,
    SearchValue,
    URIList,
)


def test_segments_and_parameters_are_quoted(web: Any, client: Any, told: Any) -> None:
    path = "/API/item/a%2Fb%20%3F%3B%C3%A4/metadata;first=1;number=100?field=title,a&jobmetadata=k%3Dv&jobmetadata=x%3D%261&terse=true"
    web.tell(path, told({"id": "VX-1"}))
    query = {"field": "title,a", "jobmetadata": ["k=v", "x=&1"], "terse": True, "track": None}
    matrix = {"first": 1, "number": 100}
    assert client.get("item", "a/b ?;ä", "metadata", query=query, matrix=matrix) == {"id": "VX-1"}
    assert client.settings.base == f"{web.url}/API"


def test_ids_of_libraries_stay_readable(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/library/VX*19", told({}))
    assert client.get("library", "VX*19") == {}


@pytest.mark.parametrize("segment", ["", " ", ".", "..", "a\ud800"])
def test_a_segment_that_means_another_thing_is_not_asked_for(web: Any, client: Any, segment: str) -> None:
    for ask in (client.delete, client.get):
        with pytest.raises(Missing, match="cannot be part of a URL") as caught:
            ask("item", segment)
        assert (caught.value.status, caught.value.id) == (404, segment)
    assert client.found("item", segment) is None  # nothing can be called so
    assert web.asked == []


@pytest.mark.parametrize("sent", [{"a": float("nan")}, {"a": float("inf")}, {"a": "\ud800"}, "\ud800"])
def test_what_cannot_be_sent(web: Any, client: Any, sent: Any) -> None:
    with pytest.raises(flowhost.Permanent, match="the document cannot be sent"):
        client.put("item", "VX-1", document=sent)
    with pytest.raises(flowhost.Permanent, match="cannot be part of a URL"):
        client.put("item", "VX-1", query={"a": "\ud800"})
    assert web.asked == []


def test_what_is_sent(web: Any, client: Any, told: Any) -> None:
    web.tell("/API/item", told({"hits": 0}))
    search = ItemSearch(field=[SearchField(name="title", value=[SearchValue(value="ä")])])
    client.put("item", document=search)
    client.put("item", document={"text": [{"value": "x"}]})
    client.put("item", document="<a/>", content_type="application/xml")
    client.put("item")
    bodies = [one.body for one in web.asked]
    assert json.loads(bodies[0]) == {"field": [{"name": "title", "value": [{"value": "ä"}]}]}
    assert "ä".encode() in bodies[0]
    assert [json.loads(bodies[1]), *bodies[2:]] == [{"text": [{"value": "x"}]}, b"<a/>", b""]
    kinds = [one.headers.get("Content-Type") for one in web.asked]
    assert kinds == ["application/json", "application/json", "application/xml", None]
    assert {one.headers["Accept"] for one in web.asked} == {"application/json"}
    assert {one.headers["Authorization"] for one in web.asked} == {"Basic YWRhOmxvdmVsYWNlLTE4MTU="}


def test_the_forms_of_an_answer(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/storage", reply(b'{"uri": "VX-1"}'))
    assert client.get("storage", into=URIList).uri == ["VX-1"]
    namespace = b'xmlns="http://xml.vidispine.com/schema/vidispine"'
    web.tell("/API/storage", reply(b"<URIListDocument %s><uri>VX-2</uri></URIListDocument>" % namespace))
    assert client.get("storage", into=URIList, accept="xml").uri == ["VX-2"]
    web.tell("/API/storage", reply(b"VX-3\r\n", kind="text/plain"))
    assert client.get("storage", accept="text") == "VX-3\r\n"
    accepts = [one.headers["Accept"] for one in web.asked]
    assert accepts == ["application/json", "application/xml", "text/plain"]


def test_no_body_is_an_empty_object_after_a_change_only(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item/VX-1", reply(b"", 200, None))
    assert client.delete("item", "VX-1") == {}
    assert client.put("item", "VX-1") == {}
    assert client.post("item", "VX-1") == {}
    with pytest.raises(BadAnswer, match="answered 200 with nothing, expected a JSON object"):
        client.get("item", "VX-1")
    with pytest.raises(BadAnswer, match="answered 200 with nothing, expected Job"):
        client.post("item", "VX-1", into=Job)


PAGE = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>please</body></html>"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (PAGE, "text/html", "Log in; that is a page for people, expected Item"),
        (PAGE, "application/json", "that is a page for people"),
        (b'{"id": "VX-1", "meta', "application/json", r"20 bytes \(application/json\) that are no JSON"),
        (b"<ItemDocument/>", "application/xml", r"\(application/xml\) that are no JSON"),
        (b"[]", "application/json", r"no Item: expected an object, not \[\]"),
        (b"null", "application/json", "no Item: expected an object, not None"),
        (b'{"id": {"a": 1}}', "application/json", r"no Item: id is \{'a': 1\}"),
        (b'{"metadata": {"timespan": [7]}}', "application/json", r"metadata\.timespan\.0 is 7"),
        (b"[" * 100_000, "application/json", "no JSON"),
        (b"\xff\xfe{", "application/json", "no JSON"),
    ],
)
def test_an_answer_that_is_something_else(
    web: Any, client: Any, reply: Any, body: bytes, kind: str, words: str
) -> None:
    web.tell("/API/item/VX-1", reply(body, kind=kind))
    with pytest.raises(BadAnswer, match=words) as caught:
        client.get("item", "VX-1", into=Item)
    assert f"GET {web.url}/API/item/VX-1 was answered 200" in str(caught.value)
    assert isinstance(caught.value, flowhost.Unavailable)
    assert "\n" not in str(caught.value)


def test_a_page_for_people_is_no_text_and_no_object(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/whoami", reply(PAGE, kind="text/html"))
    for options in ({"accept": "text"}, {}):
        with pytest.raises(BadAnswer, match="a page for people"):
            client.get("whoami", **options)
    with pytest.raises(BadAnswer, match="a page for people"):
        client.put("whoami")


def test_an_array_is_no_object(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item", reply(b"[1]"))
    with pytest.raises(BadAnswer, match="with a JSON array, expected an object"):
        client.get("item")


def test_a_saved_search_is_got_where_it_is_kept(web: Any, client: Any, reply: Any, told: Any) -> None:
    moved = {"Location": "http://inside.example:8080/API/item/search/7?number=2"}
    web.tell("/API/item?save=true", reply(b"", 303, None, moved))
    web.tell("/API/item/search/7?number=2", told({"hits": 2}))
    assert client.put("item", document={}, query={"save": True}) == {"hits": 2}
    assert [one.method for one in web.asked] == ["PUT", "GET"]
    assert web.asked[1].body == b""
    assert "Content-Type" not in web.asked[1].headers


@pytest.mark.parametrize("trouble", [{"status": 503}, {"manner": "reset"}])
def test_what_was_done_is_not_done_again_because_its_result_was_late(
    web: Any, client: Any, reply: Any, told: Any, trouble: dict[str, Any]
) -> None:
    web.tell("/API/item?save=true", reply(b"", 303, None, {"Location": "/API/item/search/7"}))
    web.tell("/API/item/search/7", reply(b"", **trouble), told({"hits": 2}))
    assert client.post("item", document={}, query={"save": True}) == {"hits": 2}
    assert [one.method for one in web.asked] == ["POST", "GET", "GET"]


def test_a_redirection_that_cannot_be_read(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item", reply(b"", 303, None, {"Location": "http://[/API/item"}))
    with pytest.raises(flowhost.Unavailable, match="leads to a URL that cannot be read"):
        client.get("item")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_other_redirection_is_followed(web: Any, client: Any, reply: Any, status: int) -> None:
    web.tell("/API/item", reply(b"", status, None, {"Location": "http://ada:secret@other.example/"}))
    with pytest.raises(flowhost.Unavailable, match=r"leads to http://other\.example/: check 'url'"):
        client.get("item")
    assert len(web.asked) == 1
