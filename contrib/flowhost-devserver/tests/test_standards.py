"""The documents, judged by the standards: Atom, AtomPub, OpenSearch, tombstones, conditional requests."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver.viz_one.atom import feed, tombstone
from lxml import etree

DATA = Path(__file__).with_name("data")
ATOM = {"a": "http://www.w3.org/2005/Atom"}
WELL_KNOWN = {
    "searchTerms",
    "count",
    "startIndex",
    "startPage",
    "language",
    "inputEncoding",
    "outputEncoding",
}


def grammar(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(DATA / name))


def judge(name: str, document: etree._Element) -> None:
    schema = grammar(name)
    assert schema.validate(document), schema.error_log


def judge_atom(document: etree._Element) -> None:
    """Appendix B of RFC 4287, and what it says in prose or Schematron."""
    judge("atom.rng", document)
    entries = document.xpath("descendant-or-self::a:entry", namespaces=ATOM)
    for entry in entries:
        assert entry.xpath("a:author or ancestor::a:feed/a:author", namespaces=ATOM), "4.1.2: an author"
        assert entry.xpath("a:content or a:link[@rel='alternate']", namespaces=ATOM), (
            "4.1.2: content or alternate"
        )
        if entry.xpath("a:content[@src]", namespaces=ATOM):
            assert entry.xpath("a:summary", namespaces=ATOM), "4.1.2: a summary beside content elsewhere"
        links = entry.xpath("a:link[@rel='alternate']", namespaces=ATOM)
        kinds = [(link.get("type"), link.get("hreflang")) for link in links]
        assert len(kinds) == len(set(kinds)), "4.1.2: one alternate of a type"
    for url in document.xpath("//@href | //@src"):
        assert re.match(r"[a-z]+:", url), f"{url} is no absolute URL"


def filled(client: Any, clip: Callable[..., Path]) -> Any:
    """A server with something of each kind; returns the entry of an asset with media."""
    clip()
    client.server.add_dictionary("genre", {"N": "News"})
    asset = client.made("Sample & <more>", "SITE-1")
    location = client.get("/api/unmanaged/inbox")
    file = client.one(location, "//atom:entry/atom:link[@rel='self']/@href")
    begun = client.ask("POST", client.link(asset, "import-unmanaged"), file, Content_Type="text/uri-list")
    job = client.server.catalogue.jobs()[0]
    client.server.catalogue.wait_for_job(job.id, 60)
    assert begun.status_code == 201
    client.server.add_transfer(
        asset=client.one(asset, "/*/core:ardomeIdentity/text()"), settings={"plugin.user": "u"}
    )
    client.ask(
        "POST",
        "/thirdparty/collection",
        "<entry xmlns='http://www.w3.org/2005/Atom'><title>Folder</title></entry>",
    )
    return client.get(client.link(asset, "self"))


def test_the_grammars_refuse_what_is_wrong() -> None:
    right = etree.fromstring(etree.tostring(feed("urn:x", "t", datetime.now(UTC), [])))
    judge("atom.rng", right)
    for path in ("a:id", "a:title", "a:updated"):
        wrong = etree.fromstring(etree.tostring(right))
        wrong.remove(wrong.find(path, ATOM))
        assert not grammar("atom.rng").validate(wrong), path
    assert not grammar("service.rng").validate(etree.XML('<service xmlns="http://www.w3.org/2007/app"/>'))
    assert not grammar("opensearch.rng").validate(
        etree.XML('<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"/>')
    )


def test_the_service_document(client: Any) -> None:
    judge("service.rng", etree.fromstring(client.get("/thirdparty").content))


def test_every_feed_and_each_entry_in_it(client: Any, clip: Callable[..., Path]) -> None:
    asset = filled(client, clip)
    judge_atom(etree.fromstring(asset.content))
    service = client.get("/thirdparty")
    feeds = [url for url in client.find(service, "//app:collection/@href") if "client/config" not in url]
    feeds += ["/api/unmanaged/inbox", "/api/metadata/dictionary/~genre", client.link(asset, "models")]
    for url in feeds:
        answer = client.get(url, X_Inline="describedby")
        judge_atom(etree.fromstring(answer.content))
        assert client.find(answer, "/*/atom:entry"), url
        assert client.link(answer, "self"), "4.1.1: a feed should have a link to itself"
        if "form" in url:
            continue
        for here in client.find(answer, "/*/atom:entry/atom:link[@rel='self']/@href"):
            entry = etree.fromstring(client.get(here).content)
            judge_atom(entry)


def test_an_entry_is_the_same_in_its_feed_and_by_itself(client: Any) -> None:
    alone = etree.fromstring(client.get(client.link(client.made(), "self")).content)
    within = client.one(client.get("/thirdparty/asset/item"), "//atom:entry")
    assert etree.tostring(within, method="c14n", exclusive=True, with_tail=False) == etree.tostring(
        alone, method="c14n", exclusive=True
    )


def test_deleted_entries() -> None:
    gone = tombstone("urn:x:1", datetime.now(UTC))
    judge("atom.rng", etree.fromstring(etree.tostring(gone)))
    judge("atom.rng", etree.fromstring(etree.tostring(feed("urn:x", "t", datetime.now(UTC), [], gone))))


def test_the_search_description(client: Any) -> None:
    for number in range(3):
        client.made(f"News {number}")
    service = client.get("/thirdparty")
    answer = client.get(client.one(service, "//atom:link[@rel='search']/@href"))
    document = etree.fromstring(answer.content)
    judge("opensearch.rng", document)
    template = client.one(answer, "//os:Url[@rel='results']/@template")
    for name in re.findall(r"\{([^}]+?)\??\}", template):
        prefix, _, local = name.rpartition(":")
        assert prefix in document.nsmap if prefix else local in WELL_KNOWN, name
    values = {"searchTerms": "News", "count": "2", "startIndex": "2"}
    url = re.sub(r"\{([^}]+?)\??\}", lambda match: values.get(match[1], ""), template)
    page = client.get(url)
    assert client.one(page, "/*/os:totalResults/text()") == "3"
    assert client.one(page, "/*/os:startIndex/text()") == "2"
    assert len(client.find(page, "/*/atom:entry")) == 2


@pytest.mark.parametrize("page", ["self", "describedby"])
def test_conditional_requests(client: Any, page: str) -> None:
    url = client.link(client.made(), page)
    first = client.get(url)
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[^"]+"', tag), "a strong tag (RFC 9110, 8.8.3)"
    assert client.get(url).headers["ETag"] == tag
    assert client.ask("GET", url, If_None_Match=tag).status_code == 304
    assert client.ask("GET", url, If_None_Match='"other"').status_code == 200
    assert client.ask("PUT", url, first.content, If_Match='"other"').status_code == 412
    assert client.ask("PUT", url, first.content, If_Match=f"W/{tag}").status_code == 412, (
        "weak tags do not match"
    )
    assert client.ask("PUT", url, first.content, If_Match=f'"other", {tag}').status_code == 200
    assert client.ask("HEAD", url).content == b""
