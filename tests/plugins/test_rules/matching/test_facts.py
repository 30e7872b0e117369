"""What the expressions of a rule see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.matching import NAMES, Facts, Library, event_of
from flowhost_plugins.rules.records import Cause, Run
from flowhost_plugins.rules.rule import Signal


@pytest.fixture
def value(library: Any, clock: Any) -> Callable[..., Any]:
    """The value of an expression about VX-1."""
    library.add("VX-1", title="Harbour", tags=["original", "lowres"], film__notes="first", desk="news")
    library.collect("News", "VX-1")
    library.collect("Old")
    event = flowhost.Event("item_create", {"by": "eva"}, source="lib", subject="VX-1", headers={"a": "b"})

    def worked_out(text: str, item: str | None = "VX-1", **variables: str) -> Any:
        facts = Facts(event, item, Library(library), clock.now(), variables)
        return flowhost.Expression(text).value(facts)

    return worked_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("item.id", "VX-1"),
        ("item.title", "Harbour"),
        ("item.mediaType", "video"),
        ("item.placeholder", False),
        ("item.originalFilename", "VX-1.mov"),
        ("item.user", "ingest"),
        ("item.fields['desk']", "news"),
        ("item.fields['film/notes']", "first"),
        ("item.fields['notes']", "first"),
        ("item.fields['missing']", ""),
        ("item.fields.get('missing', 'x')", "x"),
        ("'desk' in item.fields", True),
        ("'missing' in item.fields", False),
        ("sorted(item.fields.keys())", ["desk", "film/notes", "title"]),
        ("item.first('desk')", "news"),
        ("item.values('missing')", ()),
        ("item.has('notes')", True),
        ("item.collections", ("News",)),
        ("'lowres' in item.tags", True),
        ("item.created == item.updated and item.updated == now", True),
        ("str(item)", "VX-1"),
        (
            "event.type + event.source + event.data['by'] + event.headers['a'] + event.subject",
            "item_createlibevabVX-1",
        ),
        ("tags['title']", "Harbour"),
        ("tags['user']", "ingest"),
        ("tags['missing']", ""),
        ("tags.get('missing', 'x')", "x"),
        ("'desk' in tags and 'missing' not in tags", True),
    ],
)
def test_what_is_there(value: Callable[..., Any], text: str, expected: Any) -> None:
    assert value(text) == expected


def test_the_names_are_these(value: Callable[..., Any]) -> None:
    assert NAMES == ("item", "event", "now", "tags")
    with pytest.raises(flowhost.ExpressionError, match="did you mean 'item'"):
        value("itm.title")


def test_several_values(library: Any, clock: Any) -> None:
    item = flowhost.Item("VX-2", fields={"keyword": ("a", "b"), "g/keyword": ("c",)})
    library._items["VX-2"] = item
    facts = Facts(flowhost.Event("x"), "VX-2", Library(library), clock.now())

    assert flowhost.Expression("item.values('keyword')").value(facts) == ("a", "b")
    assert flowhost.Expression("item.first('keyword')").value(facts) == "a"
    assert flowhost.Expression("tags['keyword']").value(facts) == "a, b"


def test_variables_are_tags_where_the_item_has_nothing(value: Callable[..., Any]) -> None:
    assert value("tags['status']", status="FINISHED") == "FINISHED"
    assert value("tags['user']", user="jobs") == "ingest"
    assert value("tags['status']", item=None, status="FINISHED") == "FINISHED"


def test_a_rule_about_no_item_has_none(value: Callable[..., Any]) -> None:
    assert value("item is None", item=None) is True
    with pytest.raises(flowhost.ExpressionError, match="of an empty value"):
        value("item.title", item=None)


def test_an_item_that_is_gone_is_told(value: Callable[..., Any]) -> None:
    for text in ("item.title", "item.user", "tags['title']"):
        with pytest.raises(flowhost.Permanent, match="there is no item VX-404"):
            value(text, item="VX-404")


def test_what_is_not_offered_cannot_be_reached(value: Callable[..., Any]) -> None:
    for text in ("item.load()", "item.variables()", "item.fields.nothing", "item.mediatype"):
        with pytest.raises(flowhost.ExpressionError, match="not offered"):
            value(text)


def test_the_library_is_asked_only_for_what_is_used_and_once(library: Any, clock: Any) -> None:
    library.add("VX-1", title="x", tags=["original"])
    facts = Facts(flowhost.Event("x"), "VX-1", Library(library), clock.now())

    def calls(text: str) -> dict[str, int]:
        flowhost.Expression(text).value(facts)
        return dict(library.calls)

    assert calls("event.type == 'x' and item.id and now") == {}
    assert calls("item.title + item.mediaType") == {"item": 1}
    assert calls("item.user + item.originalFilename") == {"item": 1, "variables": 1}
    assert calls("[item.tags, item.tags, item.collections, item.collections]") == {
        "item": 1,
        "variables": 1,
        "shapes": 1,
        "collection_names": 1,
    }


def test_an_error_asks_nothing_of_the_library(library: Any, clock: Any) -> None:
    library.add("VX-1")
    facts = Facts(flowhost.Event("x", {}), "VX-1", Library(library), clock.now())

    with pytest.raises(flowhost.ExpressionError, match="item = item VX-1"):
        flowhost.Expression("event.data['missing'] == item.id").value(facts)
    assert not library.calls


class TestEventOfARun:
    def test_it_is_the_event_that_started_it(self, site: Any) -> None:
        site.rule(Signal("item_create", "new-item"))
        event = site.event("item_create", id="7", by="eva")
        (run,) = site.matcher.event(event, site.rules)

        found = event_of(site.journal.run(run.id))

        assert (found.type, found.id, found.data, found.time) == (event.type, "7", event.data, event.time)

    @pytest.mark.parametrize("data", [b"\x00\xff", "text", None, {"a": [1]}])
    def test_its_data_is_as_it_was(self, site: Any, data: Any) -> None:
        site.rule(Signal("item_create", "new-item"))
        (run,) = site.matcher.event(flowhost.Event("item_create", data, key="k"), site.rules)

        found = event_of(site.journal.run(run.id))

        assert (found.data, found.key) == (data, "k")

    def test_without_one_there_is_one_made_for_it(self, clock: Any) -> None:
        run = Run(1, "rule", 1, "VX-1", "pending", Cause("manual"), created=clock.now())

        found = event_of(run)

        assert (found.type, found.source, found.subject, found.time) == (
            "rule.manual",
            "rule",
            "VX-1",
            clock.now(),
        )
