"""Assets over HTTP: made, read, searched, changed under ETags, deleted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

PAYLOAD = """<payload xmlns="http://www.vizrt.com/types" model="{model}">
  <field name="asset.title"><value>{title}</value></field>
  <field name="asset.people"><list>
    <payload><field name="people.name"><value>Ada</value></field></payload>
    <payload><field name="people.name"><value>Bo</value></field></payload>
  </list></field>
  <field name="asset.rights"><field name="rights.holder"><value>Us</value></field></field>
</payload>"""


def payload(client: Any, title: str = "Named") -> str:
    return PAYLOAD.format(model=f"{client.server.url}/api/metadata/form/hubitem/r1", title=title)


def test_a_new_asset_is_a_placeholder(client: Any) -> None:
    made = client.made("Sample", "SITE-42")
    assert client.one(made, "/*/atom:title/text()") == "Sample"
    assert client.one(made, "/*/dcterms:identifier/text()") == "SITE-42"
    assert client.one(made, "/*/mam:mediastatus/text()") == "empty"
    assert client.one(made, "/*/mam:assetmediatype/text()") == "placeholder"
    assert client.one(made, "/*/acl:asset/acl:group/@name") == "Administrators"
    assert made.headers["Location"] == client.link(made, "self")


def test_it_is_found_by_number_and_by_site_identity(client: Any) -> None:
    made = client.made("Sample", "SITE/42")
    number = client.one(made, "/*/core:ardomeIdentity[@name='id']/text()")
    for name in (number, "SITE%2F42"):
        found = client.get(f"/thirdparty/asset/item/{name}")
        assert client.one(found, "/*/atom:id/text()") == f"urn:vme:default:asset:{number}"
    assert client.ask("GET", "/thirdparty/asset/item/other").status_code == 404


def test_a_site_identity_belongs_to_one_asset(client: Any) -> None:
    client.made("One", "SITE-1")
    assert client.create("Two", "SITE-1").status_code == 409


def test_metadata_come_inline_when_asked_for(client: Any) -> None:
    here = client.link(client.made(), "self")
    plain, inline = client.get(here), client.get(here, X_Inline="describedby")
    path = "/*/atom:link[@rel='describedby']/vdf:payload"
    assert client.find(plain, path) == []
    assert client.one(inline, f"{path}/vdf:field[@name='asset.title']/vdf:value/text()") == "Sample"
    assert plain.headers["ETag"] != inline.headers["ETag"]
    assert "X-Inline" in plain.headers["Vary"]


def test_metadata_are_written_whole_and_read_back(client: Any) -> None:
    made = client.made()
    described = client.link(made, "describedby")
    answer = client.ask("PUT", described, payload(client), If_Match=client.get(described).headers["ETag"])
    assert answer.status_code == 200
    assert client.find(answer, "//vdf:field[@name='people.name']/vdf:value/text()") == ["Ada", "Bo"]
    assert client.one(answer, "//vdf:field[@name='rights.holder']/vdf:value/text()") == "Us"
    again = client.get(described)
    assert again.content == answer.content
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert client.one(client.get(client.link(made, "self")), "/*/atom:title/text()") == "Named"


def test_a_stale_etag_is_refused(client: Any) -> None:
    described = client.link(client.made(), "describedby")
    old = client.get(described).headers["ETag"]
    assert client.ask("PUT", described, payload(client, "First"), If_Match=old).status_code == 200
    stale = client.ask("PUT", described, payload(client, "Second"), If_Match=old)
    assert stale.status_code == 412
    assert stale.headers["Content-Type"] == "application/problem+json"
    assert stale.json()["title"] == "Precondition Failed"
    for condition in ({}, {"If_Match": "*"}):
        assert client.ask("PUT", described, payload(client, "Third"), **condition).status_code == 200


def test_the_etag_of_the_entry_names_the_same_state(client: Any) -> None:
    made = client.made()
    inline = client.get(client.link(made, "self"), X_Inline="describedby").headers["ETag"]
    described = client.link(made, "describedby")
    assert client.ask("PUT", described, payload(client, "First"), If_Match=inline).status_code == 200
    assert client.ask("PUT", described, payload(client, "Second"), If_Match=inline).status_code == 412


def test_etags_can_be_required(
    make_viz_one_server: Callable[..., Any], client_for: Callable[..., Any]
) -> None:
    client = client_for(make_viz_one_server(etags_required=True))
    described = client.link(client.made(), "describedby")
    assert client.ask("PUT", described, payload(client)).status_code == 428
    assert client.ask("PUT", described, payload(client), If_Match="*").status_code == 200


def test_what_did_not_change_is_not_sent_again(client: Any) -> None:
    described = client.link(client.made(), "describedby")
    tag = client.get(described).headers["ETag"]
    answer = client.ask("GET", described, If_None_Match=tag)
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("<field name='asset.titel'><value>x</value></field>", "no field 'asset.titel'"),
        ("<field name='asset.episode'><value>x</value></field>", "of the type integer"),
        ("<field name='asset.retentionPolicy'><value>x</value></field>", "expected one of keep"),
        ("<field name='asset.productionDate'><value>yesterday</value></field>", "of the type date"),
        ("<field name='asset.title'><value>a</value><value>b</value></field>", "2 values"),
        ("<field name='asset.title'/><field name='asset.title'/>", "twice"),
    ],
)
def test_a_payload_must_fit_its_form(client: Any, field: str, told: str) -> None:
    described = client.link(client.made(), "describedby")
    before = client.get(described).content
    answer = client.ask("PUT", described, f"<payload xmlns='http://www.vizrt.com/types'>{field}</payload>")
    assert (answer.status_code, told in answer.json()["detail"]) == (422, True), answer.text
    assert client.get(described).content == before


@pytest.mark.parametrize("body", ["no xml", "<!DOCTYPE x [<!ENTITY e 'x'>]><payload/>", "<entry/>"])
def test_what_is_no_payload_is_refused(client: Any, body: str) -> None:
    described = client.link(client.made(), "describedby")
    assert client.ask("PUT", described, body).status_code == 400


def test_categories_and_access_are_kept(client: Any) -> None:
    inside = (
        "<category scheme='http://one.test/genre' term='news'/>"
        "<acl:asset xmlns:acl='http://www.vizrt.com/2012/acl'>"
        "<acl:group name='Editors' read='1' write='1' admin='0'/></acl:asset>"
    )
    made = client.made("Sample", "", inside)
    assert client.one(made, "//atom:category[@scheme='http://one.test/genre']/@term") == "news"
    edit = client.link(made, "edit")
    changed = made.text.replace("Editors", "Archivists").replace("news", "sport")
    answer = client.ask("PUT", edit, changed, If_Match=made.headers["ETag"])
    assert answer.status_code == 200, answer.text
    assert client.one(answer, "/*/acl:asset/acl:group/@name") == "Archivists"
    assert client.one(answer, "//atom:category[@scheme='http://one.test/genre']/@term") == "sport"
    assert client.ask("PUT", edit, changed, If_Match=made.headers["ETag"]).status_code == 412


def test_a_deleted_asset_is_gone(client: Any) -> None:
    made = client.made()
    assert client.ask("DELETE", client.link(made, "edit")).status_code == 204
    assert client.ask("GET", client.link(made, "self")).status_code == 404


def test_a_feed_is_read_page_by_page(client: Any) -> None:
    titles = {client.one(client.made(f"Clip {number}"), "/*/atom:title/text()") for number in range(7)}
    page, found = client.get("/thirdparty/asset/item?num=3&sort=title"), []
    assert client.one(page, "/*/os:totalResults/text()") == "7"
    while True:
        found += client.find(page, "//atom:entry/atom:title/text()")
        following = client.find(page, "/*/atom:link[@rel='next']/@href")
        if not following:
            break
        page = client.get(following[0])
    assert (set(found), len(found)) == (titles, 7)
    assert found == sorted(found)


def test_a_search_finds_texts_and_fields(client: Any) -> None:
    for title in ("Evening news", "Morning news", "Sport"):
        client.made(title)
    for query, expected in (
        ("q=news", 2),
        ("q=asset.title:Sport", 1),
        ("q=title:spor", 0),
        ("media=video", 0),
    ):
        assert client.one(client.get(f"/thirdparty/asset/item?{query}"), "/*/os:totalResults/text()") == str(
            expected
        )
    for wrong in ("start=0", "num=x", "sort=colour"):
        assert client.ask("GET", f"/thirdparty/asset/item?{wrong}").status_code == 400


def test_of_many_writers_with_one_etag_one_wins(client: Any, client_for: Callable[..., Any]) -> None:
    described = client.link(client.made(), "describedby")
    tag = client.get(described).headers["ETag"]

    def write(number: int) -> int:
        other = client_for(client.server)
        return int(other.ask("PUT", described, payload(other, f"Writer {number}"), If_Match=tag).status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(16)))
    assert statuses == [200] + [412] * 15


def test_annotations_and_markup_are_kept(client: Any) -> None:
    described = client.link(client.made(), "describedby")
    body = (
        "<payload xmlns='http://www.vizrt.com/types'>"
        "<field name='asset.title'><annotation lang='en' by='Ada'/><value>Sample</value></field>"
        "<field name='asset.description'><value><p xmlns='http://www.w3.org/1999/xhtml'>A <b>b</b></p></value></field>"
        "<field name='asset.people'><list><payload>"
        "<field name='people.name'><annotation by='Bo'/><value>Cy</value></field></payload></list></field></payload>"
    )
    assert client.ask("PUT", described, body).status_code == 200
    answer = client.get(described)
    assert client.one(answer, "/*/vdf:field[@name='asset.title']/vdf:annotation/@by") == "Ada"
    assert client.one(answer, "//vdf:field[@name='people.name']/vdf:annotation/@by") == "Bo"
    path = (
        "//vdf:field[@name='asset.description']/vdf:value/*[namespace-uri()='http://www.w3.org/1999/xhtml']"
    )
    assert client.find(answer, path)
    assert (
        client.ask("PUT", described, body.replace("<annotation lang='en' by='Ada'/>", "")).status_code == 200
    )
    assert client.find(client.get(described), "/*/vdf:field[@name='asset.title']/vdf:annotation") == []
