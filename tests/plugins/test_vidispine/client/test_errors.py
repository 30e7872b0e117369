"""What a site says no with."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine import BadAnswer, Conflicting, Item, Missing, Refused

XML = b"""<?xml version="1.0"?><ExceptionDocument xmlns="http://xml.vidispine.com/schema/vidispine">
<invalidInput><context>job</context><id>VX-9</id><explanation>no such component</explanation></invalidInput>
</ExceptionDocument>"""
TEXT = b"404 A resource could not be found\r\nType: Item\r\nID: VX-1\r\n"


def refusal(client: Any, **options: Any) -> Any:
    with pytest.raises(flowhost.FlowhostError) as caught:
        client.get("item", "VX-1", **options)
    return caught.value


def test_a_fault_in_json(web: Any, client: Any, fault: Any) -> None:
    web.tell("/API/item/VX-1", fault(404, "notFound", type="Item", id="VX-1", context=None))
    error = refusal(client)
    assert type(error) is Missing
    assert (error.status, error.fault, error.kind, error.id) == (404, "notFound", "Item", "VX-1")
    assert str(error) == f"GET {web.url}/API/item/VX-1 was answered 404 Not Found: notFound: Item VX-1"


def test_a_fault_in_xml(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item/VX-1", reply(XML, 400, "application/xml"))
    error = refusal(client, accept="xml", into=Item)
    assert type(error) is Refused
    assert (error.status, error.fault, error.context, error.id) == (400, "invalidInput", "job", "VX-9")
    assert error.explanation == "no such component"


def test_a_fault_in_text(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item/VX-1", reply(TEXT, 404, "text/plain"))
    error = refusal(client, accept="text")
    assert (type(error), error.fault, error.kind, error.id) == (Missing, "notFound", "Item", "VX-1")
    invalid = b"400 An invalid parameter was entered\r\nContext: first\r\nID: \r\nReason: a: b\r\n"
    web.tell("/API/item/VX-1", reply(invalid, 400, "text/plain"))
    error = refusal(client, accept="text")
    assert (error.fault, error.context, error.id, error.explanation) == ("invalidInput", "first", "", "a: b")


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "invalidInput", Refused),
        (403, "forbidden", Refused),
        (403, "licenseFault", Refused),
        (409, "conflict", Conflicting),
        (409, "fileAlreadyExists", Conflicting),
        (501, "notYetImplemented", Refused),
        (500, "internalServer", flowhost.Unavailable),
        (401, "notAuthorized", flowhost.Unavailable),
    ],
)
def test_which_error_a_fault_is(
    web: Any, client: Any, fault: Any, status: int, name: str, kind: type
) -> None:
    web.tell("/API/item/VX-1", fault(status, name, explanation="because", context="it"))
    error = refusal(client)
    assert type(error) is kind
    assert "because" in str(error)
    assert isinstance(error, flowhost.Conflict) == (kind is Conflicting)


def test_found_is_none_only_when_the_site_says_so(
    web: Any, client: Any, fault: Any, reply: Any, told: Any
) -> None:
    web.tell("/API/item/VX-1", fault(404, "notFound", type="item", id="VX-1"))
    assert client.found("item", "VX-1", into=Item) is None
    assert client.found("item", "VX-1") is None
    web.tell("/API/item/VX-1", told({"id": "VX-1"}))
    assert client.found("item", "VX-1", into=Item) == Item(id="VX-1")
    unroutable = told({"code": 404, "message": "HTTP 404 Not Found"}, 404)
    for answer, kind in [
        (unroutable, Refused),
        (reply(b"<html>nginx</html>", 404, "text/html"), BadAnswer),
        (reply(b"", 404, None), Refused),
        (reply(b"404 Not Found", 404, "text/html"), BadAnswer),
    ]:
        web.tell("/API/item/VX-1", answer)
        with pytest.raises(kind):
            client.found("item", "VX-1", into=Item)


def test_a_request_that_came_too_slowly_is_no_refusal(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item/VX-1", reply(b"", 408, None))
    assert type(refusal(client)) is flowhost.Unavailable


def test_what_a_site_says_at_length_is_told_in_one_sentence(web: Any, client: Any, fault: Any) -> None:
    trace = "it broke\n\tat a.b.C\n" + "\tat d.e.F\n" * 100_000
    web.tell("/API/item/VX-1", fault(400, "invalidInput", explanation=trace))
    error = refusal(client)
    assert "invalidInput: it broke at a.b.C at d.e.F" in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 1000
    assert error.explanation == trace


def test_the_login_of_a_source_is_not_told(web: Any, client: Any, fault: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG", "flowhost")
    uri = "ftp://joe:s3cr%40t@disk.example/a.mxf"
    quoted = "uri=ftp:%2F%2Fjoe:s3cr%2540t%40disk.example%2Fa.mxf"
    web.tell(f"/API/item?{quoted}&tag=a%40b", fault(400, "invalidInput", context="uri", value=uri))
    with pytest.raises(Refused) as caught:
        client.post("item", query={"uri": uri, "tag": "a@b"})
    assert "POST" in caplog.text
    for text in (str(caught.value), caplog.text):
        assert "s3cr" not in text
        assert "joe" not in text
        assert "disk.example" in text
    assert "tag=a%40b" in str(caught.value)
    assert "uri ftp://disk.example/a.mxf" in str(caught.value)


def test_too_many_requests_are_put_off(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item/VX-1", reply(b"", 429, None, {"Retry-After": "17"}))
    error = refusal(client)
    assert isinstance(error, flowhost.Retry)
    assert error.after == 17


@pytest.mark.parametrize(
    "body", [b"{", b"<x", b'{"notFound": 7}', b"[]", b"\xff", b"404", b"<a/>", b"{" * 100_000]
)
def test_an_error_that_cannot_be_read_is_still_a_refusal(
    web: Any, client: Any, reply: Any, body: bytes
) -> None:
    web.tell("/API/item/VX-1", reply(body, 400))
    error = refusal(client)
    assert type(error) is Refused
    assert (error.status, error.fault) == (400, "")
