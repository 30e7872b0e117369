"""The service document and search descriptions."""

from __future__ import annotations

import pytest

from flowhost_plugins.viz_one.documents import DocumentError, SearchDescription, ServiceDocument

SAMPLE = """
<app:service xmlns:app="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"
             xmlns:vaext="http://www.vizrt.com/atom-ext">
  <app:workspace><atom:title>demo</atom:title>
    <app:collection href="http://one.test/thirdparty/search">
      <app:categories><atom:category scheme="http://www.vizrt.com/types" term="search"/></app:categories>
    </app:collection>
    <app:collection href="http://one.test/thirdparty/asset/item"><atom:title>Assets</atom:title>
      <app:categories><atom:category scheme="http://www.vizrt.com/types" term="asset"/>
        <atom:category scheme="http://other.test/" term="foreign"/>
        <atom:category scheme="http://www.vizrt.com/types" term="search"/></app:categories>
      <atom:link rel="search" type="application/opensearchdescription+xml"
                 href="http://one.test/thirdparty/asset/item?format=opensearch"/>
    </app:collection>
  </app:workspace>
  <app:workspace><atom:title>more</atom:title>
    <app:collection href="client/config" xml:base="http://one.test/thirdparty/">
      <app:categories scheme="http://www.vizrt.com/types"><atom:category term="client-config"/></app:categories>
      <vaext:resolve id="client-config"
         template="http://one.test/thirdparty/client/config/{id}?application={vizid:application?}"/>
      <vaext:templates><vaext:deep id="client-asset-config" template="http://one.test/{id}/{vizid:atom-id}"/></vaext:templates>
    </app:collection>
  </app:workspace>
</app:service>
"""


def test_the_collections_of_every_workspace() -> None:
    collections = ServiceDocument(SAMPLE).collections
    assert [each.keywords for each in collections] == [["search"], ["asset", "search"], ["client-config"]]
    assert [each.endpoint.href for each in collections] == [
        "http://one.test/thirdparty/search",
        "http://one.test/thirdparty/asset/item",
        "http://one.test/thirdparty/client/config",
    ]
    assert collections[1].title == "Assets"


def test_a_collection_by_its_keywords() -> None:
    service = ServiceDocument(SAMPLE)
    assert service.collection("asset").endpoint.href == "http://one.test/thirdparty/asset/item"
    assert service.collection("search").endpoint.href == "http://one.test/thirdparty/search"
    assert service.collection("search", "asset").title == "Assets"
    assert service.collection("asset").search_link.href.endswith("?format=opensearch")
    with pytest.raises(
        AttributeError, match="<AppCollection search> has no search_link; it has no links at all"
    ):
        _ = service.collection("search").search_link


def test_an_unknown_keyword_names_the_nearest_and_all() -> None:
    with pytest.raises(
        DocumentError,
        match=r"no collection with the keyword 'aset'; did you mean 'asset'\?; its keywords are: asset, client-config, search",
    ):
        ServiceDocument(SAMPLE).collection("aset")
    with pytest.raises(DocumentError, match="'asset' and 'client-config'"):
        ServiceDocument(SAMPLE).collection("asset", "client-config")
    with pytest.raises(DocumentError, match="its keywords are: none"):
        ServiceDocument().collection("asset")


def test_templates_by_their_id() -> None:
    collection = ServiceDocument(SAMPLE).collection("client-config")
    url = collection.resolve("client-config").expand({"id": "k", "vizid:application": "flow_a"})
    assert url == "http://one.test/thirdparty/client/config/k?application=flow_a"
    assert collection.resolve("client-asset-config").required == ["id", "vizid:atom-id"]
    with pytest.raises(
        DocumentError,
        match=r"no template 'client-confg'; did you mean 'client-config'\?; it has: client-asset-config, client-config",
    ):
        collection.resolve("client-confg")


SEARCH = """
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>Assets</ShortName>
  <Url type="application/atom+xml;type=feed" template="http://one.test/?q={searchTerms?}&amp;num={count?}"/>
  <Url type="text/html" template="http://one.test/page?q={searchTerms}"/>
  <Url type="application/json"/>
</OpenSearchDescription>
"""


def test_the_templates_of_a_search_description() -> None:
    description = SearchDescription(SEARCH)
    assert description.short_name == "Assets"
    assert description.url().expand({"count": "5"}) == "http://one.test/?num=5"
    assert description.url("text/html").required == ["searchTerms"]
    for missing in ("application/json", "image/png"):
        with pytest.raises(
            DocumentError, match=r"no URL for .*; it has: application/atom\+xml;type=feed, text/html"
        ):
            description.url(missing)
