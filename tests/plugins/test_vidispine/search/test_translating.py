"""Queries in Vidispine's words, and what it cannot be asked."""

from __future__ import annotations

from typing import Any

import pytest

from flowhost.query import Exact, QueryError, parse
from flowhost_plugins.vidispine.search import criteria
from flowhost_plugins.vidispine.search.kinds import Kinds
from flowhost_plugins.vidispine.search.translating import Translated, translated

TYPES = {
    "title": "string",
    "some_status": "string-exact",
    "some_note": "string-noindex",
    "some_number": "integer",
    "some_date": "date",
    "some_flag": "boolean",
    "person_name": "string",
}


class Known:
    """A site with one item of another's id, and one storage."""

    def item_of(self, external_id: str) -> str | None:
        return "VX-7" if external_id == "SITE-1" else None

    def storage_of(self, name: str) -> str | None:
        return "VX-2" if name in ("VX-2", "media") else None


def of(query: str) -> Translated:
    return translated(parse(query), Kinds(TYPES), Known())


def document(query: str) -> dict[str, Any]:
    made = of(query)
    assert not made.equal
    return criteria.document(made.criterion)


def field(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": [{"value": value}]}


def ranged(name: str, low: dict[str, Any], high: dict[str, Any], **flags: bool) -> dict[str, Any]:
    return {"name": name, "range": [{"value": [low, high], **flags}]}


LOWEST, HIGHEST = {"value": "", "minimum": True}, {"value": "", "maximum": True}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:harbour", field("title", "harbour")),
        ("title:harb*", field("title", "harb*")),
        ('title:"harbour master"', field("title", '"harbour master"')),
        ('title:"a \\"b\\" c"', field("title", '"a \\"b\\" c"')),
        ('title:"two-words*"', field("title", '"two-words*"')),
        ("some_status:ready", field("some_status", "ready")),
        ('some_status="in review"', field("some_status", "in review")),
        ("some_status:in*", field("some_status", "in*")),
        ("some_number:3", field("some_number", "3")),
        ("some_number=3", field("some_number", "3")),
        ("some_flag:true", field("some_flag", "true")),
        ("some_number>3", ranged("some_number", {"value": "3"}, HIGHEST, exclusiveMinimum=True)),
        ("some_number>=3", ranged("some_number", {"value": "3"}, HIGHEST)),
        ("some_number<3.5", ranged("some_number", LOWEST, {"value": "3.5"}, exclusiveMaximum=True)),
        (
            "some_number:{1 TO 2]",
            ranged("some_number", {"value": "1"}, {"value": "2"}, exclusiveMinimum=True),
        ),
        ("title:[a TO c}", ranged("title", {"value": "a"}, {"value": "c"}, exclusiveMaximum=True)),
        ("title:*", ranged("title", LOWEST, HIGHEST)),
        (
            "some_date:2024-05-01",
            ranged(
                "some_date",
                {"value": "2024-05-01T00:00:00.000Z"},
                {"value": "2024-05-02T00:00:00.000Z"},
                exclusiveMaximum=True,
            ),
        ),
        (
            "some_date>2024-05-01",
            ranged("some_date", {"value": "2024-05-02T00:00:00.000Z"}, HIGHEST),
        ),
        (
            "some_date<2024-05-01",
            ranged("some_date", LOWEST, {"value": "2024-05-01T00:00:00.000Z"}, exclusiveMaximum=True),
        ),
        (
            "some_date=2024-05-01T10:00:00+02:00",
            ranged("some_date", {"value": "2024-05-01T08:00:00.000Z"}, {"value": "2024-05-01T08:00:00.000Z"}),
        ),
        (
            "created>2024-05-01T08:00Z",
            ranged("created", {"value": "2024-05-01T08:00:00.000Z"}, HIGHEST, exclusiveMinimum=True),
        ),
        (
            "updated<=2024-05-01T08:00Z",
            ranged("__metadata_last_modified", LOWEST, {"value": "2024-05-01T08:00:00.000Z"}),
        ),
        ("itemId:VX-7", field("itemId", "VX-7")),
        ("externalId:SITE-1", field("itemId", "VX-7")),
        ("mediaType:video", field("mediaType", "video")),
        ("storage:media", field("__storage", "VX-2")),
        ("collection:VX-3", field("__collection", "VX-3")),
        ("withinCollection:VX-3", field("__ancestor_collection", "VX-3")),
        ("collection:*", ranged("__collection", LOWEST, HIGHEST)),
    ],
)
def test_one_condition(query: str, expected: dict[str, Any]) -> None:
    assert document(query) == {"field": [expected]}


def test_words_anywhere() -> None:
    assert document("harbour") == {"text": [{"value": "harbour"}]}
    assert document("harb*") == {"text": [{"value": "harb*"}]}
    assert document('"harbour master"') == {"text": [{"value": '"harbour master"'}]}


