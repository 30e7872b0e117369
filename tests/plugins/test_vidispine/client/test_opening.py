"""The resource: its options, and what it finds when it is opened."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.vidispine import Vidispine

VERSION = {"component": [{"name": "API", "version": "5.7.1"}], "systemInfo": {}, "licenseInfo": {}}


def made(**options: Any) -> Vidispine:
    login = {"url": "http://vidispine.example:8080", "password": flowhost.Secret("s3cret-of-admin")}
    return Vidispine(**{**login, "clock": FakeClock(), **options})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "vidispine.example:8080"}, "url is 'vidispine.example:8080', expected http://HOST:PORT"),
        ({"url": "ftp://vidispine.example"}, "expected http://HOST:PORT or https://HOST"),
        ({"url": "http://h:port"}, "url cannot be read as a URL"),
        ({"url": "http://h/API?x=1"}, "with or without /API"),
        ({"url": "http://ada:s3cret@h"}, "url has a user name in it; say it with 'username'"),
        ({"username": ""}, "username is '', expected a name"),
        ({"username": "a:b"}, "username is 'a:b', expected a name without ':'"),
        ({"run_as": "ada\nX: y"}, r"run as is 'ada\\nX: y', expected the name of a user"),
        ({"timeout": 0}, "'timeout' is 0 s, expected more than 0"),
        ({"connect_timeout": -1}, "'connect timeout' is -1 s"),
        ({"retries": -1}, "'retries' is -1, expected 0 or more"),
        ({"connections": -1}, "'connections' is -1"),
        ({"recycle_bin": -1}, "'recycle bin' is -1 s"),
        ({"link": "https://portal.example"}, r"expected one with \{id\}"),
    ],
)
def test_an_option_that_cannot_be_used(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        made(**options)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "/", "/API", "/API/"])
def test_the_url_may_have_the_api_in_it(web: Any, told: Any, reply: Any, path: str) -> None:
    web.tell("/API/version", told(VERSION))
    web.tell("/API/whoami", reply(b"admin\r\n", kind="text/plain"))
    site = made(url=web.url + path)
    site.open()
    site.close()
    assert [one.path for one in web.asked] == ["/API/version", "/API/whoami"]


def test_a_site_may_be_below_another_path(web: Any, told: Any, reply: Any) -> None:
    web.tell("/site/a/API/version", told(VERSION))
    web.tell("/site/a/API/whoami", reply(b"admin", kind="text/plain"))
    site = made(url=f"{web.url}/site/a/")
    site.open()
    site.probe()
    assert {(one.name, one.value) for one in site.metrics()} == {("flowhost_vidispine_requests", 4)}
    site.close()


def test_what_is_not_there_is_said(web: Any, told: Any, reply: Any, fault: Any) -> None:
    web.tell("/API/version", fault(404, "notFound", type="path", id="x"))
    with pytest.raises(flowhost.Unavailable, match=r"x; check 'url' of .Vidispine."):
        made(url=web.url).open()
    for answer, words in [
        (fault(401, "notAuthorized"), "401 .*; check 'username' .* and 'password' of .Vidispine."),
        (
            fault(404, "notFound", type="path", id="x"),
            r"notFound: path x; check 'url' and 'run as' \(it is 'bob'\)",
        ),
        (told({"code": 404}, 404), "404.*; check 'url' and 'run as' .* of .Vidispine."),
        (
            fault(403, "forbidden", explanation="not an administrator"),
            "not an administrator; check 'url' and 'run as'",
        ),
        (reply(b"<html><title>Tomcat</title></html>", 404, "text/html"), "Tomcat; that is a page for people"),
        (reply(b"<html><title>Hello</title></html>", 200, "text/html"), "Hello; that is a page for people"),
        (told({}), "something that is no Version"),
    ]:
        web.tell("/API/version", answer)
        site = made(url=web.url, run_as="bob")
        with pytest.raises(flowhost.Unavailable, match=words):
            site.open()


def test_without_a_store_for_notes_it_is_said(web: Any) -> None:
    with pytest.raises(flowhost.Permanent, match=r"\[Vidispine\] has no 'notes'"):
        _ = made()._notes
