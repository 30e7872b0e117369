"""The worker `metadata-mapper` against the development server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.viz_one.client import HTTPServerError, VizOne
from flowhost_plugins.viz_one.documents import Item, Payload
from flowhost_plugins.viz_one.metadata_mapper import MetadataMapper

Mapper = Callable[..., MetadataMapper]
Metadata = Callable[[], Payload]

ALTERNATE = {"asset.alternateTitle": "metadata.get('asset.title') + ' alternative'"}


def event_of(asset: Item, type: str = "asset.changed") -> flowhost.Event:  # noqa: A002  # an event's word
    return flowhost.Event(type, asset.generate(), subject=asset.title, key=asset.atom_id)


def puts(client: VizOne, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Notes the PUT requests from now on."""
    noted: list[dict[str, Any]] = []
    real = client.put

    def put(link: Any, document: Any, **named: Any) -> Any:
        noted.append({"link": link, "body": document, **named})
        return real(link, document, **named)

    monkeypatch.setattr(client, "put", put)
    return noted


def test_it_maps_and_writes_once(
    mapper: Mapper, asset: Item, metadata: Metadata, client: VizOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = mapper(ALTERNATE)
    noted = puts(client, monkeypatch)
    worker.work(event_of(asset))
    assert metadata().get("asset.alternateTitle") == "Emma alternative"
    assert metadata().get("asset.owner") == "Ada"
    worker.work(event_of(client.asset(asset.id)))  # the event of its own write
    assert len(noted) == 1
    assert noted[0]["etag"]
    assert b'xmlns="http://www.vizrt.com/types"' in noted[0]["body"]
    assert b"vdf:" not in noted[0]["body"]


def test_later_mappings_see_earlier_ones_and_the_asset(
    mapper: Mapper, asset: Item, metadata: Metadata
) -> None:
    mapper(
        {
            "asset.title": "asset.title.upper()",
            "asset.synopsis": "'%s by %s (%s)' % (metadata['asset.title'], metadata.get('asset.owner'), asset.identifier)",
            "asset.owner": "None",
            "asset.episode": "len(metadata.names()) if 'asset.title' in metadata else 0",
        }
    ).work(event_of(asset))
    found = metadata()
    assert found.get("asset.title") == "EMMA"
    assert found.get("asset.synopsis") == "EMMA by Ada (SITE-1)"
    assert found.get("asset.owner") is None
    assert int(found.get("asset.episode")) == len(found.names())


def test_rows_can_be_made_and_read(mapper: Mapper, asset: Item, metadata: Metadata, client: VizOne) -> None:
    payload = metadata()
    name, column = next(
        (field.name, column.name)
        for field in client.model(payload.model).fields
        if field.list_of
        for column in field.list_of
    )
    mapper(
        {
            name: f"[{{{column!r}: word}} for word in ['a', 'b']]",
            "asset.synopsis": f"'+'.join(row.get({column!r}) for row in metadata.get({name!r}))",
        }
    ).work(event_of(asset))
    assert [row.get(column) for row in metadata().get(name)] == ["a", "b"]
    assert metadata().get("asset.synopsis") == "a+b"


def test_an_asset_that_is_gone_is_done(mapper: Mapper, asset: Item, client: VizOne) -> None:
    client.delete(asset.edit_link)
    mapper(ALTERNATE).work(event_of(asset))
    deleted = Item()
    deleted.atom_id, deleted.mediastatus = asset.atom_id, "deleted"
    mapper(ALTERNATE).work(event_of(deleted, "asset.deleted"))


@pytest.mark.parametrize("status", [404, 410])
def test_an_asset_that_goes_while_it_is_mapped_is_done(
    mapper: Mapper, asset: Item, client: VizOne, monkeypatch: pytest.MonkeyPatch, server: Any, status: int
) -> None:
    server.faults.add(f"{status}:method=PUT,path=*/metadata")
    noted = puts(client, monkeypatch)
    mapper(ALTERNATE).work(event_of(asset))
    assert len(noted) == 1


def test_what_was_mapped_is_told(mapper: Mapper, asset: Item, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    mapper(ALTERNATE).work(event_of(asset))
    assert "'Emma'): asset.alternateTitle mapped" in caplog.text


def test_what_differs_is_not_found_out_for_nobody(
    mapper: Mapper,
    asset: Item,
    metadata: Metadata,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("WARNING")
    differing = f"{MetadataMapper.__module__}._differing"
    monkeypatch.setattr(differing, lambda *_: pytest.fail("nobody wants to know"))
    mapper(ALTERNATE).work(event_of(asset))
    assert metadata().get("asset.alternateTitle") == "Emma alternative"


def test_a_refused_read_is_logged_and_ends_the_matter(
    mapper: Mapper, asset: Item, server: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add("403:method=GET,path=*/metadata")
    mapper(ALTERNATE).work(event_of(asset))
    assert "the metadata of asset" in caplog.text
    assert "403" in caplog.text


def test_a_server_in_trouble_means_later(
    mapper: Mapper, asset: Item, server: Any, metadata: Metadata
) -> None:
    server.faults.add("500:path=*/metadata,count=1")
    worker = mapper(ALTERNATE)
    with pytest.raises(HTTPServerError):
        worker.work(event_of(asset))
    worker.work(event_of(asset))
    assert metadata().get("asset.alternateTitle") == "Emma alternative"


def test_a_refused_write_is_permanent(mapper: Mapper, asset: Item, server: Any) -> None:
    server.faults.add("403:method=PUT,path=*/metadata")
    with pytest.raises(flowhost.Permanent, match="403"):
        mapper(ALTERNATE).work(event_of(asset))


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_means_to_start_over(
    mapper: Mapper, asset: Item, server: Any, metadata: Metadata, status: int
) -> None:
    server.faults.add(f"{status}:method=PUT,path=*/metadata,count=4")
    mapper(ALTERNATE).work(event_of(asset))
    assert metadata().get("asset.alternateTitle") == "Emma alternative"


def test_endless_conflicts_mean_later(mapper: Mapper, asset: Item, server: Any) -> None:
    server.faults.add("412:method=PUT,path=*/metadata")
    with pytest.raises(flowhost.Retry, match="changed by somebody else 5 times"):
        mapper(ALTERNATE).work(event_of(asset))
    assert len([hit for hit in server.faults.hits if hit[0] == "PUT"]) == 5


def test_somebody_elses_write_in_between_is_kept(
    mapper: Mapper, asset: Item, metadata: Metadata, client: VizOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = mapper(ALTERNATE)
    real, interfered = client.read, []

    def read(document: Any, link: Any, **named: Any) -> Any:
        found = real(document, link, **named)
        if document is Payload and not interfered:
            interfered.append(1)
            other = real(Payload, link)
            other.set("asset.owner", "Bo")
            client.save(other, asset.describedby_link)
        return found

    monkeypatch.setattr(client, "read", read)
    worker.work(event_of(asset))
    assert metadata().get("asset.owner") == "Bo"
    assert metadata().get("asset.alternateTitle") == "Emma alternative"


def test_many_threads_map_one_asset(mapper: Mapper, asset: Item, metadata: Metadata) -> None:
    workers = [
        mapper({f"asset.{name}": f"'{name} by ' + asset.title"}) for name in ("synopsis", "owner", "genre")
    ]
    errors: list[Exception] = []

    def work(worker: MetadataMapper) -> None:
        try:
            worker.work(event_of(asset))
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [metadata().get(f"asset.{name}") for name in ("synopsis", "owner", "genre")] == [
        "synopsis by Emma",
        "owner by Emma",
        "genre by Emma",
    ]


def test_two_that_undo_each_other_are_noticed(mapper: Mapper, asset: Item) -> None:
    clock = FakeClock()
    one = mapper({"asset.owner": "'Ada'"}, most_writes=3, period=60, clock=clock)
    other = mapper({"asset.owner": "'Bo'"}, most_writes=100, clock=clock)
    for _ in range(3):
        other.work(event_of(asset))
        one.work(event_of(asset))
    other.work(event_of(asset))
    with pytest.raises(flowhost.Permanent) as caught:
        one.work(event_of(asset))
    assert "was written 3 times within 60 s and would be written again, as asset.owner differs" in str(
        caught.value
    )
    clock.advance(61)
    one.work(event_of(asset))


def test_a_mapping_that_builds_on_itself_is_noticed(mapper: Mapper, asset: Item, metadata: Metadata) -> None:
    worker = mapper({"asset.title": "metadata.get('asset.title') + '!'"}, most_writes=2)
    for _ in range(2):
        worker.work(event_of(asset))
    with pytest.raises(flowhost.Permanent, match=r"asset\.title differs each time"):
        worker.work(event_of(asset))
    assert metadata().get("asset.title") == "Emma!!"


def test_a_mapping_that_fails_tells_everything(mapper: Mapper, asset: Item, metadata: Metadata) -> None:
    with pytest.raises(flowhost.ExpressionError) as caught:
        mapper({"asset.owner": "metadata.get('asset.synopsis') + '!'"}).work(event_of(asset))
    said = str(caught.value)
    assert said.startswith(
        "app.ini:11:9: the expression \"metadata.get('asset.synopsis') + '!'\" failed: TypeError"
    )
    assert "in scope: metadata = {" in said
    assert "asset = <asset " in said
    assert metadata().get("asset.owner") == "Ada"


@pytest.mark.parametrize("text", ["asset", "['a', 'b']"])
def test_what_no_field_can_hold(mapper: Mapper, asset: Item, text: str) -> None:
    with pytest.raises(flowhost.Rejected, match=r"^app\.ini:11:9: .*field 'asset\.owner'"):
        mapper({"asset.owner": text}).work(event_of(asset))


@pytest.mark.parametrize(
    "text", ["asset.acl", "asset.self_link", "metadata.set", "asset.generate()", "metadata.copy()"]
)
def test_what_leads_further_is_not_offered(mapper: Mapper, asset: Item, text: str) -> None:
    with pytest.raises(flowhost.ExpressionError, match="not offered"):
        mapper({"asset.owner": text}).work(event_of(asset))


def test_trusted_code_sees_the_objects_themselves(mapper: Mapper, asset: Item, metadata: Metadata) -> None:
    mapper({"asset.owner": "type(asset).__name__ + type(metadata).__name__"}, trusted=True).work(
        event_of(asset)
    )
    assert metadata().get("asset.owner") == "ItemPayload"


def test_an_unknown_name_is_a_problem_of_the_profile(mapper: Mapper) -> None:
    with pytest.raises(flowhost.ConfigError) as caught:
        mapper({"asset.owner": "title", "asset.title": "asset.title + meta['x']"})
    assert [str(problem) for problem in caught.value.problems] == [
        "app.ini:11:9: [Mappings] asset.owner uses the name 'title'; there are 'asset' and 'metadata'; a field is "
        "metadata.get('title'), a text is 'title'",
        "app.ini:12:9: [Mappings] asset.title uses the name 'meta'; there are 'asset' and 'metadata'; a field is "
        "metadata.get('meta'), a text is 'meta'",
    ]


def test_it_needs_some_writes(mapper: Mapper) -> None:
    with pytest.raises(ValueError, match="'most writes' is 0"):
        mapper(ALTERNATE, most_writes=0)
