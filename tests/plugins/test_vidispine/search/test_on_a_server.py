"""What queries find on a server, and what they cost."""

from __future__ import annotations

import json
from typing import Any

import pytest

import flowhost

FIELDS = {
    "some_status": "string-exact",
    "some_number": "integer",
    "some_date": "date",
    "some_flag": "boolean",
    "some_note": "string",
}


@pytest.fixture
def items(bed: Any) -> dict[str, str]:
    """Three items by name."""
    for name, kind in FIELDS.items():
        bed.rest("PUT", f"metadata-field/{name}", json={"type": kind})
    library = bed.library
    one = library.create_item(
        {
            "some_status": ["in review"],
            "some_number": ["60"],
            "some_date": ["2024-05-01T10:00:00Z"],
            "some_flag": ["true"],
            "some_note": ["Über den Hafen", "two-words"],
            "Actor/portal_mf10003": ["Ada"],
        },
        title="Harbour Master",
        external_id="SITE-1",
    )
    two = library.create_item(
        {
            "some_status": ["done"],
            "some_number": ["7"],
            "some_date": ["2024-06-01T00:00:00Z"],
            "portal_mf10003": ["Ada"],
        },
        title="Harbour",
    )
    three = library.create_item({}, title="Airport")
    library.add_to_collection(one.id, "Boats")
    return {"one": one.id, "two": two.id, "three": three.id}


QUERIES = [
    ("*", "one two three"),
    ("title:harbour", "one two"),
    ("title:harb*", "one two"),
    ('title:"harbour master"', "one"),
    ("title=harbour", "two"),
    ('title="harbour master" some_number:60', "one"),
    ('some_status="in review"', "one"),
    ("some_status:done", "two"),
    ("NOT some_status:done", "one three"),
    ("some_number>7", "one"),
    ("some_number>=7", "one two"),
    ("some_number:[1 TO 59]", "two"),
    ("some_number=7", "two"),
    ("some_date:2024-05-01", "one"),
    ("some_date<2024-05-02", "one"),
    ("some_date>2024-05-01", "two"),
    ("some_date=2024-05-01T12:00:00+02:00", "one"),
    ("some_flag:true", "one"),
    ("some_note:uber", "one"),
    ('some_note:"two words"', "one"),
    ("some_note:*", "one"),
    ("NOT some_note:*", "two three"),
    ("hafen OR airport", "one three"),
    ("boats", ""),
    ("portal_mf10003:ada", "one two"),
    ("Actor/portal_mf10003:ada", "one"),
    ("externalId:SITE-1", "one"),
    ("externalId:nobody", ""),
    ("collection:*", "one"),
    ("mediaType:*", ""),
    ("mediaType:video", ""),
    ("NOT mediaType:video", "one two three"),
    ("created>2020-01-01", "one two three"),
    ("updated<2020-01-01", ""),
    ("title:harbour AND NOT (some_number:60 OR some_number:8)", "two"),
    ("shapeTag:lowres", ""),
    ("shapeTag:original", ""),
    ("shapeTag:*", ""),
    ("NOT shapeTag:original", "one two three"),
    ("storage:media", ""),
]


def test_what_queries_find(bed: Any, items: dict[str, str]) -> None:
    collection = bed.rest("GET", "collection")["collection"][0]["id"]
    asked = [*QUERIES, (f"collection:{collection}", "one"), (f"withinCollection:{collection}", "one")]
    asked += [(f"itemId:{items['two']}", "two"), ("collection:VX-999", "")]
    for query, expected in asked:
        wanted = [items[name] for name in expected.split()]
        assert list(bed.library.search_ids(query).ids) == wanted, query
        for name, item in items.items():
            assert bed.library.matches(query, item) == (name in expected.split()), (query, name)
            assert bed.library.finding(query, item).held == (name in expected.split()), (query, name)


def test_a_shape_tag_is_found_as_soon_as_there_is_media(bed: Any, items: dict[str, str]) -> None:
    item = bed.new_item()
    for query in ("shapeTag:original", "shapeTag:orig*", "shapeTag:*"):
        assert bed.library.search_ids(query).ids == (item,), query
        assert bed.library.matches(query, item)
    assert bed.library.finding("shapeTag:original", item).actual == ("original",)
    assert set(bed.library.search_ids("NOT shapeTag:original").ids) == set(items.values())


