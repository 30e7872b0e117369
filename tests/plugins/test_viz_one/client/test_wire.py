"""How requests are sent, answered, and sent again."""

from __future__ import annotations

import base64
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import HTTPClientError, HTTPConflict, HTTPServerError, NotFound

ENTRY = b'<entry xmlns="http://www.w3.org/2005/Atom"><title>x</title></entry>'
LOGIN = "Basic " + base64.b64encode(b"ada:lovelace-1815").decode()


def test_a_request_carries_user_and_password_and_asks_for_nothing_compressed(
    web: Any, client: Any, reply: Any
) -> None:
    web.tell("/x", reply(ENTRY))
    assert client.get("/x", inline=("describedby", "acl")).content == ENTRY
    (asked,) = web.asked
    assert asked.headers["Authorization"] == LOGIN
    assert asked.headers["Accept-Encoding"] == "identity"
    assert asked.headers["X-Inline"] == "describedby, acl"


def test_a_user_name_may_have_any_letter(web: Any, client_of: Any, reply: Any) -> None:
    web.tell("/x", reply())
    client_of(web, username="DOMÄN+åda", password=flowhost.Secret("pässword")).get("/x")
    assert base64.b64decode(web.asked[0].headers["Authorization"][6:]).decode() == "DOMÄN+åda:pässword"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, HTTPClientError),
        (401, HTTPClientError),
        (404, NotFound),
        (409, HTTPConflict),
        (410, NotFound),
        (412, HTTPConflict),
        (422, HTTPClientError),
        (500, HTTPServerError),
        (501, HTTPServerError),
    ],
)
def test_what_is_not_2xx_is_an_error_and_not_tried_again(
    web: Any, client: Any, reply: Any, status: int, error: type[Exception]
) -> None:
    web.tell("/x", reply(b"because", status, "text/plain"))
    with pytest.raises(error) as caught:
        client.get("/x")
    assert type(caught.value) is error
    assert caught.value.status == status  # type: ignore[attr-defined]  # each of them has it
    assert caught.value.response.content == b"because"  # type: ignore[attr-defined]  # as above
    assert str(caught.value).startswith(f"GET {web.url}/x was answered {status} ")
    assert ": because" in str(caught.value)
    assert len(web.asked) == 1


def test_both_conflicts_are_the_conflict_of_flowhost() -> None:
    assert issubclass(HTTPConflict, flowhost.Conflict)
    assert issubclass(HTTPConflict, flowhost.Permanent)
    assert issubclass(HTTPServerError, flowhost.Unavailable)


def test_a_refused_password_is_told_without_it(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 401, None))
    with pytest.raises(HTTPClientError, match="check 'username' \\(it is 'ada'\\) and 'password'") as caught:
        client.get("/x")
    assert "lovelace" not in str(caught.value)


def test_a_problem_in_json_is_told_by_its_detail(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b'{"status": 403, "detail": "it is locked"}', 403, "application/problem+json"))
    with pytest.raises(HTTPClientError, match=r"Forbidden: it is locked; it was asked as the user 'ada'"):
        client.get("/x")


def test_too_many_requests_are_asked_for_again_when_the_server_wants(
    web: Any, client: Any, reply: Any
) -> None:
    web.tell("/x", reply(b"", 429, None, {"Retry-After": "17"}))
    with pytest.raises(flowhost.Retry) as caught:
        client.get("/x")
    assert caught.value.after == 17


# -- redirects


def test_a_get_follows_redirects(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 302, None, {"Location": "/y"}))
    web.tell("/y", reply(b"", 307, None, {"Location": f"{web.url}/z"}))
    web.tell("/z", reply(b"fine"))
    assert client.get("/x").content == b"fine"


def test_a_put_does_not_become_a_get(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 302, None, {"Location": f"{web.url}/y"}))
    with pytest.raises(HTTPClientError, match=r"it leads to .*/y: check 'hostname' and 'use https'"):
        client.put("/x", b"document")
    web.tell("/x", reply(b"", 308, None, {"Location": "/y"}))
    web.tell("/y", reply(b"fine"))
    assert client.put("/x", b"document").content == b"fine"
    assert web.requests("/y")[0].body == b"document"


def test_a_circle_of_redirects_ends(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 302, None, {"Location": "/x"}))
    with pytest.raises(HTTPClientError, match="was answered 302"):
        client.get("/x")
    assert len(web.asked) == 5


def test_a_redirect_to_nowhere(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 302, None, {"Location": "http://ada:secret@[one.test/"}))
    with pytest.raises(flowhost.Permanent, match=r"the address '\[one.test/' cannot be read") as caught:
        client.get("/x")
    assert "secret" not in str(caught.value)


def test_another_host_is_not_told_the_password(web: Any, client_of: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 302, None, {"Location": web.url.replace("127.0.0.1", "localhost") + "/y"}))
    web.tell("/y", reply(b"", 401, None))
    with pytest.raises(HTTPClientError, match="name others in 'trusted hosts'"):
        client_of(web).get("/x")
    assert "Authorization" not in web.requests("/y")[0].headers
    web.tell("/y", reply(b"fine"))
    client_of(web, trusted_hosts=["LOCALHOST"]).get("/x")
    assert web.requests("/y")[1].headers["Authorization"] == LOGIN


# -- options


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"hostname": "http://one.test"},
            "hostname is 'http://one.test', expected a name such as one.example",
        ),
        ({"hostname": "ada:secret@one.test"}, "expected a name such as one.example"),
        ({"hostname": "one.test/thirdparty"}, "expected a name"),
        ({"username": "ada:x"}, "username is 'ada:x', which Basic authentication cannot carry"),
        ({"time_out": 0}, "'time out' is 0 s"),
        ({"connect_time_out": 0}, "'connect time out' is 0 s"),
        ({"retries": -1}, "'retries' is -1"),
    ],
)
def test_wrong_options(client_of: Any, web: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        client_of(web, **options)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_enabled_is_not_asked(web: Any, client_of: Any) -> None:
    client = client_of(web, enabled=False)
    client.probe()
    with pytest.raises(flowhost.Permanent, match="'enabled = no'"):
        client.get("/x")
    assert web.asked == []


def test_another_user_of_the_same_server(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply())
    other = client.with_credentials("plugin", "key")
    other.get("/x")
    client.get("/x")
    other.close()
    client.get("/x")
    logins = [one.headers["Authorization"] for one in web.asked]
    assert logins == ["Basic " + base64.b64encode(b"plugin:key").decode(), LOGIN, LOGIN]
