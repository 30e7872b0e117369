"""Where Viz One differs from other asset systems in the role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import HTTPClientError, Payload, VizOne

pytest.importorskip("flowhost_devserver", reason="the development server is not installed")

SHOT = b"""<model xmlns="http://www.vizrt.com/types"><schema>
<fielddef name="asset.title" xsdtype="string" mediatype="text/plain"/>
<fielddef name="shot.number" xsdtype="integer" mediatype="text/plain"/>
<fielddef name="shot.place"><fielddef name="place.city" xsdtype="string" mediatype="text/plain"/></fielddef>
</schema></model>"""


@pytest.fixture
def connect() -> Iterator[Callable[..., VizOne]]:
    made: list[VizOne] = []

    def make(server: Any, **options: Any) -> VizOne:
        made.append(VizOne(hostname=server.url.removeprefix("http://"), use_https=False, **options))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def assets(viz_one_server: Any, connect: Callable[..., VizOne]) -> VizOne:
    return connect(viz_one_server)


def test_the_form_of_new_items_is_an_option(make_viz_one_server: Any, connect: Any) -> None:
    server = make_viz_one_server(models={"shot": SHOT})
    made = connect(server, form="shot").create_item(
        {"shot.number": ["7"], "shot.place/place.city": ["Oslo"]}, title="A shot"
    )
    assert made.fields == {
        "asset.title": ("A shot",),
        "shot.number": ("7",),
        "shot.place/place.city": ("Oslo",),
    }
    with pytest.raises(flowhost.Permanent, match=r"has no form 'shoot'; did you mean 'shot'"):
        connect(server, form="shoot").create_item({"shot.number": ["7"]}, title="A shot")


def test_a_field_has_one_value(assets: VizOne) -> None:
    made = assets.create_item({}, title="x")
    with pytest.raises(flowhost.Permanent, match=r"'asset.synopsis' is to hold 2 values; .* rows of a list"):
        assets.set_metadata(made.id, {"asset.synopsis": ["one", "two"]})
    with pytest.raises(flowhost.Permanent, match=r"no group 'asset.peopel', .*; did you mean 'asset.people'"):
        assets.set_metadata(made.id, {"asset.peopel/people.name": ["Ada"]})
    assert assets.item(made.id) == made


@pytest.mark.parametrize("fields", [{"asset.episode": ["not a number"]}, {"no.such.field": ["x"]}])
def test_an_item_whose_metadata_is_refused_is_not_left_behind(
    assets: VizOne, fields: dict[str, list[str]]
) -> None:
    with pytest.raises(HTTPClientError, match="was answered 422"):
        assets.create_item(fields, title="x", external_id="SITE-1")
    assert assets.items().items == ()


def test_what_is_the_same_is_not_written(viz_one_server: Any, assets: VizOne) -> None:
    made = assets.create_item({"asset.synopsis": ["one"]}, title="x")
    viz_one_server.faults.add("500:method=PUT")
    assert assets.set_metadata(made.id, {"asset.synopsis": ["one"]}) == made


def test_a_conflict_is_tried_again_unless_a_revision_was_given(viz_one_server: Any, assets: VizOne) -> None:
    made = assets.create_item({}, title="x")
    viz_one_server.faults.add("412:method=PUT,count=2")
    assert assets.set_metadata(made.id, {"asset.owner": ["Ada"]}).fields["asset.owner"] == ("Ada",)
    viz_one_server.faults.add("409:method=PUT,count=3")
    with pytest.raises(flowhost.Conflict):
        assets.set_metadata(made.id, {"asset.owner": ["Bo"]})
    viz_one_server.faults.clear()
    viz_one_server.faults.add("409:method=PUT,count=1")
    revision = assets.set_metadata(made.id, {}).revision
    with pytest.raises(flowhost.Conflict):
        assets.set_metadata(made.id, {"asset.owner": ["Bo"]}, revision=revision)


def test_metadata_whose_answer_was_lost_is_no_conflict_for_a_new_item(
    viz_one_server: Any, assets: VizOne
) -> None:
    viz_one_server.faults.add("504:method=PUT,count=1,late=yes")
    made = assets.create_item({"asset.owner": ["Ada"]}, title="x", external_id="SITE-1")
    assert (made.title, made.fields["asset.owner"]) == ("x", ("Ada",))
    assert assets.items().items == (made,)


def test_access_is_set_for_the_media_too(assets: VizOne) -> None:
    made = assets.create_item({}, title="x")
    low, high = flowhost.AccessEntry("Desk", priority=1), flowhost.AccessEntry("Desk", "group", "ALL", 2)
    assets.set_access(made.id, [high, low, flowhost.AccessEntry("Nobody", permission="NONE")])
    asset = assets.asset(made.id)
    assert asset.acl == asset.mediaacl
    rights = [(one.name, one.read, one.write, one.admin) for one in asset.acl]
    assert rights == [("Desk", True, True, True), ("Nobody", False, False, False)]


def test_a_path_cannot_be_imported(assets: VizOne) -> None:
    made = assets.create_item({}, title="x")
    with pytest.raises(flowhost.Permanent, match=r"'/media/clip.mxf' is no URI"):
        assets.import_media(made.id, "/media/clip.mxf")


def test_an_import_that_fails_says_so(viz_one_server: Any, assets: VizOne) -> None:
    made = assets.create_item({}, title="x")
    job = f"asset:{made.id}"
    assert assets.job(job) == flowhost.AssetJob(job, "READY")
    assert assets.job("asset:nobody") is None
    assert assets.job(f"{viz_one_server.url}/thirdparty/incoming/999") is None


ENTRY = """<entry xmlns="http://www.w3.org/2005/Atom" xmlns:mam="http://www.vizrt.com/2010/mam">
<id>urn:vme:default:asset:7</id><title>x</title><mam:mediastatus>%s</mam:mediastatus>
<link rel="edit" href="/item/7"/><link rel="import-unmanaged" href="/item/7/import"/></entry>"""
SERVICE = b"""<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><workspace>
<collection href="/item"><atom:category scheme="http://www.vizrt.com/types" term="asset"/></collection>
</workspace></service>"""


@pytest.mark.parametrize(
    ("status", "job"),
    [("importing", "STARTED"), ("online", "FINISHED"), ("failed", "FAILED_TOTAL"), ("odd", "STARTED")],
)
def test_without_an_incoming_the_media_status_tells_how_an_import_is(
    web: Any, client: VizOne, reply: Any, status: str, job: str
) -> None:
    web.tell("/thirdparty", reply(SERVICE))
    web.tell("/item/7", reply((ENTRY % status).encode()))
    web.tell("/item/7/import", reply(b"", 204, None))
    started = client.import_media("7", "urn:vme:default:unmanagedfile:3")
    assert web.requests("/item/7/import")[0].body == b"urn:vme:default:unmanagedfile:3\r\n"
    found = client.job(started.id)
    assert found is not None
    assert found.status == job
    assert bool(found.error) == (job == "FAILED_TOTAL")


INCOMING = """<entry xmlns="http://www.w3.org/2005/Atom" xmlns:t="http://ns.vizrt.com/ardome/transfer">
<id>urn:vme:default:incoming:3</id><title>x</title><link rel="self" href="/incoming/3"/>
<t:state><t:state>%s</t:state></t:state><t:progress><t:done>%s</t:done><t:total>8</t:total></t:progress>
<t:error>%s</t:error></entry>"""


@pytest.mark.parametrize(
    ("told", "job"),
    [
        (("active", "2", ""), ("STARTED", 25.0, "")),
        (("waiting", "", ""), ("READY", 0.0, "")),
        (("finished", "7", ""), ("FINISHED", 100.0, "")),
        (("error", "4", "disk full"), ("FAILED_TOTAL", 50.0, "disk full")),
        (("cancelled", "99", ""), ("ABORTED", 100.0, "Viz One says that the import is 'cancelled'")),
    ],
)
def test_an_incoming_tells_how_an_import_is(
    web: Any, client: VizOne, reply: Any, told: tuple[str, ...], job: tuple[str, float, str]
) -> None:
    web.tell("/thirdparty", reply(SERVICE))
    web.tell("/item/7", reply((ENTRY % "empty").encode()))
    web.tell("/item/7/import", reply((INCOMING % told).encode(), 201))
    web.tell("/incoming/3", reply((INCOMING % told).encode()))
    started = client.import_media("7", "ftp://one.test/clip.mxf")
    assert started.id == f"{web.url}/incoming/3"
    assert client.job(started.id) == started
    assert (started.status, started.progress, started.error) == job


def test_an_asset_whose_media_is_deleted_is_gone(web: Any, client: VizOne, reply: Any) -> None:
    web.tell("/thirdparty", reply(SERVICE))
    web.tell("/item/7", reply((ENTRY % "deleted").encode()))
    assert client.item("7") is None
    assert client.delete_item("7") is False
    with pytest.raises(flowhost.Permanent, match="has no asset '7'"):
        client.access("7")


def test_an_asset_without_metadata_is_an_item_without_fields(web: Any, client: VizOne, reply: Any) -> None:
    web.tell("/thirdparty", reply(SERVICE))
    web.tell("/item/7", reply((ENTRY % "online").encode()))
    item = client.item("7")
    assert item is not None
    assert (item.fields, item.media_type, item.external_id, item.created) == ({}, "unknown", None, None)


def test_pages_may_be_larger_than_what_was_asked_for(web: Any, client: VizOne, reply: Any) -> None:
    web.tell("/thirdparty", reply(SERVICE))
    entries = "".join((ENTRY % "online").replace("asset:7", f"asset:{number}") for number in range(1, 6))
    opensearch = 'xmlns:os="http://a9.com/-/spec/opensearch/1.1/"'

    def feed(start: int, content: str) -> bytes:
        counts = f"<os:totalResults>5</os:totalResults><os:startIndex>{start}</os:startIndex>"
        return f'<feed xmlns="http://www.w3.org/2005/Atom" {opensearch}>{counts}{content}</feed>'.encode()

    web.tell("/item", reply(feed(1, entries)))
    page = client.items(number=2)
    assert [item.id for item in page.items] == ["1", "2"]
    assert page.cursor == f"{web.url}/item?start=3"
    with pytest.raises(ValueError, match="number is 0"):
        client.items(number=0)


def test_what_an_asset_offers_no_link_for_cannot_be_done(web: Any, client: VizOne, reply: Any) -> None:
    web.tell("/thirdparty", reply(SERVICE))
    web.tell(
        "/item/7", reply(b'<entry xmlns="http://www.w3.org/2005/Atom"><id>7</id><title>x</title></entry>')
    )
    for refused in (
        lambda: client.delete_item("7"),
        lambda: client.set_metadata("7", {"a": ["b"]}),
        lambda: client.import_media("7", "ftp://one.test/clip.mxf"),
        lambda: client.set_access("7", []),
    ):
        with pytest.raises(
            flowhost.Permanent, match=r"has no \w+_link; it has no links at all; the user may lack"
        ):
            refused()


def test_access_is_set_without_sending_metadata_back(web: Any, client: VizOne, reply: Any) -> None:
    """Somebody may have changed them meanwhile."""
    web.tell("/thirdparty", reply(SERVICE))
    entry = (ENTRY % "online").replace("</entry>", '<link rel="edit" href="/item/7"/></entry>').encode()
    web.tell("/item/7", reply(entry))
    client.set_access("7", [flowhost.AccessEntry("Desk")])
    assert [(asked.method, "X-Inline" in asked.headers) for asked in web.requests("/item/7")] == [
        ("GET", False),
        ("PUT", False),
    ]


MODEL = b"""<model xmlns="http://www.vizrt.com/types"><schema>
<fielddef name="asset.title"/><fielddef name="a"/></schema></model>"""
FORMS = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>f</id><title>shot</title>
<link rel="self" href="/form/shot/r3"/></entry></feed>"""