def test_a_document_of_vidispine_and_one_of_portal(bed: Any, items: dict[str, str]) -> None:
    title = {"name": "title", "value": [{"value": "harbour"}]}
    number = {"name": "some_number", "value": [{"value": "7"}]}
    raw = json.dumps({"field": [title], "operator": {"operation": "NOT", "field": [number]}})
    assert bed.library.search_ids(raw).ids == (items["one"],)
    assert bed.library.matches(raw, items["one"])
    assert not bed.library.matches(raw, items["two"])
    finding = bed.library.finding(raw, items["two"])
    assert (finding.condition, finding.held) == (raw, False)
    terms = [{"name": "title", "value": "harbour"}, {"name": "some_number", "range": {"min": 8}}]
    portal = json.dumps({"doc_types": ["item"], "query": "*", "filter": {"operator": "AND", "terms": terms}})
    assert bed.library.search_ids(portal).ids == (items["one"],)


def test_findings_tell_what_was_seen(bed: Any, items: dict[str, str]) -> None:
    seen = {
        "title:boats": ("Harbour Master",),
        "some_note:x": ("Über den Hafen", "two-words"),
        "portal_mf10003:x": ("Ada",),
        "Actor/portal_mf10003:x": ("Ada",),
        "externalId:x": ("SITE-1",),
        "mediaType:video": (),
        "shapeTag:original": (),
        "hafen": ("Über den Hafen",),
        "collection:VX-999": tuple(
            one["id"] for one in bed.rest("GET", "collection")["collection"] if one["name"] == "Boats"
        ),
    }
    for query, actual in seen.items():
        assert bed.library.finding(query, items["one"]).actual == actual, query
    told = bed.library.finding("NOT (title:harbour AND some_number>70)", items["one"])
    assert (told.held, told.parts[0].held) == (True, False)
    assert [one.held for one in told.parts[0].parts] == [True, False]


def test_what_each_search_costs(bed: Any, items: dict[str, str]) -> None:
    library = bed.library
    library.search_ids("title:harbour")  # the fields are known from here on
    for query in ("title:harbour some_number:7", "title=harbour", "{}"):
        with bed.requests(1):
            library.search_ids(query)
        with bed.requests(1):
            library.matches(query, items["one"])
    with bed.requests(2):
        library.finding("title:harbour", items["one"])
    with bed.requests(1):
        library.items(text="harbour")
    with bed.requests(0):
        library.search_ids("NOT *")
    with bed.requests(1):  # the groups
        library.field_names()
    with bed.requests(0):
        library.field_names()


def test_a_field_that_was_made_a_moment_ago(bed: Any) -> None:
    with pytest.raises(flowhost.Permanent, match="no metadata field 'late_field'"):
        bed.library.search_ids("late_field:x")
    bed.rest("PUT", "metadata-field/late_field", json={"type": "string"})
    assert bed.library.search_ids("late_field:x").ids == ()


def test_what_is_in_the_recycle_bin_of_portal(bed: Any) -> None:
    item = bed.library.create_item({}, title="Harbour").id
    bed.library.add_to_collection(item, "Boats")
    assert bed.library.matches("title:harbour", item)
    field = {"name": "portal_deleted", "value": [{"value": "2024-05-01T00:00:00Z"}]}
    bed.rest("PUT", f"item/{item}/metadata", json={"timespan": [{"field": [field]}]})
    assert not bed.library.matches("title:harbour", item)
    assert not bed.library.matches("{}", item)
    assert not bed.library.in_collection("Boats", item)
    for found in (
        bed.library.search_ids("*").ids,
        bed.library.search_ids("{}").ids,
        bed.library.items().items,
        bed.library.items(text="harb").items,
        bed.library.collection_ids("Boats").ids,
    ):
        assert found == ()
    assert bed.library.item(item).fields["portal_deleted"]
    assert bed.library.finding("title:harbour", item).held


def test_an_external_id_wherever_an_id_is_asked_for(bed: Any) -> None:
    item = bed.library.create_item({}, title="Harbour", external_id="SITE-1").id
    assert bed.library.matches("title:harbour", "SITE-1")
    assert bed.library.finding("title:harbour", "SITE-1").held
    assert bed.library.add_to_collection("SITE-1", "Boats")
    assert bed.library.in_collection("Boats", "SITE-1")
    assert bed.library.grant_access("SITE-1", flowhost.AccessEntry("Desk"), origin="rule:R")
    assert bed.library.items_with_access_from("rule:R") == [item]
    assert bed.library.withdraw_access("rule:R", "SITE-1") == 1


@pytest.mark.parametrize("number", [0, -1])
def test_a_page_has_at_least_one_item(bed: Any, number: int) -> None:
    with pytest.raises(flowhost.Permanent, match="expected 1 or more"):
        bed.library.search_ids("*", number=number)
    with pytest.raises(flowhost.Permanent, match="expected 1 or more"):
        bed.library.items(number=number)
