"""An asset with a given id, made or updated."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import (
    Acl,
    AclEntry,
    HTTPClientError,
    HTTPConflict,
    HTTPServerError,
    Link,
    Payload,
    VizOne,
    create_or_update_asset,
)

FIRST = {"form": "hubitem", "asset.title": "First", "asset.synopsis": "Once"}


def writes(sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [one for one in sent if one[0] != "GET"]


def test_an_asset_that_is_not_there_is_made_with_everything(client: VizOne) -> None:
    item = create_or_update_asset(
        "SITE-42",
        FIRST,
        acl=Acl([AclEntry("Desk", read=True, write=True)]),
        mediaacl=Acl([AclEntry("Viewers", read=True)]),
        tags={"http://one.test/b": "two", "http://one.test/a": "one"},
        materialtype="clip",
        category="news",
        rightscode="free",
        client=client,
    )
    stored = client.asset("SITE-42")
    assert (stored.id, stored.identifier, stored.title, stored.placeholder) == (
        item.id,
        "SITE-42",
        "First",
        True,
    )
    assert stored.acl == Acl([AclEntry("Desk", read=True, write=True)])
    assert stored.mediaacl == Acl([AclEntry("Viewers", read=True)])
    assert (stored.materialtype, stored.category, stored.rightscode) == ("clip", "news", "free")
    terms = [one.term for one in stored.categories if one.scheme.startswith("http://one.test/")]
    assert terms == ["one", "two"]
    for one in (item, stored):
        metadata = one.describedby_link.metadata
        assert metadata is not None
        assert (metadata.get("asset.title"), metadata.get("asset.synopsis")) == ("First", "Once")


def test_an_update_writes_what_differs_and_keeps_the_rest(
    client: VizOne, requests_of: list[tuple[str, str]]
) -> None:
    made = create_or_update_asset("SITE-42", FIRST, client=client)
    requests_of.clear()
    again = create_or_update_asset("SITE-42", {"asset.synopsis": "Twice"}, client=client)
    assert again.id == made.id
    assert writes(requests_of) == [("PUT", "metadata")]
    stored = client.asset(made.id).metadata
    assert stored is not None
    assert (stored.get("asset.title"), stored.get("asset.synopsis")) == ("First", "Twice")


def test_what_is_the_same_is_not_written(client: VizOne, requests_of: list[tuple[str, str]]) -> None:
    create_or_update_asset("SITE-42", FIRST, client=client)
    requests_of.clear()
    create_or_update_asset("SITE-42", FIRST, client=client)
    assert len(requests_of) == 1
    assert writes(requests_of) == []


def test_the_callers_dict_stays_as_it_is(client: VizOne) -> None:
    metadata = dict(FIRST)
    create_or_update_asset("SITE-42", metadata, client=client)
    create_or_update_asset("SITE-42", metadata, client=client)
    assert metadata == FIRST


def test_none_empties_a_field(client: VizOne) -> None:
    create_or_update_asset("SITE-42", FIRST, client=client)
    create_or_update_asset("SITE-42", {"asset.synopsis": None}, client=client)
    stored = client.asset("SITE-42").metadata
    assert stored is not None
    assert (stored.get("asset.title"), stored.get("asset.synopsis")) == ("First", None)


def test_a_payload_replaces_what_is_there_and_stays_as_it_is(client: VizOne) -> None:
    create_or_update_asset("SITE-42", FIRST, client=client)
    payload = Payload()
    payload.set("asset.title", "Second")
    item = create_or_update_asset("SITE-42", payload, client=client)
    assert payload.model == ""
    assert item.metadata is not None
    assert (item.metadata.get("asset.title"), item.metadata.get("asset.synopsis")) == ("Second", None)


def test_an_asset_may_be_made_in_another_form(make_server: Any, connect: Any) -> None:
    model = b"""<model xmlns="http://www.vizrt.com/types"><schema>
        <fielddef name="asset.title" xsdtype="string" mediatype="text/plain"/>
        <fielddef name="shot.number" xsdtype="integer" mediatype="text/plain"/></schema></model>"""
    client = connect(make_server(models={"shot": model}))
    item = create_or_update_asset("S1", {"form": "shot", "shot.number": 7, "asset.title": "S"}, client=client)
    assert item.metadata is not None
    assert (item.metadata.form, item.metadata.get("shot.number")) == ("shot", "7")
    # its form is of no meaning once it is described
    item = create_or_update_asset("S1", {"form": "hubitem", "shot.number": 8}, client=client)
    assert item.metadata is not None
    assert (item.metadata.form, item.metadata.get("shot.number")) == ("shot", "8")


def test_a_form_that_is_not_there_is_told_with_those_that_are(client: VizOne) -> None:
    with pytest.raises(
        flowhost.Permanent, match=r"has no form 'hubitm'; did you mean 'hubitem'.*its forms are"
    ):
        create_or_update_asset("SITE-42", {"form": "hubitm", "asset.title": "x"}, client=client)


@pytest.fixture
def with_models(client: VizOne) -> VizOne:
    """A client of a server whose collection of assets says where the forms of assets are."""
    models = Link(rel="models", href="/api/metadata/form?qType=ASSET.Item")
    client.service.collection("asset").search_link.element.addnext(models.element)
    return client


def test_no_asset_is_made_for_a_form_that_is_not_there(
    with_models: VizOne, requests_of: list[tuple[str, str]]
) -> None:
    with pytest.raises(flowhost.Permanent, match=r"no form 'hubitm'; did you mean 'hubitem'.*forms are"):
        create_or_update_asset("SITE-42", {"form": "hubitm", "asset.title": "x"}, client=with_models)
    assert writes(requests_of) == []


@pytest.mark.parametrize("metadata", [FIRST, None])
def test_an_asset_is_made_when_its_form_is_there(
    with_models: VizOne, metadata: dict[str, str] | None
) -> None:
    made = create_or_update_asset("SITE-42", metadata, client=with_models)
    assert made.title == ("First" if metadata else "SITE-42")


def test_without_an_id_a_new_asset_is_made_each_time(client: VizOne) -> None:
    ids = {create_or_update_asset(metadata=FIRST, client=client).id for _ in range(2)}
    assert len(ids) == 2


def test_without_metadata_the_asset_is_only_made(client: VizOne, requests_of: list[tuple[str, str]]) -> None:
    made = create_or_update_asset("SITE-42", client=client)
    assert writes(requests_of) == [("POST", "item")]
    assert create_or_update_asset("SITE-42", client=client).id == made.id


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_only_404_makes_an_asset(server: Any, client: VizOne, status: int) -> None:
    server.faults.add(f"{status}:method=GET,path=/thirdparty/asset/item/*,count=1")
    with pytest.raises((HTTPClientError, HTTPServerError)):
        create_or_update_asset("SITE-42", FIRST, client=client)
    assert client.item("SITE-42") is None


@pytest.mark.parametrize("status", [422, 500])
def test_a_refused_asset_is_an_error(server: Any, client: VizOne, status: int) -> None:
    server.faults.add(f"{status}:method=POST")
    with pytest.raises((HTTPClientError, HTTPServerError), match=f"was answered {status}"):
        create_or_update_asset("SITE-42", FIRST, client=client)


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_is_tried_again(server: Any, client: VizOne, status: int) -> None:
    server.faults.add(f"{status}:method=PUT,count=2")
    create_or_update_asset("SITE-42", FIRST, client=client)
    assert client.asset("SITE-42").title == "First"


@pytest.mark.parametrize("status", [409, 412])
def test_after_three_conflicts_it_is_an_error(server: Any, client: VizOne, status: int) -> None:
    server.faults.add(f"{status}:method=PUT")
    with pytest.raises(HTTPConflict):
        create_or_update_asset("SITE-42", FIRST, client=client)
    assert len([hit for hit in server.faults.hits if hit[0] == "PUT"]) == 3


def test_changes_of_others_are_kept(make_server: Any, connect: Any) -> None:
    server = make_server(etags_required=True)
    client = connect(server)
    create_or_update_asset("SITE-42", FIRST, client=client)
    start = threading.Barrier(2)

    def update(field: str) -> None:
        start.wait(30)
        create_or_update_asset("SITE-42", {field: "mine"}, client=client)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(update, ["asset.synopsis", "asset.owner"]))
    stored = client.asset("SITE-42").metadata
    assert (stored.get("asset.synopsis"), stored.get("asset.owner")) == ("mine", "mine")


def test_two_who_make_the_same_asset_make_one(client: VizOne) -> None:
    start = threading.Barrier(2)

    def make(_: int) -> str:
        start.wait(30)
        return create_or_update_asset("SITE-42", FIRST, client=client).id

    with ThreadPoolExecutor(2) as threads:
        ids = set(threads.map(make, range(2)))
    assert ids == {client.asset("SITE-42").id}


def test_another_try_finishes_what_was_begun(server: Any, client: VizOne) -> None:
    server.faults.add("500:method=PUT,count=1")
    with pytest.raises(HTTPServerError):
        create_or_update_asset("SITE-42", FIRST, client=client)
    item = create_or_update_asset("SITE-42", FIRST, client=client)
    assert client.asset(item.id).title == "First"
