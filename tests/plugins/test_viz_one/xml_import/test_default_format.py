"""Import/export documents and their media, in any order."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one.client import HTTPServerError

FIRST_MEDIA = ["media", "xml"]
FIRST_XML = ["xml", "media"]


@pytest.mark.parametrize("order", [FIRST_MEDIA, FIRST_XML])
def test_an_xml_file_and_its_media_become_an_asset(site: Any, order: list[str]) -> None:
    worker = site.worker()
    for kind in order:
        if kind == "xml":
            worker.work(site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf", id="SITE-1")))
        else:
            worker.work(site.drop("clip.mxf", b"the media"))
    asset = site.wait_for_media()
    assert asset.identifier == "SITE-1"
    assert site.metadata().get("asset.title") == "Emma"
    assert site.media_of(asset) == b"the media"
    assert site.store.values == {}
    assert not (site.inbox / "clip.xml").exists()


def test_records_are_those_of_flow(site: Any) -> None:
    worker = site.worker()
    media = site.drop("a.mxf")
    worker.work(media)
    assert site.store.get("a.mxf") == {"type": "media", "link": site.link(media)}
    worker.work(site.drop("B.XML", site.default_xml("B", media="b.mxf")))
    assert site.store.get("b.mxf") == {"type": "asset", "link": site.asset().self_link.href}


@pytest.mark.parametrize("kind", ["asset", "media"])
def test_records_that_flow_left_behind_are_used(site: Any, kind: str) -> None:
    worker = site.worker()
    media = site.drop("clip.mxf")
    xml = site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf"))
    if kind == "media":
        site.store.put("clip.mxf", {"type": "media", "link": site.link(media)})
        worker.work(xml)
    else:
        worker.work(xml)
        site.store.values = {"clip.mxf": site.store.get("clip.mxf")}
        worker.work(media)
    site.wait_for_media()
    assert site.store.values == {}


def test_both_at_once_pair_once(site: Any) -> None:
    worker = site.worker()
    events = []
    for number in range(6):
        events.append(site.drop(f"clip{number}.mxf", f"media {number}".encode()))
        xml = site.default_xml(f"T{number}", media=f"clip{number}.mxf", id=f"S{number}")
        events.append(site.drop(f"clip{number}.xml", xml))
    errors = in_threads(worker.work, events)
    assert errors == []
    for asset in site.assets():
        number = asset.identifier[1:]
        assert site.media_of(site.wait_for_media(asset)) == f"media {number}".encode()
    assert len(site.assets()) == 6
    assert site.store.values == {}


def test_documents_for_one_asset_ask_for_it_once(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, real, made = site.worker(), site.client.post, []

    def post(*given: Any, **named: Any) -> Any:
        made.append(given)
        return real(*given, **named)

    monkeypatch.setattr(site.client, "post", post)
    events = [site.drop(f"{name}.xml", site.default_xml("Emma", id="S1")) for name in "abcdef"]
    assert in_threads(worker.work, events) == []
    assert site.asset().identifier == "S1"
    assert len(made) == 1  # a server that does not know identities as unique would have made several


def in_threads(work: Any, events: list[flowhost.Event]) -> list[Exception]:
    errors: list[Exception] = []
    barrier = threading.Barrier(len(events))

    def run(event: flowhost.Event) -> None:
        barrier.wait(timeout=30)
        try:
            work(event)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=run, args=(event,)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_an_update_of_an_asset_that_has_its_media(site: Any) -> None:
    worker = site.worker()
    worker.work(site.drop("clip.mxf", b"first"))
    worker.work(site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf", id="S1")))
    site.wait_for_media()
    worker.work(site.drop("again.xml", site.default_xml("Emma II", media="other.mxf", id="S1")))
    assert site.metadata().get("asset.title") == "Emma II"
    assert site.store.values == {}
    assert not (site.inbox / "again.xml").exists()


def test_media_for_an_asset_that_has_its_media_is_refused(site: Any) -> None:
    worker = site.worker()
    worker.work(site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf", id="S1")))
    record = site.store.get("clip.mxf")
    worker.work(site.drop("clip.mxf", b"first"))
    site.wait_for_media()
    site.store.put("clip.mxf", record)
    with pytest.raises(flowhost.Permanent, match="has its media already"):
        worker.work(site.drop("clip.mxf", b"second"))
    assert site.store.get("clip.mxf") == record
    assert site.media_of(site.asset()) == b"first"


def test_an_asset_that_waited_and_is_gone(site: Any) -> None:
    worker = site.worker()
    worker.work(site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf")))
    site.client.delete(site.asset().edit_link)
    media = site.drop("clip.mxf")
    worker.work(media)
    assert site.store.values == {"clip.mxf": {"type": "media", "link": site.link(media)}}


def test_media_that_was_replaced(site: Any) -> None:
    site.store.put("clip.mxf", {"type": "media", "link": "/api/unmanaged/inbox/999"})
    media = site.drop("clip.mxf")
    site.worker().work(media)
    assert site.store.get("clip.mxf") == {"type": "media", "link": site.link(media)}


def test_remembered_media_that_is_gone_is_waited_for(site: Any) -> None:
    worker = site.worker()
    media = site.drop("clip.mxf", b"first")
    worker.work(media)
    site.client.delete(site.link(media))
    worker.work(site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf")))
    assert not (site.inbox / "clip.xml").exists()
    assert site.store.get("clip.mxf") == {"type": "asset", "link": site.asset().self_link.href}
    worker.work(site.drop("clip.mxf", b"second"))
    assert site.media_of(site.wait_for_media()) == b"second"
    assert site.store.values == {}


def test_names_that_look_like_keys_of_ours(site: Any) -> None:
    worker = site.worker()
    names = ["clip.mxf", "asset:clip.mxf", "clip.mxf.asset"]
    for name in names:
        worker.work(site.drop(name, name.encode()))
    for name in names[::-1]:
        worker.work(site.drop(f"{name}.xml", site.default_xml(name, media=name)))
    for asset in site.assets():
        assert site.media_of(site.wait_for_media(asset)) == asset.title.encode()
    assert site.store.values == {}


def test_xml_that_names_xml_as_its_media(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    site.worker().work(site.drop("clip.xml", site.default_xml("Emma", media="Other.XML")))
    assert site.asset().title == "Emma"
    assert site.store.values == {}
    assert "'clip.xml' names 'Other.XML' as its media, which is read as XML and never imported" in caplog.text


def test_an_empty_xml_file_is_left(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    site.worker().work(site.drop("clip.xml", b""))
    assert (site.inbox / "clip.xml").exists()
    assert "'clip.xml' is empty; it is left where it is" in caplog.text
    assert site.assets() == []


def test_an_xml_file_that_is_gone_already(site: Any) -> None:
    event = site.drop("clip.xml", site.default_xml("Emma"))
    worker = site.worker()
    worker.work(event)
    worker.work(event)
    (site.inbox / "clip.xml").unlink(missing_ok=True)
    worker.work(event)
    assert len(site.assets()) == 1


@pytest.mark.parametrize("content", ["<entry", "no XML at all", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_what_is_no_xml_is_rejected_and_stays(site: Any, content: str) -> None:
    with pytest.raises(flowhost.Rejected):
        site.worker().work(site.drop("clip.xml", content))
    assert (site.inbox / "clip.xml").exists()


ATOM = "xmlns='http://www.w3.org/2005/Atom'"
PAYLOAD = "<payload xmlns='http://www.vizrt.com/types'><field name='asset.title'/></payload>"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<story xmlns='http://news.test/x' clip='k.mxf'><title>T</title></story>",
         "its root is 'story' of the namespace 'http://news.test/x', expected an Atom 'entry'"),
        ("<story><id>7</id><content src='k.mxf'/></story>", "its root is 'story', expected an Atom 'entry'"),
        ("<entry xmlns='http://news.test/x'><id>7</id></entry>", "its root is 'entry' of the namespace"),
        (PAYLOAD, "its root is 'payload' of the namespace 'http://www.vizrt.com/types'"),
        (f"<feed {ATOM}><id>7</id><entry>{PAYLOAD}</entry><entry>{PAYLOAD}</entry></feed>", "its root is 'feed'"),
        (f"<entry {ATOM}><title>T</title></entry>", "it has no id of an asset, names no media, and has no metadata"),
        (f"<entry {ATOM}><id>urn:uuid:7</id><content src=' '/></entry>", "it has no id of an asset"),
    ],
)  # fmt: skip
def test_what_is_no_import_export_document_is_rejected_and_stays(site: Any, content: str, fault: str) -> None:
    with pytest.raises(flowhost.Rejected) as caught:
        site.worker().work(site.drop("clip.xml", content))
    assert str(caught.value).startswith(f"'clip.xml' is no Import/Export document: {fault}")
    assert str(caught.value).endswith("; is 'format = custom' meant?")
    assert (site.inbox / "clip.xml").exists()
    assert site.assets() == []
    assert site.store.values == {}


@pytest.mark.parametrize(
    ("content", "identity", "waiting"),
    [
        (f"<entry {ATOM}><content src='k.mxf'/></entry>", None, True),
        (f"<entry {ATOM}><id>S1</id></entry>", "S1", False),
        ("<entry><id>S1</id><content src='k.mxf'/></entry>", "S1", True),
        (f"<import><id>S1</id><content src='k.mxf'/>{PAYLOAD}</import>", "S1", True),
    ],
)
def test_parts_may_be_left_out(site: Any, content: str, identity: str | None, waiting: bool) -> None:
    content = content.replace(
        "<payload ", f"<payload model='{site.server.url}/api/metadata/form/hubitem/r1' "
    )
    site.worker().work(site.drop("clip.xml", content))
    asset = site.asset()
    assert identity in (None, asset.identifier)
    assert ("k.mxf" in site.store.values) == waiting
    assert not (site.inbox / "clip.xml").exists()


@pytest.mark.parametrize(("status", "error"), [(403, flowhost.Permanent), (500, HTTPServerError)])
def test_a_failed_create_keeps_the_xml(site: Any, status: int, error: type[Exception]) -> None:
    site.server.faults.add(f"{status}:method=POST,path=/thirdparty/asset/item")
    event = site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf"))
    with pytest.raises(error):
        site.worker().work(event)
    assert (site.inbox / "clip.xml").exists()
    assert site.store.values == {}
    site.server.faults.clear()
    site.worker().work(event)
    assert site.asset().title == "Emma"


@pytest.mark.parametrize(("status", "error"), [(422, flowhost.Permanent), (500, HTTPServerError)])
@pytest.mark.parametrize("order", [FIRST_MEDIA, FIRST_XML])
def test_a_failed_import_keeps_the_records(
    site: Any, status: int, error: type[Exception], order: list[str]
) -> None:
    worker = site.worker()
    events = {
        "media": site.drop("clip.mxf"),
        "xml": site.drop("clip.xml", site.default_xml("Emma", media="clip.mxf")),
    }
    worker.work(events[order[0]])
    record = site.store.get("clip.mxf")
    site.server.faults.add(f"{status}:method=POST,path=*/import")
    with pytest.raises(error):
        worker.work(events[order[1]])
    assert site.store.get("clip.mxf") == record
    site.server.faults.clear()
    worker.work(events[order[1]])
    site.wait_for_media()
    assert site.store.values == {}


def test_conflicts_without_end_mean_later(site: Any) -> None:
    worker = site.worker()
    worker.work(site.drop("one.xml", site.default_xml("Emma", id="S1")))
    site.server.faults.add("412:method=PUT,path=*/metadata")
    event = site.drop("two.xml", site.default_xml("Emma II", id="S1"))
    with pytest.raises(flowhost.Retry, match=r"two\.xml"):
        worker.work(event)
    assert (site.inbox / "two.xml").exists()


def test_without_made_identities_each_delivery_makes_an_asset(site: Any) -> None:
    worker = site.worker("[Xml]\nformat = default\nidentity = no\n")
    worker.work(site.drop("clip.xml", site.default_xml("Emma")))
    assert site.asset().identifier == ""


def test_a_file_without_a_link_is_no_crash(site: Any) -> None:
    entry = "<entry xmlns='http://www.w3.org/2005/Atom'><title>clip.mxf</title></entry>"
    with pytest.raises(flowhost.Permanent, match="self_link"):
        site.worker().work(flowhost.Event("file.changed", entry))
