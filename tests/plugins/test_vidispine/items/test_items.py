"""Items on a server: what is sent, and how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine import BadAnswer

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


def test_what_was_just_read_is_not_read_again_for_a_change(bed: Any) -> None:
    library = bed.library
    item = library.create_item({"portal_mf10001": ["x"]}, title="Harbour", external_id="SITE-1").id
    for asked in (item, "SITE-1"):
        before = library.item(asked)
        with bed.requests(1):
            after = library.set_metadata(asked, {"portal_mf10001": [asked]}, revision=before.revision)
        assert after.revision != before.revision
        assert (after.id, after.external_id, after.title) == (item, "SITE-1", "Harbour")
        assert values(bed, item) == {"portal_mf10001": (asked,)}
        with bed.requests(1), pytest.raises(flowhost.Conflict):  # it is known no longer, so it is read
            library.set_metadata(asked, {"portal_mf10001": ["y"]}, revision=before.revision)


@pytest.mark.parametrize("wanted", ["new", "x"], ids=["a difference", "none"])
def test_what_was_read_and_changed_meanwhile_is_a_conflict(bed: Any, wanted: str) -> None:
    library = bed.library
    item = library.create_item({"portal_mf10001": ["x"]}).id
    before = library.item(item)
    field = {"name": "portal_mf10001", "value": [{"value": "theirs"}]}
    bed.rest("PUT", f"item/{item}/metadata", json={"timespan": [{"field": [field]}]})
    with pytest.raises(flowhost.Conflict):
        library.set_metadata(item, {"portal_mf10001": [wanted]}, revision=before.revision)
    assert values(bed, item) == {"portal_mf10001": ("theirs",)}


def test_another_item_than_the_one_that_was_read_last_is_read(bed: Any) -> None:
    library = bed.library
    first, second = (library.create_item({"portal_mf10001": ["x"]}).id for _ in range(2))
    before = library.item(first)
    library.item(second)
    with bed.requests(2):
        library.set_metadata(first, {"portal_mf10001": ["y"]}, revision=before.revision)
    assert (values(bed, first), values(bed, second)) == (
        {"portal_mf10001": ("y",)},
        {"portal_mf10001": ("x",)},
    )


def test_an_item_that_was_made_and_cannot_be_read_is_told_as_it_was_sent(
    bed: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who were told of an error would make a second one."""

    def away(*path: str, **options: Any) -> Any:
        raise flowhost.Unavailable("the site is away")

    with monkeypatch.context() as patched:
        patched.setattr(bed.library._client, "get", away)
        made = bed.library.create_item(
            {"portal_mf10001": ["x"], PERSON: ["Ada"]}, title="Harbour", external_id="S"
        )
    assert (made.title, made.external_id, made.revision) == ("Harbour", "S", "")
    assert made.fields == {"title": ("Harbour",), "portal_mf10001": ("x",), PERSON: ("Ada",)}
    assert made.placeholder
    assert bed.library.item(made.id).title == "Harbour"
    assert f"{made.id} was made, but cannot be read: the site is away" in caplog.text


def without_external_ids(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the site be one that takes no external id with a placeholder."""
    post = bed.library._client.post

    def sent(*path: str, query: Any = None, **options: Any) -> Any:
        return post(*path, query={k: v for k, v in (query or {}).items() if k != "externalId"}, **options)

    monkeypatch.setattr(bed.library._client, "post", sent)


def test_an_external_id_that_a_placeholder_did_not_get_is_given_afterwards(
    bed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_external_ids(bed, monkeypatch)
    made = bed.library.create_item({}, title="Harbour", external_id="SITE-1")
    assert made.external_id == "SITE-1"
    assert bed.library.item("SITE-1").id == made.id


def test_an_item_that_cannot_have_its_external_id_is_not_left(
    bed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed.library.create_item({}, external_id="SITE-1")
    without_external_ids(bed, monkeypatch)
    with pytest.raises(flowhost.Conflict):
        bed.library.create_item({}, external_id="SITE-1")
    assert len(bed.library.items().items) == 1


def test_an_item_that_does_not_get_its_external_id_now_is_not_left(
    bed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_external_ids(bed, monkeypatch)

    def away(*path: str, **options: Any) -> Any:
        raise flowhost.Unavailable("the site is away")

    with monkeypatch.context() as patched:
        patched.setattr(bed.library._client, "put", away)
        with pytest.raises(flowhost.Unavailable, match="the site is away"):
            bed.library.create_item({}, external_id="SITE-1")
    assert bed.library.items().items == ()
    made = bed.library.create_item({}, external_id="SITE-1")  # as the step that is tried again does
    assert bed.library.item("SITE-1").id == made.id


def test_an_item_without_its_external_id_that_stays_is_told_in_the_log(
    bed: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without_external_ids(bed, monkeypatch)

    def away(*path: str, **options: Any) -> Any:
        raise flowhost.Unavailable(f"no answer about {path[-1]}")

    with monkeypatch.context() as patched:
        for method in ("put", "delete"):
            patched.setattr(bed.library._client, method, away)
        with pytest.raises(flowhost.Unavailable, match="no answer about SITE-1"):
            bed.library.create_item({}, external_id="SITE-1")
    (left,) = bed.library.items().items
    said = f"{left.id} was made, but did not get the external id SITE-1 and could not be deleted again"
    assert f"{said}: no answer about {left.id}" in caplog.text


def test_a_change_whose_answer_has_no_metadata_is_asked_for_again(bed: Any) -> None:
    item = bed.library.create_item({}).id
    put = bed.library._client.put

    def empty(*path: str, **options: Any) -> Any:
        return type(put(*path, **options))()

    bed.library._client.put = empty
    with pytest.raises(BadAnswer, match=f"PUT item/{item}/metadata was answered without its metadata"):
        bed.library.set_metadata(item, {"title": ["Harbour"]})
    assert bed.library.set_metadata(item, {"title": ["Harbour"]}).title == "Harbour"


def test_names_that_nothing_can_have(bed: Any) -> None:
    for name in ("", ".", "\ud800"):
        assert bed.library.item(name) is None
        assert bed.library.delete_item(name) is False
        assert bed.library.matches("*", name) is False
        with pytest.raises(flowhost.Permanent):
            bed.library.set_metadata(name, {"title": ["x"]})


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
