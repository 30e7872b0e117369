"""Saved searches."""

from __future__ import annotations

from datetime import timedelta

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.catalogue import Catalogue, Field, Not, NotFound, QueryError, Sort, Text, parse


def test_a_search_is_saved_found_changed_and_deleted(catalogue: Catalogue, clock: FakeClock) -> None:
    made = catalogue.create_saved_search(
        "harbours", "title : harbour*", sort=[Sort("title"), Sort.of("-created")]
    )
    assert (made.id, made.query, made.sort[1].order) == ("VX-1", "title : harbour*", "descending")
    other = catalogue.create_saved_search("Ä", Not(Text("x")))
    assert other.query == "NOT x"
    assert catalogue.saved_search("harbours") == catalogue.saved_search("VX-1") == made
    assert catalogue.saved_searches() == [made, other]

    clock.advance(5)
    changed = catalogue.update_saved_search("harbours", name="ports", query=Field("title", "port"))
    assert (changed.id, changed.name, changed.sort) == ("VX-1", "ports", made.sort)
    assert parse(changed.query) == Field("title", "port")
    assert (changed.created, changed.updated) == (made.created, made.created + timedelta(seconds=5))
    assert catalogue.update_saved_search("VX-1", sort=[]).sort == ()

    assert catalogue.delete_saved_search("ports") is True
    assert catalogue.delete_saved_search("VX-1") is False
    assert catalogue.delete_saved_search("nonsense") is False
    assert catalogue.saved_searches() == [other]
    assert catalogue.create_saved_search("ports", "*").id == "VX-3"


def test_what_happens_to_saved_searches_is_in_the_log(catalogue: Catalogue) -> None:
    catalogue.create_saved_search("a", "*")
    catalogue.update_saved_search("a", name="b")
    catalogue.update_saved_search("b", name="b", query="*", sort=[])
    catalogue.delete_saved_search("b")
    assert [(one.kind, one.action, one.id) for one in catalogue.changes()] == [
        ("search", "CREATE", "VX-1"),
        ("search", "MODIFY", "VX-1"),
        ("search", "DELETE", "VX-1"),
    ]


def test_a_name_is_unique(catalogue: Catalogue) -> None:
    catalogue.create_saved_search("a", "*")
    catalogue.create_saved_search("b", "*")
    with pytest.raises(flowhost.Conflict, match="there is a saved search 'a' already: VX-1"):
        catalogue.create_saved_search("a", "x")
    with pytest.raises(flowhost.Conflict, match="there is a saved search 'a' already"):
        catalogue.update_saved_search("b", name="a")


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "expected a text of 1 to 256"), ("a\0", "expected a text"), ("VX-7", "looks like an id")],
)
def test_names_that_cannot_be(catalogue: Catalogue, name: str, message: str) -> None:
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.create_saved_search(name, "*")


def test_what_cannot_be_read_is_not_saved(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match="1:7: the query ends"):
        catalogue.create_saved_search("a", "title:")
    with pytest.raises(QueryError, match="half a character"):
        catalogue.create_saved_search("a", Text("\ud800"))
    catalogue.create_saved_search("a", "*")
    with pytest.raises(QueryError, match="1:1:"):
        catalogue.update_saved_search("a", query=")")
    for name in ("b", "VX-9", "a\0"):
        with pytest.raises(NotFound, match="no saved search"):
            catalogue.saved_search(name)
