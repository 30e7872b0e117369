"""Collections, their members and metadata."""

from __future__ import annotations

from typing import Any

ATOM = "http://www.w3.org/2005/Atom"


def made(client: Any, title: str, kind: str) -> Any:
    entry = (
        f"<entry xmlns='{ATOM}'><title>{title}</title>"
        f"<category scheme='http://www.vizrt.com/types' term='{kind}'/></entry>"
    )
    return client.ask("POST", "/thirdparty/collection", entry)


def test_members_are_added_by_their_ids(client: Any) -> None:
    series, season = made(client, "Planets", "series"), made(client, "One", "season")
    assert (series.status_code, season.status_code) == (201, 201)
    asset = client.made("Pilot")
    ids = [client.one(each, "/*/atom:id/text()") for each in (season, asset)]
    answer = client.ask(
        "POST", client.link(series, "addmembers"), "\r\n".join(ids), Content_Type="text/uri-list"
    )
    assert answer.status_code == 200, answer.text
    members = client.get(client.link(series, "down"))
    assert client.find(members, "//atom:entry/atom:title/text()") == ["One", "Pilot"]
    answer = client.ask("PUT", client.link(series, "addmembers"), ids[1], Content_Type="text/uri-list")
    assert client.find(answer, "//atom:entry/atom:title/text()") == ["Pilot"]


def test_a_collection_has_metadata_of_its_kind(client: Any) -> None:
    series = made(client, "Planets", "series")
    forms = client.get(client.link(series, "models"))
    assert client.one(forms, "//atom:entry/atom:title/text()") == "series"
    described = client.link(series, "describedby")
    first = client.get(described)
    assert client.one(first, "//vdf:field[@name='series.title']/vdf:value/text()") == "Planets"
    changed = first.text.replace("Planets", "Moons")
    tag = first.headers["ETag"]
    assert client.ask("PUT", described, changed, If_Match=tag).status_code == 200
    assert client.ask("PUT", described, changed, If_Match=tag).status_code == 412
    assert client.one(client.get(client.link(series, "self")), "/*/atom:title/text()") == "Moons"


def test_a_collection_is_renamed_and_deleted(client: Any) -> None:
    folder = made(client, "Inbox", "folder")
    edit = client.link(folder, "edit")
    answer = client.ask("PUT", edit, folder.text.replace("Inbox", "Outbox"), If_Match=folder.headers["ETag"])
    assert client.one(answer, "/*/atom:title/text()") == "Outbox"
    assert (
        client.one(client.get("/thirdparty/collection?type=folder"), "//atom:entry/atom:title/text()")
        == "Outbox"
    )
    assert client.ask("DELETE", edit).status_code == 204
    assert client.ask("GET", edit).status_code == 404


def test_unknown_kinds_and_members_are_refused(client: Any) -> None:
    assert made(client, "X", "pile").status_code == 422
    folder = made(client, "Inbox", "folder")
    link = client.link(folder, "addmembers")
    body = "urn:vme:default:asset:2101700000000000999"
    assert client.ask("POST", link, body, Content_Type="text/uri-list").status_code == 404
