"""Feeds in pages, the service document, dictionaries."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import DictionaryTerm, DocumentError, Entry, Feed, HTTPServerError, NotFound

ATOM = "http://www.w3.org/2005/Atom"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def feed(*titles: str, more: str = "") -> bytes:
    entries = "".join(f"<entry><id>{title}</id><title>Label {title}</title></entry>" for title in titles)
    return f'<feed xmlns="{ATOM}" xmlns:os="{OPENSEARCH}">{more}{entries}</feed>'.encode()


def counts(total: int, start: int, number: int) -> str:
    return (
        f"<os:totalResults>{total}</os:totalResults><os:startIndex>{start}</os:startIndex>"
        f"<os:itemsPerPage>{number}</os:itemsPerPage>"
    )


def ids(client: Any, path: str) -> list[str]:
    return [entry.atom_id for entry in client.feed(path, Feed[Entry])]


def test_next_links_are_followed_also_relative_ones_and_over_empty_pages(
    web: Any, client: Any, reply: Any
) -> None:
    web.tell("/f", reply(feed("a", "b", more='<link rel="next" href="f?page=2"/>' + counts(9, 1, 2))))
    web.tell("/f?page=2", reply(feed(more=f'<link rel="next" href="{web.url}/f?page=3"/>')))
    web.tell("/f?page=3", reply(feed("c", more=counts(3, 3, 2))))
    assert ids(client, "/f") == ["a", "b", "c"]


def test_without_next_links_the_counts_lead_on(web: Any, client: Any, reply: Any) -> None:
    web.tell("/f?num=2&q=x%20y", reply(feed("a", "b", more=counts(5, 1, 2))))
    web.tell("/f?num=2&q=x+y&start=3", reply(feed("c", more=counts(5, 3, 2))))
    web.tell("/f?num=2&q=x+y&start=4", reply(feed("d", "e", more=counts(5, 4, 2))))
    assert ids(client, "/f?num=2&q=x%20y") == ["a", "b", "c", "d", "e"]
    assert len(web.asked) == 3


def test_a_feed_without_counts_is_one_page_and_an_empty_page_ends_it(
    web: Any, client: Any, reply: Any
) -> None:
    web.tell("/f", reply(feed("a")))
    web.tell("/g", reply(feed(more=counts(7, 1, 20))))
    assert (ids(client, "/f"), ids(client, "/g")) == (["a"], [])


def test_a_page_is_read_when_its_entries_are_asked_for(web: Any, client: Any, reply: Any) -> None:
    web.tell("/f", reply(feed("a", more='<link rel="next" href="/f2"/>')))
    web.tell("/f2", reply(feed("b")))
    entries = client.feed("/f", Feed[Entry])
    assert web.asked == []
    assert next(entries).atom_id == "a"
    assert len(web.asked) == 1


def test_a_link_to_nowhere_is_said_so(web: Any, client: Any, reply: Any) -> None:
    web.tell("/feed", reply(feed("a", more='<link rel="next" href="http://[one.test"/>')))
    with pytest.raises(flowhost.Permanent, match=r"'http://\[one.test' cannot be read as a URL"):
        ids(client, "/feed")


def test_a_circle_of_pages_ends(web: Any, client: Any, reply: Any) -> None:
    web.tell("/f", reply(feed("a", more='<link rel="next" href="/g"/>')))
    web.tell("/g", reply(feed("b", more='<link rel="next" href="/f"/>')))
    with pytest.raises(flowhost.Unavailable, match=r"/g leads to .*/f, which was read before"):
        ids(client, "/f")


def test_a_server_that_ignores_where_to_start_is_found_out(web: Any, client: Any, reply: Any) -> None:
    web.tell("/f", reply(feed("a", "b", more=counts(4, 1, 2))))
    web.tell("/f?start=3", reply(feed("a", "b", more=counts(4, 1, 2))))
    with pytest.raises(flowhost.Unavailable, match="read before"):
        ids(client, "/f")


# -- the service document

SERVICE = """<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:vaext="http://www.vizrt.com/atom-ext"><workspace>
<collection href="../things"><categories><atom:category scheme="http://www.vizrt.com/types" term="asset"/></categories>
%s</collection></workspace></service>"""


def test_an_asset_is_found_beneath_its_collection(web: Any, client: Any, reply: Any) -> None:
    web.tell("/thirdparty", reply((SERVICE % "").encode(), kind="application/atomsvc+xml"))
    assert client.asset_url("A/B 1") == f"{web.url}/things/A%2FB%201"
    assert client.asset_url("urn:vme:default:asset:77") == f"{web.url}/things/77"
    assert client.asset_url(f"{web.url}/x/7") == f"{web.url}/x/7"
    # site identities that only look like something else
    assert client.asset_url("http://one.test/x") == f"{web.url}/things/http%3A%2F%2Fone.test%2Fx"
    assert client.asset_url("urn:isbn:77") == f"{web.url}/things/urn%3Aisbn%3A77"
    with pytest.raises(NotFound):
        client.asset("77")
    assert client.item("77") is None
    assert len(web.requests("/thirdparty")) == 1


def test_a_template_says_where_an_asset_is(web: Any, client: Any, reply: Any) -> None:
    template = '<vaext:resolve id="asset" template="/api/a/{id}?x={vizid:x?}"/>'
    web.tell("/thirdparty", reply((SERVICE % template).encode()))
    assert client.asset_url("A/B") == f"{web.url}/api/a/A%2FB"
    assert client.resolve("asset", "asset", id="1", **{"vizid:x": "y"}) == f"{web.url}/api/a/1?x=y"
    with pytest.raises(DocumentError, match=r"no collection with the keyword 'assets'.*did you mean 'asset'"):
        client.resolve("assets", "asset", id="1")


@pytest.mark.parametrize("wrong", ["", "..", "/", " . "])
def test_what_is_no_id_is_not_asked_for(web: Any, client: Any, wrong: str) -> None:
    with pytest.raises(flowhost.Permanent, match="is no id of an asset"):
        client.asset(wrong)
    assert web.asked == []


def test_the_path_of_the_service_document_is_an_option(web: Any, client_of: Any, reply: Any) -> None:
    web.tell("/elsewhere/start", reply((SERVICE % "").encode()))
    client = client_of(web, service_document="/elsewhere/start")
    assert client.service.collection("asset").endpoint.href == f"{web.url}/things"


def test_the_service_document_is_read_again_after_its_lifetime(
    web: Any, client_of: Any, reply: Any, hurried: Any
) -> None:
    web.tell("/thirdparty", reply((SERVICE % "").encode()))
    client = client_of(web, dictionary_lifetime=60)
    assert client.service is client.service
    hurried.later += 61
    assert client.service.collection("asset")
    assert len(web.asked) == 2


def test_a_search_needs_a_search_link(web: Any, client: Any, reply: Any) -> None:
    web.tell("/thirdparty", reply((SERVICE % "").encode()))
    assert client.search_url() == f"{web.url}/things"
    with pytest.raises(flowhost.Permanent, match="no link 'search'"):
        client.search_url("news")


def test_probing_reads_the_service_document_and_the_assets(web: Any, client: Any, reply: Any) -> None:
    web.tell("/thirdparty", reply((SERVICE % "").encode()))
    web.tell("/things", reply(b"", 401, None))
    with pytest.raises(flowhost.Permanent, match="check 'username'"):
        client.probe()
    web.tell("/things", reply(feed()))
    client.probe()


def test_the_hosts_of_the_service_document_are_told_the_password(web: Any, client: Any, reply: Any) -> None:
    elsewhere = web.url.replace("127.0.0.1", "localhost")
    web.tell("/thirdparty", reply((SERVICE % "").replace("../things", f"{elsewhere}/things").encode()))
    web.tell("/things", reply(feed()))
    client.get(f"{elsewhere}/things")
    client.asset_feed()
    before, after = web.requests("/things")
    assert "Authorization" not in before.headers
    assert "Authorization" in after.headers


# -- dictionaries


def test_a_dictionary_is_read_once_also_by_many_threads_at_once(web: Any, client: Any, reply: Any) -> None:
    web.tell("/d", reply(feed("news", more='<link rel="next" href="/d2"/>')))
    web.tell("/d2", reply(feed("sport")))
    start = threading.Barrier(8)

    def look_up(_: int) -> Any:
        start.wait(30)
        return client.look_up("/d", "sport")

    with ThreadPoolExecutor(8) as threads:
        terms = list(threads.map(look_up, range(8)))
    assert terms == [DictionaryTerm("sport", "Label sport")] * 8
    assert [term.key for term in client.terms(f"{web.url}/d").entries] == ["news", "sport"]
    assert len(web.asked) == 2


def test_a_dictionary_is_read_again_after_its_lifetime(
    web: Any, client_of: Any, reply: Any, hurried: Any
) -> None:
    client = client_of(web, dictionary_lifetime=60)
    web.tell("/d", reply(feed("news")))
    assert client.look_up("/d", "news").label == "Label news"
    hurried.later += 30
    client.look_up("/d", "news")
    assert len(web.asked) == 1
    hurried.later += 31
    client.look_up("/d", "news")
    assert len(web.asked) == 2


def test_a_term_that_is_not_there_may_be_new(web: Any, client: Any, reply: Any, hurried: Any) -> None:
    web.tell("/d", reply(feed("news")), reply(feed("news", "sport")))
    client.look_up("/d", "news")
    assert client.look_up("/d", "sport") is None
    hurried.later += 11
    assert client.look_up("/d", "sport") == DictionaryTerm("sport", "Label sport")
    assert client.look_up("/d", "weather") is None
    assert len(web.asked) == 2


def test_an_old_dictionary_is_used_while_the_server_is_away(
    web: Any, client: Any, reply: Any, hurried: Any, caplog: pytest.LogCaptureFixture
) -> None:
    web.tell("/d", reply(feed("news")))
    client.look_up("/d", "news")
    web.tell("/d", reply(b"", 500, None))
    hurried.later += 1000
    assert client.look_up("/d", "news").key == "news"
    assert "the old one is used" in caplog.text


def test_a_failure_is_told_to_all_who_wait_and_not_kept(web: Any, client: Any, reply: Any) -> None:
    web.tell("/d", reply(b"", 500, None))
    with pytest.raises(HTTPServerError):
        client.look_up("/d", "news")
    web.tell("/d", reply(feed("news")))
    assert client.look_up("/d", "news").key == "news"
    with pytest.raises(NotFound):
        client.look_up("/e", "news")


def test_a_dictionary_is_a_link(web: Any, client: Any) -> None:
    with pytest.raises(flowhost.Permanent, match=r"the dictionary 'genres.csv' is no link"):
        client.look_up("genres.csv", "news")
    assert web.asked == []