def test_fields_within_groups() -> None:
    inner = {"name": "Person", "field": [field("person_name", "ada")]}
    assert document("Person/person_name:ada") == {"group": [inner]}
    assert document("Film/Person/person_name:ada") == {"group": [{"name": "Film", "group": [inner]}]}


def test_everything_is_no_condition() -> None:
    assert document("*") == document("") == document("* OR title:x") == document("itemId:*") == {}


def test_together() -> None:
    one, two = field("title", "a"), field("some_number", "1")
    assert document("title:a some_number:1") == {"operator": {"operation": "AND", "field": [one, two]}}
    assert document("title:a OR some_number:1") == {"operator": {"operation": "OR", "field": [one, two]}}
    assert document("NOT title:a") == {"operator": {"operation": "NOT", "field": [one]}}
    assert document("title:a AND (b OR NOT Person/person_name:c)") == {
        "operator": {
            "operation": "AND",
            "field": [one],
            "operator": [
                {
                    "operation": "OR",
                    "text": [{"value": "b"}],
                    "operator": [
                        {
                            "operation": "NOT",
                            "group": [{"name": "Person", "field": [field("person_name", "c")]}],
                        }
                    ],
                }
            ],
        }
    }
    assert document("mediaType:*") == {
        "operator": {"operation": "NOT", "field": [field("mediaType", "none")]}
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("shapeTag:original", field("shapeTag", "original")),
        ("shapeTag:orig*", field("shapeTag", "orig*")),
        ("shapeTag:*", ranged("shapeTag", LOWEST, HIGHEST)),
    ],
)
def test_a_shape_tag_of_a_placeholder_is_none(query: str, expected: dict[str, Any]) -> None:
    is_placeholder = {"operation": "NOT", "field": [field("mediaType", "none")]}
    both = {"operation": "AND", "field": [expected], "operator": [is_placeholder]}
    assert document(query) == {"operator": both}
    assert document(f"NOT {query}") == {"operator": {"operation": "NOT", "operator": [both]}}


LATEST = {"value": "9999-12-31T23:59:59.999Z"}


def test_days_at_the_end_of_the_calendar() -> None:
    up_to = ranged("some_date", LOWEST, LATEST, exclusiveMaximum=True)
    assert document("some_date<=9999-12-31") == {"field": [up_to]}
    assert document("some_date>9999-12-31") == {"field": [ranged("some_date", LATEST, HIGHEST)]}
    for moment in ("0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00"):
        with pytest.raises(QueryError, match="beyond the calendar"):
            of(f"some_date>{moment}")


def test_what_nothing_can_hold_for() -> None:
    for query in ("NOT *", "externalId:nobody", "storage:nowhere", "title:a externalId:nobody"):
        assert of(query).criterion == criteria.NEVER
    assert document("title:a OR externalId:nobody") == {"field": [field("title", "a")]}
    assert document("NOT externalId:nobody") == {}


def test_equal_texts_are_found_by_their_words_and_compared_here() -> None:
    made = of('title="Harbour Master" some_number:1')
    assert made.equal == (Exact("title", "Harbour Master"),)
    assert criteria.document(made.criterion) == {
        "operator": {
            "operation": "AND",
            "field": [field("title", '"Harbour Master"'), field("some_number", "1")],
        }
    }
    made = of('some_status="what?"')
    assert (made.equal, made.criterion) == (
        (Exact("some_status", "what?"),),
        {"field": [ranged("some_status", LOWEST, HIGHEST)]},
    )
    assert of('title="!"').criterion == {"field": [ranged("title", LOWEST, HIGHEST)]}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("titel:a", "Vidispine has no metadata field 'titel'.*'title'"),
        ("some_note:a", "'some_note' has no index in Vidispine"),
        ("some_note:*", "'some_note' has no index in Vidispine"),
        ('title:"harbour mast"*', "no beginnings of more than one word"),
        ('"harbour mast"*', "no beginnings of more than one word"),
        ("some_number:3*", "no beginnings of such values"),
        ("itemId:VX-*", "no beginnings with such signs"),
        ("some_number>a", "'some_number' holds numbers in Vidispine"),
        ("title>3", "'title' holds texts in Vidispine"),
        ("some_flag>3", "'some_flag' holds flags in Vidispine, expected a comparison with true or false"),
        ("some_date:soon", "'some_date' holds moments in Vidispine"),
        ("externalId:SITE*", "whole external ids only"),
        ("externalId:*", "whole external ids only"),
        ("title=a OR title=b", "below OR or NOT.*title:a"),
        ('NOT some_status="a*"', "below OR or NOT.*without"),
        ('some_status:"a?"', "stand for other characters"),
        ('collection:"*"', "stand for other characters"),
        ("NOT title=a", "below OR or NOT.*title:a"),
    ],
)
def test_what_vidispine_cannot_do(query: str, sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence):
        of(query)
