"""Documents from answers: what they know, and how a wrong answer is told."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import BadAnswer, HTTPConflict, Item, Payload, UriList

ENTRY = """<entry xmlns="http://www.w3.org/2005/Atom"><id>urn:vme:default:asset:7</id><title>%s</title>
<link rel="self" href="http://one.test/7"/><link rel="edit" href="item/7"/></entry>"""
PAYLOAD = b'<payload xmlns="http://www.vizrt.com/types"><field name="a"><value>1</value></field></payload>'


def entry(title: str) -> bytes:
    return (ENTRY % title).encode()


def test_a_document_knows_its_etag_and_where_its_links_lead(web: Any, client: Any, reply: Any) -> None:
    web.tell("/thirdparty/x", reply(entry("one"), headers={"ETag": '"1"'}))
    item = client.read(Item, "/thirdparty/x", inline=("describedby",))
    assert (item.title, item.response_etag) == ("one", '"1"')
    assert item.edit_link.href == f"{web.url}/thirdparty/item/7"
    assert item.self_link.href == "http://one.test/7"
    assert web.asked[0].headers["Accept"] == "application/atom+xml;type=entry"


def test_saving_sends_the_etag_and_takes_the_answer(web: Any, client: Any, reply: Any) -> None:
    web.tell(
        "/x", reply(entry("one"), headers={"ETag": '"1"'}), reply(entry("server's"), headers={"ETag": '"2"'})
    )
    item = client.read(Item, "/x")
    item.title = "mine"
    client.save(item, "/x")
    put = web.asked[1]
    assert (put.method, put.headers["If-Match"]) == ("PUT", '"1"')
    assert put.headers["Content-Type"] == "application/atom+xml;type=entry"
    assert b"<title>mine</title>" in put.body
    assert (item.title, item.response_etag) == ("server's", '"2"')


def test_saving_may_be_answered_with_nothing(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(entry("one"), headers={"ETag": '"1"'}), reply(b"", 204, None, {"ETag": '"3"'}))
    item = client.read(Item, "/x")
    item.title = "mine"
    client.save(item, "/x")
    assert (item.title, item.response_etag) == ("mine", '"3"')


def test_a_document_that_never_had_an_etag_is_saved_without(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(PAYLOAD))
    client.save(Payload(PAYLOAD), "/x")
    assert "If-Match" not in web.asked[0].headers
    assert web.asked[0].headers["Content-Type"] == "application/vnd.vizrt.payload+xml"


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_leaves_the_document_as_it_is(web: Any, client: Any, reply: Any, status: int) -> None:
    web.tell("/x", reply(entry("one"), headers={"ETag": '"1"'}), reply(b"changed", status, "text/plain"))
    item = client.read(Item, "/x")
    item.title = "mine"
    with pytest.raises(HTTPConflict):
        client.save(item, "/x")
    assert (item.title, item.response_etag) == ("mine", '"1"')


def test_a_list_of_uris_is_posted(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 201, None))
    client.post("/x", UriList(["urn:a", "urn:b"]))
    assert web.asked[0].headers["Content-Type"] == "text/uri-list"
    assert web.asked[0].body == b"urn:a\r\nurn:b\r\n"


def test_bytes_and_text_are_sent_as_they_are(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply())
    client.put("/x", "é", content_type="text/plain")
    client.put("/x", b"\xff", headers={"Slug": "a"}, etag='"9"')
    first, second = web.asked
    assert (first.body, first.headers["Content-Type"]) == ("é".encode(), "text/plain")
    assert (second.body, second.headers["Content-Type"]) == (b"\xff", "application/octet-stream")
    assert (second.headers["Slug"], second.headers["If-Match"]) == ("a", '"9"')


def test_an_answer_that_is_compressed_all_the_same_is_read(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(gzip.compress(entry("one")), headers={"Content-Encoding": "gzip"}))
    assert client.read(Item, "/x").title == "one"


PAGE = b"<!DOCTYPE html><html><head><title>\n Sign in </title></head><body>lovelace-1815</body></html>"


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/atom+xml", None])
def test_a_page_for_people_is_told_by_its_title(web: Any, client: Any, reply: Any, kind: str | None) -> None:
    web.tell("/x", reply(PAGE, kind=kind))
    with pytest.raises(BadAnswer) as caught:
        client.read(Item, "/x")
    assert str(caught.value) == (
        f"GET {web.url}/x was answered 200 OK: Sign in; that is a page for people, "
        "expected the document 'Item'"
    )
    assert isinstance(caught.value, flowhost.Unavailable)


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (
            entry("one")[:120],
            r"120 bytes \(application/atom\+xml\) that are not the document 'Item': .*at \d+:\d+",
        ),
        (b"", r"0 bytes .*nothing to read"),
        (b"\x89PNG\0\0", r"6 bytes"),
        (PAYLOAD, r".*the root element is|.*its root element is"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', r".*document type declaration"),
    ],
)
def test_another_document_or_half_of_one_is_one_clear_sentence(
    web: Any, client: Any, reply: Any, body: bytes, seen: str
) -> None:
    web.tell("/x", reply(body))
    with pytest.raises(BadAnswer, match=f"^GET {web.url}/x was answered with {seen}") as caught:
        client.read(Item, "/x")
    assert "\n" not in str(caught.value)


def test_what_failed_is_told_without_a_password_in_the_url(web: Any, client: Any) -> None:
    with pytest.raises(flowhost.FlowhostError) as caught:
        client.get(f"http://ada:lovelace-1815@{web.host}/nothing")
    assert "lovelace" not in str(caught.value)


def test_a_long_error_page_is_cut(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"<p>" + b"word " * 5000, 500, "text/html"))
    with pytest.raises(flowhost.Unavailable) as caught:
        client.get("/x")
    assert len(str(caught.value)) < 300
