"""Queries that are JSON: Vidispine's own documents, and those of searches saved in Portal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flowhost.query import Query, QueryError, parse
from flowhost_plugins.vidispine.search.reading import Raw, read_query


def portal(*terms: dict[str, Any], operator: str = "AND", query: str = "*") -> Query | Raw:
    document = {
        "doc_types": ["item"],
        "fields": ["id"],
        "query": query,
        "filter": {"operator": operator, "terms": list(terms)},
    }
    return read_query(json.dumps(document))


@pytest.mark.parametrize(
    ("term", "query"),
    [
        ({"name": "title", "value": "Harbour", "exact": True}, "title=Harbour"),
        ({"name": "title", "value": "harb*"}, "title:harb*"),
        ({"name": "title", "value": "*"}, "title:*"),
        ({"name": "title", "value": ["a", "b"]}, "title:a OR title:b"),
        ({"name": "portal_deleted", "missing": True}, "NOT portal_deleted:*"),
        ({"name": "portal_deleted", "missing": False}, "portal_deleted:*"),
        ({"name": "x_x", "exists": True}, "x_x:*"),
        ({"name": "x_x", "value": 3}, "x_x:3"),
        ({"name": "x_x", "value": True}, "x_x:true"),
        ({"name": "x_x", "range": {"min": "1", "max": 9}}, "x_x:[1 TO 9]"),
        ({"name": "x_x", "range": {"min": "2024-05-01"}}, "x_x>=2024-05-01"),
        ({"operator": "NOT", "terms": [{"name": "x_x", "value": "1"}]}, "NOT x_x:1"),
    ],
)
def test_a_portal_search(term: dict[str, Any], query: str) -> None:
    assert portal(term) == parse(query)


def test_the_parts_of_a_portal_search() -> None:
    terms = [{"name": "x_x", "value": "1"}, {"name": "y_y", "value": "2"}]
    assert portal(*terms) == parse("x_x:1 AND y_y:2")
    assert portal(*terms, operator="OR", query="boats") == parse("boats AND (x_x:1 OR y_y:2)")
    assert portal(*terms, operator="NOT") == parse("NOT (x_x:1 OR y_y:2)")
    assert portal() == parse("*")
    assert read_query('{"query": "boats"}') == parse("boats")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"doc_types": ["collection"]}, r"is for \[\"collection\"\], expected 'item' among them"),
        ({"query": 3}, "'query' of the Portal search is 3"),
        ({"terms": "x"}, "expected an operator and a list of terms"),
        ({"filter": {"operator": "XOR", "terms": []}}, "is 'XOR', expected AND, OR or NOT"),
        ({"filter": {"terms": [{"value": "x"}]}}, "expected an object with a name"),
        ({"filter": {"terms": [{"name": "x", "like": "y"}]}}, "unknown key 'like'"),
        ({"filter": {"terms": [{"name": "x", "value": {}}]}}, "expected a text"),
        ({"filter": {"terms": [{"name": "x", "range": {"from": 1}}]}}, "expected min and max"),
    ],
)
def test_a_portal_search_that_is_not_understood(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence):
        read_query(json.dumps(document))


def test_a_document_of_vidispine_stays_as_it_is() -> None:
    title = {"name": "title", "value": [{"value": "harb*"}]}
    text = json.dumps(
        {
            "field": [title],
            "shape": {"field": [{"name": "codec", "value": [{"value": "h264"}]}]},
            "operator": {"operation": "OR", "field": [title, title]},
            "sort": [{"field": "title", "order": "ascending"}],
            "intervals": "generic",
        }
    )
    raw = read_query(text)
    assert isinstance(raw, Raw)
    assert (raw.text, raw.intervals) == (text, "generic")
    (part,) = raw.criterion["operator"]
    assert part["operation"] == "AND"
    assert part["field"] == [title]
    assert part["shape"] == {"field": [{"name": "codec", "value": [{"value": "h264"}]}]}
    assert part["operator"] == [{"operation": "OR", "field": [title, title]}]


def test_an_empty_document_is_everything() -> None:
    raw = read_query("{}")
    assert isinstance(raw, Raw)
    assert raw.criterion == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"field": ', "^1:11: not well-formed JSON"),
        ('{"fields": []}', "has the key 'fields'"),
        ('{"filter": ["x"]}', "a filter of the ItemSearchDocument is 'x', expected an object"),
        ("title:(", "^1:7"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_queries_that_cannot_be_read(text: str, sentence: str) -> None:
    with pytest.raises(QueryError, match=sentence):
        read_query(text)
