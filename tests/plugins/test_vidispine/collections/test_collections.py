"""Collections and saved searches on a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.vidispine.collections import finding
from flowhost_plugins.vidispine.collections.methods import LIFETIME
from flowhost_plugins.vidispine.documents import Collection, CollectionList


def names(bed: Any) -> list[str]:
    return [one["name"] for one in bed.rest("GET", "collection").get("collection", ())]


def test_what_each_method_costs(make_bed: Callable[..., Any], clock: FakeClock) -> None:
    bed = make_bed(clock=clock)
    item = bed.library.create_item({}, title="Harbour").id
    with bed.requests(5):  # those it is in, those of this name; making it, looking again, adding
        bed.library.add_to_collection(item, "Boats")
    with bed.requests(1):
        bed.library.add_to_collection(item, "Boats")
    bed.library.collection_ids("Boats")  # the fields are known from here on
    for ask in (bed.library.collection_ids, lambda name: bed.library.in_collection(name, item)):
        with bed.requests(1):
            ask("Boats")
    clock.advance(LIFETIME)
    with bed.requests(2):
        bed.library.collection_ids("Boats")
    with bed.requests(2):
        bed.library.collection_names(item)
    with bed.requests(1):
        bed.library.collection_names(item)


def test_by_id_or_name(bed: Any) -> None:
    item = bed.library.create_item({}).id
    bed.library.add_to_collection(item, "Boats")
    bed.library.add_to_collection(item, "Boats and planes")
    collection = next(
        one["id"] for one in bed.rest("GET", "collection")["collection"] if one["name"] == "Boats"
    )
    assert bed.library.collection_ids(collection).ids == (item,)
    assert bed.library.in_collection(collection, item)
    for nobody in ("VX-999", "boats", "Boat"):
        with pytest.raises(flowhost.Permanent, match=f"no collection '{nobody}'"):
            bed.library.collection_ids(nobody)


def test_a_collection_that_was_deleted_is_made_again(bed: Any) -> None:
    one, two = (bed.library.create_item({}).id for _ in "ab")
    bed.library.add_to_collection(one, "Boats")
    (collection,) = (held["id"] for held in bed.rest("GET", "collection")["collection"])
    bed.rest("DELETE", f"collection/{collection}")
    assert bed.library.add_to_collection(two, "Boats") is True
    assert names(bed) == ["Boats"]
    assert bed.library.collection_names(two) == ("Boats",)


def test_of_two_processes_that_make_one_collection_the_older_stays(make_bed: Callable[..., Any]) -> None:
    bed = make_bed()
    item = bed.library.create_item({}).id
    client = bed.library._client  # the moment between two requests cannot be reached otherwise
    post = client.post

    def late(*path: str, **options: Any) -> Any:
        if path == ("collection",):
            bed.rest("POST", "collection?name=Boats")  # somebody else was a little faster
        return post(*path, **options)

    client.post = late
    assert bed.library.add_to_collection(item, "Boats") is True
    assert names(bed) == ["Boats"]
    assert bed.library.collection_ids("Boats").ids == (item,)


class Settling(flowhost.SystemClock):
    """A clock with which other processes do something while somebody waits.

    Args:
        meanwhile: what they do.
    """

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        self.meanwhile()
        return event.is_set()


def test_one_that_another_process_is_about_to_delete_is_waited_for(make_bed: Callable[..., Any]) -> None:
    newer: list[str] = []
    clock = Settling(lambda: bed.rest("DELETE", f"collection/{newer.pop()}") if newer else None)
    bed = make_bed(clock=clock)
    item = bed.library.create_item({}).id
    bed.library.add_to_collection(item, "Boats")
    newer.append(bed.rest("POST", "collection?name=Boats")["id"])
    bed.library._facts.forget()  # five seconds later
    assert bed.library.collection_ids("Boats").ids == (item,)
    bed.rest("POST", "collection?name=Boats")  # which is there to stay
    bed.library._facts.forget()
    with pytest.raises(flowhost.Permanent, match="2 collections 'Boats'"):
        bed.library.collection_ids("Boats")


def test_who_made_the_older_of_two_does_not_go_on_with_both(make_bed: Callable[..., Any]) -> None:
    bed = make_bed(clock=Settling(lambda: None))
    one, two = (bed.library.create_item({}).id for _ in "ab")
    client, newer = bed.library._client, []
    post = client.post

    def early(*path: str, **options: Any) -> Any:
        made = post(*path, **options)
        if path == ("collection",):
            newer.append(bed.rest("POST", "collection?name=Boats")["id"])  # somebody else was a little slower
        return made

    client.post = early
    bed.library.add_to_collection(one, "Boats")
    bed.rest("DELETE", f"collection/{newer.pop()}")  # and gives way
    assert bed.library.add_to_collection(two, "Boats") is True
    assert bed.library.collection_ids("Boats").ids == (one, two)


def test_a_site_whose_index_is_late(still_bed: Any) -> None:
    bed = still_bed
    ids = [bed.library.create_item({}).id for _ in "ab"]
    client = bed.library._client
    put = client.put

    def late(*path: str, **options: Any) -> Any:
        found = put(*path, **options)
        return found.model_copy(update={"collection": [], "hits": 0}) if path == ("collection",) else found

    client.put = late
    assert [bed.library.add_to_collection(item, "Boats") for item in ids] == [True, True]
    assert names(bed) == ["Boats"]


def test_a_list_that_grows_while_it_is_read(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "AT_ONCE", 2)
    there = [Collection(id=f"VX-{n}", name=name) for n, name in enumerate(("Boats in", "Boats", "Boats out"))]

    def growing(*path: str, query: dict[str, Any], **options: Any) -> CollectionList:
        newest_first = there[::-1][query["first"] - 1 :][: query["number"]]
        there.append(Collection(id=f"VX-{len(there)}", name="Boats on"))
        return CollectionList(hits=len(there), collection=newest_first)

    bed.library._client.put = growing
    assert [one.id for one in finding.collections_named(bed.library._client, "Boats")] == ["VX-1"]


def test_a_name_without_words_is_looked_for_among_all(bed: Any) -> None:
    client, sent = bed.library._client, []
    put = client.put

    def noting(*path: str, **options: Any) -> Any:
        sent.append(options["document"])
        return put(*path, **options)

    client.put = noting
    bed.rest("POST", "collection?name=!!!")
    bed.rest("POST", "collection?name=Boats")
    assert [one.name for one in finding.collections_named(client, "!!!")] == ["!!!"]
    assert "field" not in sent[0]  # an index of words has nothing of such a name


def test_many_threads_add_one_item_once(bed: Any) -> None:
    item, start = bed.library.create_item({}).id, threading.Barrier(4)

    def add(_: int) -> bool:
        start.wait(30)
        return bool(bed.library.add_to_collection(item, "Boats"))

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(add, range(4))) == [False, False, False, True]
    assert names(bed) == ["Boats"]


CRITERIA = json.dumps({"doc_types": ["item"], "query": "harbour"})


def saved(bed: Any, name: str) -> str:
    made: str = bed.rest("POST", f"collection?name={name}")["id"]
    field = {"name": "criteria_document", "value": [{"value": CRITERIA}]}
    bed.rest("PUT", f"collection/{made}/metadata", json={"timespan": [{"field": [field]}]})
    return made


def test_searches_that_portal_saved(still_bed: Any) -> None:
    bed = still_bed
    item = bed.library.create_item({}, title="Harbour").id
    search = saved(bed, "Boats")
    assert bed.library.saved_query("Boats") == bed.library.saved_query(search) == CRITERIA
    assert bed.library.search_ids(bed.library.saved_query(search)).ids == (item,)
    with bed.requests(0):
        bed.library.saved_query("Boats")
    with pytest.raises(flowhost.Permanent, match="no collection 'Boats'"):  # it is none
        bed.library.collection_ids("Boats")
    assert bed.library.add_to_collection(item, "Boats")  # so there may be one of that name
    assert bed.library.collection_ids("Boats").ids == (item,)
    collection = next(one for one in bed.rest("GET", "collection")["collection"] if one["id"] != search)
    for nobody in ("VX-999", "Planes", collection["id"]):
        with pytest.raises(flowhost.Permanent, match=f"no saved search '{nobody}'"):
            bed.library.saved_query(nobody)


def test_two_searches_of_one_name(bed: Any) -> None:
    first = saved(bed, "Boats")
    saved(bed, "Boats")
    with pytest.raises(flowhost.Permanent, match="2 saved searches 'Boats'"):
        bed.library.saved_query("Boats")
    assert bed.library.saved_query(first) == CRITERIA


def test_collections_in_the_recycle_bin_are_not_there(bed: Any) -> None:
    item = bed.library.create_item({}).id
    made = bed.rest("POST", "collection?name=Boats")["id"]
    field = {"name": "portal_deleted", "value": [{"value": "2024-05-01T00:00:00Z"}]}
    bed.rest("PUT", f"collection/{made}/metadata", json={"timespan": [{"field": [field]}]})
    for nobody in ("Boats", made):
        with pytest.raises(flowhost.Permanent, match=f"no collection '{nobody}'"):
            bed.library.in_collection(nobody, item)
