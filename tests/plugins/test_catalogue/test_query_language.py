"""The query language: what texts mean, what is wrong with them, and that queries survive being written down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from flowhost_plugins.catalogue import (
    All,
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Not,
    Query,
    QueryError,
    Range,
    Sort,
    Text,
    all_of,
    parse,
    query_text,
)

A, B, C = Text("a"), Text("b"), Text("c")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Everything()),
        (" * ", Everything()),
        ("harbour", Text("harbour")),
        ("harb*", Text("harb", prefix=True)),
        ('"harbour at ni"*', Text("harbour at ni", prefix=True)),
        ("harb *", All(Text("harb"), Everything())),
        ("title:harbour", Field("title", "harbour")),
        ("title : harbour*", Field("title", "harbour", prefix=True)),
        ('"my field":"a \\"b\\" \\\\c"', Field("my field", 'a "b" \\c')),
        ("person/name:Ann", Field("person/name", "Ann")),
        ("title=Harbour", Exact("title", "Harbour")),
        ("title:*", Exists("title")),
        ('title:"*"', Field("title", "*")),
        ("collection:VX-3", InCollection("VX-3")),
        ("withinCollection:VX-3", InCollection("VX-3", deep=True)),
        ("collection:*", Exists("collection")),
        ("n>60", Range("n", 60, exclusive_minimum=True)),
        ("n >= -6.5", Range("n", -6.5)),
        ("n<1e3", Range("n", maximum=1000.0, exclusive_maximum=True)),
        ("n:[1 TO 2]", Range("n", 1, 2)),
        ("n:{1 TO 2]", Range("n", 1, 2, exclusive_minimum=True)),
        ("n:[* TO 2}", Range("n", None, 2, exclusive_maximum=True)),
        ('n:["1" TO "2"]', Range("n", "1", "2")),
        ("n>=a", Range("n", "a")),
        ("d>=2024-05-01", Range("d", date(2024, 5, 1))),
        ("d>=2024-05-01T10:00", Range("d", datetime(2024, 5, 1, 10, tzinfo=UTC))),
        ("d<=2024-05-01T12:00:00.5+02:00", Range("d", None, datetime(2024, 5, 1, 10, 0, 0, 500000, UTC))),
        ("created:2024-05-01", Field("created", "2024-05-01")),
        ("a b OR NOT c", Any(All(A, B), Not(C))),
        ("a AND (b OR c)", All(A, Any(B, C))),
        ("NOT (a AND b)", Not(All(A, B))),
        ("NOT NOT a", Not(Not(A))),
        ("((a))", A),
        ("and or not", All(Text("and"), Text("or"), Text("not"))),
        ('"AND"', Text("AND")),
    ],
)
def test_what_a_text_means(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a AND", "1:6: the query ends, expected a word"),
        ("a AND\n  OR b", "2:3: there is 'OR', expected a word"),
        ("(a", r"1:3: the query ends, expected '\)'"),
        ("a)", r"1:2: there is '\)', expected the end, AND or OR"),
        ('title:"x', "1:7: a quote begins here that has no end"),
        ("a\\b", "1:2: '\\\\\\\\' means nothing here; put it into quotes"),
        ("title:", r"1:7: the query ends, expected a value, '\*' or a range"),
        ("n>", "1:3: the query ends, expected a number, a date or a text"),
        ("n:[1 2]", r"1:6: there is '2', expected TO, as in \[a TO b\]"),
        ("n:[1 TO 2", "1:10: the query ends, expected ']' or '}'"),
        ("a\n n:[1 TO b]", "2:2: the bounds of 'n' are 1 and 'b', expected one, or two of one kind"),
        ("n:[* TO *]", "1:1: the bounds of 'n' are None and None"),
        ("mediaType>a", "1:1: a bound of 'mediaType' is a text, expected none: it has no order"),
        ("created>5", "1:1: a bound of 'created' is a number, expected a date or a moment"),
        ("created:soon", "1:1: 'created' is compared with 'soon', expected a date or a moment"),
        ("created=2024-02-31", "1:1: 'created' is compared with '2024-02-31'"),
        ("collection=VX-1", "1:1: a collection has an id, expected 'collection:ID'"),
        ("(" * 60 + "a" + ")" * 60, "1:51: the query is nested more than 50 deep"),
        ("x" * 1001, "1:1: the text to find has 1001 characters, expected at most 1000"),
    ],
)
def test_what_is_wrong_with_a_text(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=f"^{message}"):
        parse(text)


def test_an_unknown_field_is_refused_when_the_fields_are_known() -> None:
    known = ["title", "scene/person/name"]
    query = "title:a name:b person/name:c scene/person/name:d mediaType:audio withinCollection:VX-1"
    assert parse(query, known) == parse(query)
    with pytest.raises(
        QueryError, match=r"^1:9: no item has a field 'titel'; did you mean 'title'\?"
    ) as caught:
        parse("title:a titel:b", known)
    assert (caught.value.line, caught.value.column) == (1, 9)
    with pytest.raises(QueryError, match=r"'mediatype'; did you mean 'mediaType'\?"):
        parse("mediatype:audio", known)
    with pytest.raises(QueryError, match="no item has a field 'scene/name'"):
        parse("scene/name:x", known)


@pytest.mark.parametrize("make", [All, Any])
def test_all_and_any_have_two_parts_or_more(make: type[All | Any]) -> None:
    with pytest.raises(QueryError, match="has 1 parts, expected two or more"):
        make(A)
    assert (all_of(), all_of(A), all_of(A, B)) == (Everything(), A, All(A, B))


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((True,), "a bound is True"),
        ((float("nan"),), "a bound is nan"),
        ((10**400,), "a bound is 1000"),
        ((datetime(2024, 1, 1),), "has no time zone"),
    ],
)
def test_bounds_that_cannot_be(bounds: tuple[object, ...], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        Range("n", *bounds)  # type: ignore[arg-type]  # that is the test


def test_sort_keys() -> None:
    assert (Sort.of("title"), Sort.of("-created")) == (Sort("title"), Sort("created", "descending"))
    with pytest.raises(QueryError, match="cannot be sorted by 'shapeTag'"):
        Sort.of("shapeTag")
    with pytest.raises(QueryError, match="expected ascending or descending"):
        Sort("title", "down")  # type: ignore[arg-type]  # that is the test


SPECIAL = st.sampled_from(["AND", "TO", "", "*", "a b", '"', "\\", "2024-01-01T10:00:00Z", "-5", "x:y", "\n"])
WORDS = st.one_of(st.text(max_size=8), SPECIAL)
NAMES = st.one_of(
    st.text(min_size=1, max_size=6), st.sampled_from(["title", "G/x", "mediaType", "TO", "my f"])
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)
NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
BOUNDS = st.one_of(
    st.tuples(NUMBERS, NUMBERS).filter(lambda both: all(abs(one) < 10**300 for one in both)),
    st.tuples(WORDS, WORDS),
    st.tuples(st.one_of(MOMENTS, st.dates()), st.one_of(MOMENTS, st.dates())),
)


@st.composite
def ranges(draw: st.DrawFn) -> Query:
    low, high = draw(BOUNDS)
    side = draw(st.sampled_from(["low", "high", "both"]))
    name = draw(NAMES.filter(lambda name: name != "mediaType"))
    return Range(
        name,
        low if side != "high" else None,
        high if side != "low" else None,
        draw(st.booleans()),
        draw(st.booleans()),
    )


LEAVES = st.one_of(
    st.just(Everything()),
    st.builds(Text, WORDS, st.booleans()),
    st.builds(Field, NAMES, WORDS, st.booleans()),
    st.builds(Exact, NAMES, WORDS),
    st.builds(Exists, NAMES),
    st.builds(InCollection, WORDS, st.booleans()),
    ranges(),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any(*parts)),
    ),
    max_leaves=8,
)


@given(QUERIES)
@example(All(All(A, B), C))
@example(Not(Any(A, Not(All(B, C)))))
@example(Range("n", 1e-7))
@example(Text("2024-01-01", prefix=True))
def test_a_query_survives_being_written_down(query: Query) -> None:
    assert parse(query_text(query)) == query


@given(st.text(alphabet='ab:*="()[]{}<>\\ -1\n', max_size=20))
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    else:
        assert parse(query_text(query)) == query