@pytest.mark.parametrize("nothing", [(b"", 404), (b"", 204), (b" ", 200)])
def test_an_item_that_nobody_has_described_gets_the_form_of_the_option(
    web: Any, client_of: Any, reply: Any, nothing: tuple[bytes, int]
) -> None:
    links = '<link rel="describedby" href="/meta"/><link rel="models" href="/forms"/></entry>'
    web.tell("/thirdparty", reply(SERVICE))
    web.tell("/item", reply((ENTRY % "empty").replace("</entry>", links).encode(), 201))
    web.tell("/item/7", reply((ENTRY % "empty").replace("</entry>", links).encode()))
    web.tell("/meta", reply(*nothing), reply(b"", 204), reply(*nothing))
    web.tell("/forms", reply(FORMS))
    web.tell("/form/shot/r3", reply(MODEL))
    client_of(web, form="shot").create_item({"a": ["b"]}, title="Title")
    (put,) = [asked for asked in web.asked if asked.method == "PUT"]
    sent = Payload(put.body)
    assert (sent.model, sent.get("a"), sent.get("asset.title")) == (f"{web.url}/form/shot/r3", "b", "Title")
    assert "If-Match" not in put.headers
    with pytest.raises(flowhost.Permanent, match="has no metadata yet, so its 'form' must be named"):
        client_of(web).set_metadata("7", {"a": ["b"]})
