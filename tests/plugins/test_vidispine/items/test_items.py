"""Items on a server: what is sent, and how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost

PERSON, ROLE = "Actor/portal_mf10003", "Actor/portal_mf10004"
"""Fields of a group that every Portal has for its demonstration."""


def values(bed: Any, item: str) -> dict[str, tuple[str, ...]]:
    """The fields that are Portal's, as another client reads them."""
    (document,) = bed.rest("GET", f"item/{item}/metadata")["item"]
    found: dict[str, tuple[str, ...]] = {}
    for span in document["metadata"]["timespan"]:
        for above, level in [("", span), *((f"{one['name']}/", one) for one in span.get("group", ()))]:
            for field in level.get("field", ()):
                if field["name"].startswith("portal_mf"):
                    name = above + field["name"]
                    texts = tuple(value["value"] for value in field["value"])
                    found[name] = found.get(name, ()) + texts
    return found


def test_what_each_method_costs(bed: Any) -> None:
    library = bed.library
    with bed.requests(2):
        item = library.create_item({"portal_mf10001": ["x"]}, title="Harbour", external_id="SITE-1").id
    for asked in (item, "SITE-1", "nobody"):
        with bed.requests(1):
            library.item(asked)
    with bed.requests(2):
        library.set_metadata(item, {"portal_mf10001": ["y"], PERSON: ["Ada"]})
    with bed.requests(1):  # nothing to change
        library.set_metadata(item, {"portal_mf10001": ["y"], PERSON: ["Ada"]})
    with bed.requests(1):
        library.variables(item)
    with bed.requests(0):
        library.notification_names()
        library.link(item)
    with bed.requests(1):
        library.delete_item(item)


def test_names_of_a_new_item(bed: Any) -> None:
    made = bed.library.create_item({"portal_mf10001": ["x"]}, title="Harbour")
    assert (made.title, made.fields["title"]) == ("Harbour", ("Harbour",))
    assert made.fields["user"] == ("admin",)
    assert not [name for name in made.fields if name.startswith("__")]
    assert bed.library.variables(made.id) == {"user": "admin"}


def test_a_field_that_vidispine_does_not_have(bed: Any) -> None:
    for fields in ({"no_field": ["x"]}, {"NoGroup/portal_mf10003": ["x"]}):
        with pytest.raises(flowhost.Permanent, match=r"no_field|NoGroup"):
            bed.library.create_item(fields)
    item = bed.library.create_item({}).id
    with pytest.raises(flowhost.Permanent, match="no_field"):
        bed.library.set_metadata(item, {"no_field": ["x"]})


def test_metadata_of_a_moment_is_left_alone(bed: Any) -> None:
    item = bed.library.create_item({"portal_mf10001": ["always"]}).id
    field = {"name": "portal_mf10001", "value": [{"value": "then"}]}
    document = {"timespan": [{"start": "0", "end": "25", "field": [field]}]}
    bed.rest("PUT", f"item/{item}/metadata", json=document)
    assert bed.library.item(item).fields["portal_mf10001"] == ("always",)
    changed = bed.library.set_metadata(item, {"portal_mf10001": ["for ever"]})
    assert changed.fields["portal_mf10001"] == ("for ever",)
    assert sorted(values(bed, item)["portal_mf10001"]) == ["for ever", "then"]


def test_each_instance_of_a_group_is_kept(bed: Any) -> None:
    item = bed.library.create_item({}).id
    groups = [
        {"name": "Actor", "mode": "add", "field": [{"name": "portal_mf10003", "value": [{"value": one}]}]}
        for one in ("Ada", "Bo")
    ]
    bed.rest("PUT", f"item/{item}/metadata", json={"timespan": [{"group": groups}]})
    changed = bed.library.set_metadata(item, {PERSON: ["Ada", "Cy"], ROLE: ["host", "guest"]})
    assert (changed.fields[PERSON], changed.fields[ROLE]) == (("Ada", "Cy"), ("host", "guest"))
    changed = bed.library.set_metadata(item, {PERSON: ["Ada", "Di"]})
    (document,) = bed.rest("GET", f"item/{item}/metadata?interval=generic")["item"]
    instances = document["metadata"]["timespan"][0]["group"]
    assert [
        {field["name"]: [value["value"] for value in field["value"]] for field in one["field"]}
        for one in instances
    ] == [
        {"portal_mf10003": ["Ada"], "portal_mf10004": ["host", "guest"]},
        {"portal_mf10003": ["Di"]},
    ]
    assert values(bed, item) == {PERSON: ("Ada", "Di"), ROLE: ("host", "guest")}


@pytest.mark.slow
def test_two_processes_that_change_one_group_both_do(make_bed: Callable[..., Any]) -> None:
    first = make_bed()
    item = first.library.create_item({}).id
    # locks do not reach into another process: each of these has its own name for the item
    second = make_bed(first.server)
    second.library.create_item({}, external_id="other")
    first.rest("PUT", f"item/{item}/external-id/SITE-1")
    start = threading.Barrier(2)

    def change(bed: Any, asked: str, name: str) -> None:
        start.wait(30)
        for number in range(10):
            bed.library.set_metadata(asked, {name: [str(number)]})

    with ThreadPoolExecutor(2) as threads:
        work = [threads.submit(change, first, item, PERSON), threads.submit(change, second, "SITE-1", ROLE)]
        for one in work:
            one.result(120)
    assert values(first, item) == {PERSON: ("9",), ROLE: ("9",)}
    (document,) = first.rest("GET", f"item/{item}/metadata")["item"]
    assert len(document["metadata"]["timespan"][0]["group"]) == 1


def test_marks_of_what_was_changed(bed: Any) -> None:
    library = bed.library
    with library.marked("rule:R:1"):
        item = library.create_item({"portal_mf10001": ["one"]}, title="Harbour").id
    assert library.mark_of(item, "") == "rule:R:1"
    first = _newest(bed, item)
    assert library.mark_of(item, first) == "rule:R:1"
    library.set_metadata(item, {"portal_mf10001": ["two"]})
    second = _newest(bed, item)
    with library.marked("rule:R:2"):
        library.set_metadata(item, {"portal_mf10001": []})
    third = _newest(bed, item)
    assert len({first, second, third}) == 3
    assert [library.mark_of(item, one) for one in (second, third)] == ["", "rule:R:2"]
    with library.marked("rule:R:3"):
        library.set_access(item, [flowhost.AccessEntry("Desk")])
    entries = bed.rest("GET", f"item/{item}/access")["access"]
    marks = {one["permission"]: library.mark_of(item, one["id"]) for one in entries}
    assert marks == {"OWNER": "", "READ": "rule:R:3"}


def _newest(bed: Any, item: str) -> str:
    (document,) = bed.rest("GET", f"item/{item}/metadata")["item"]
    ids = str(document["metadata"]["revision"]).split(",")
    return max(ids, key=lambda one: int(one.partition("-")[2]))
