"""What a client starts from, and what it finds by keyword."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

KEYWORD = "//app:collection[app:categories/atom:category[@scheme='http://www.vizrt.com/types']/@term='{}']"


def test_strangers_are_not_let_in(server: Any) -> None:
    for user in (None, ("user", "wrong"), ("other", "user")):
        answer = requests.get(f"{server.url}/thirdparty", auth=user, timeout=30)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_more_users_may_be_added(server: Any) -> None:
    server.users["plugin"] = "pass:word"
    answer = requests.get(f"{server.url}/thirdparty", auth=("plugin", "pass:word"), timeout=30)
    assert answer.status_code == 200


def test_each_collection_has_a_keyword_and_answers(client: Any) -> None:
    service = client.get("/thirdparty")
    assert service.headers["Content-Type"] == "application/atomsvc+xml"
    for keyword in (
        "asset",
        "search",
        "location",
        "collection",
        "incoming",
        "transfer",
        "form",
        "dictionary",
    ):
        href = client.one(service, f"{KEYWORD.format(keyword)}/@href")
        assert client.get(href).headers["Content-Type"] == "application/atom+xml;type=feed", keyword


def test_resolve_templates_lead_to_values(client: Any) -> None:
    service = client.get("/thirdparty")
    template = client.one(
        service, f"{KEYWORD.format('client-config')}/vaext:resolve[@id='client-config']/@template"
    )
    url = template.replace("{id}", "a%2Fb").replace("{vizid:application?}", "flow_app")
    assert client.ask("GET", url).status_code == 404
    assert client.ask("PUT", url, b'{"a": 1}').status_code == 201
    assert client.get(url).content == b'{"a": 1}'
    assert client.ask("GET", url.replace("flow_app", "other")).status_code == 404
    assert client.ask("DELETE", url).status_code == 204
    assert client.ask("DELETE", url).status_code == 404


def test_values_belong_to_their_user(client: Any, client_for: Callable[..., Any]) -> None:
    client.server.users["other"] = "x"
    other = client_for(client.server)
    other.session.auth = ("other", "x")
    assert client.ask("PUT", "/thirdparty/client/config/key?application=a", b"mine").status_code == 201
    assert other.ask("GET", "/thirdparty/client/config/key?application=a").status_code == 404


def test_values_of_an_asset(client: Any) -> None:
    service = client.get("/thirdparty")
    template = client.one(service, "//vaext:resolve[@id='client-asset-config']/@template")
    url = template.replace("{id}", "key").replace("{vizid:application?}", "app")
    one, two = (url.replace("{vizid:atom-id}", f"urn:vme:default:asset:{number}") for number in (1, 2))
    assert client.ask("PUT", one, b"1").status_code == 201
    assert client.ask("PUT", one, b"2", If_None_Match="*").status_code == 412
    assert client.get(one).content == b"1"
    assert client.ask("GET", two).status_code == 404


def test_a_form_leads_to_its_model(client: Any) -> None:
    asset = client.made()
    forms = client.get(client.link(asset, "models"))
    assert "hubitem" in client.find(forms, "//atom:entry/atom:title/text()")
    path = "//atom:entry[atom:title='hubitem']/atom:link[@rel='self']"
    assert client.one(forms, f"{path}/@type") == "application/vnd.vizrt.model+xml"
    model = client.get(client.one(forms, f"{path}/@href"))
    assert model.headers["Content-Type"] == "application/vnd.vizrt.model+xml"
    assert "asset.title" in client.find(model, "//vdf:fielddef/@name")
    payload = client.get(client.link(asset, "describedby"))
    assert client.one(payload, "/*/@model") == model.url
    assert client.find(payload, "/*/vdf:field/@name") == client.find(
        model, "/*/vdf:schema/vdf:fielddef/@name"
    )


def test_forms_of_a_site(make_viz_one_server: Callable[..., Any], client_for: Callable[..., Any]) -> None:
    model = (
        '<model xmlns="http://www.vizrt.com/types"><schema>'
        '<fielddef name="news.slug" mediatype="text/plain" xsdtype="string"/></schema></model>'
    )
    client = client_for(make_viz_one_server(models={"news": model}))
    described = client.link(client.made(), "describedby")
    url = f"{client.server.url}/api/metadata/form/news/r1"
    body = (
        f'<payload xmlns="http://www.vizrt.com/types" model="{url}">'
        '<field name="news.slug"><value>fire</value></field></payload>'
    )
    assert client.ask("PUT", described, body).status_code == 200
    assert client.one(client.get(described), "/*/@model") == url
    assert client.ask("PUT", described, body.replace("form/news", "form/other")).status_code == 422


def test_a_dictionary_has_terms(
    make_viz_one_server: Callable[..., Any], client_for: Callable[..., Any]
) -> None:
    server = make_viz_one_server(dictionaries={"genre": {"N": "News", "S": "Sport"}})
    client = client_for(server)
    terms = client.get("/api/metadata/dictionary/~genre")
    assert client.find(terms, "//atom:entry/vdf:key/text()") == ["N", "S"]
    one = client.get(client.find(terms, "//atom:entry/atom:link[@rel='self']/@href")[1])
    assert client.one(one, "/*/atom:title/text()") == "Sport"
    assert client.ask("GET", "/api/metadata/dictionary/~other").status_code == 404


def test_methods_that_a_page_does_not_know(client: Any) -> None:
    answer = client.ask("POST", "/thirdparty", b"")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert client.ask("GET", "/elsewhere").status_code == 404


def test_of_many_who_write_a_value_first_one_does(client: Any, client_for: Callable[..., Any]) -> None:
    def write(number: int) -> int:
        other = client_for(client.server)
        url = "/thirdparty/client/config/once?application=a"
        return int(other.ask("PUT", url, str(number), If_None_Match="*").status_code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(16))) == [201] + [412] * 15


def test_assets_are_found_as_json(client: Any) -> None:
    for number in range(3):
        client.made(f"News {number}", f"SITE-{number}")
    client.made("Sport")
    first = client.get("/api/search/item?search.default=news&num=2&sort=title").json()["data"]
    assert first["feedTotalResults"] == 3
    assert [entry["siteIdentity"] for entry in first["entries"]] == ["SITE-0", "SITE-1"]
    assert first["entries"][0]["mediaStatus"] == "empty"
    last = client.get(first["feedNextPage"]).json()["data"]
    assert [entry["title"] for entry in last["entries"]] == ["News 2"]
    assert "feedNextPage" not in last
