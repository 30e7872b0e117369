"""Searches of any kind find what a simple evaluation of the same document over the same items finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any
from xml.sax.saxutils import escape

import pytest
from flowhost_devserver import VidispineServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowhost_plugins.catalogue import Group

NS = "http://xml.vidispine.com/schema/vidispine"
STRING, EXACT, WHOLE, DATE, PERSON = (
    "portal_mf10001",
    "portal_mf10006",
    "portal_mf10009",
    "portal_mf10008",
    "portal_mf10003",
)
ROLE = "portal_mf10004"

ITEMS: list[tuple[dict[str, tuple[str, ...]], list[dict[str, str]]]] = [
    ({STRING: ("Alpha beta",), EXACT: ("Alpha beta",), WHOLE: ("1",)}, []),
    ({STRING: ("beta alpha gamma",), EXACT: ("alpha",), WHOLE: ("-5",)}, [{PERSON: "Kim", ROLE: "alpha"}]),
    (
        {STRING: ("alphabet", "beta"), WHOLE: ("10",)},
        [{PERSON: "Kim", ROLE: "beta"}, {PERSON: "Bo", ROLE: "alpha"}],
    ),
    ({DATE: ("2024-05-01T10:00:00Z",), EXACT: ("beta", "GAMMA")}, [{PERSON: "Bo beta"}]),
    ({DATE: ("2023-12-31T23:59:59Z",), STRING: ("gamma",)}, []),
    ({}, []),
]

words = st.sampled_from(
    [
        "alpha",
        "beta",
        "BETA",
        "gamma",
        "alp*",
        "*a",
        "?eta",
        "al*t",
        "alpha beta",
        '"alpha beta"',
        '"beta alpha"',
        "x",
        "*",
    ]
)
numbers = st.sampled_from(["-5", "1", "3", "10"])
dates = st.sampled_from(["2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2024-05-01T10:00:00Z"])


def _field(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(values, min_size=1, max_size=2).map(
        lambda some: {"name": name, "value": [{"value": one} for one in some]}
    )


def _range(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    low = values.map(lambda one: {"value": one}) | st.just({"value": "", "minimum": True})
    high = values.map(lambda one: {"value": one}) | st.just({"value": "", "maximum": True})
    return st.builds(
        lambda bounds, above, below: {
            "name": name,
            "range": [{"value": list(bounds), "exclusiveMinimum": above, "exclusiveMaximum": below}],
        },
        st.tuples(low, high),
        st.booleans(),
        st.booleans(),
    )


fields = (
    _field(STRING, words)
    | _field(EXACT, words.filter(lambda one: '"' not in one))
    | _field(WHOLE, numbers)
    | _range(WHOLE, numbers)
    | _range(DATE, dates)
    | _field(PERSON, words | st.just("kim"))
)
in_group = _field(PERSON, words | st.just("kim")) | _field(ROLE, words)


def _some(kind: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(kind, max_size=2)


def _operators(criteria: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    operation = st.sampled_from(["AND", "OR", "NOT"])
    return st.builds(lambda kind, inner: {"operation": kind, **inner}, operation, criteria)


def _criteria(
    operators: st.SearchStrategy[dict[str, Any]] | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    group_operators = _operators(st.fixed_dictionaries({"field": _some(in_group)}))
    groups = st.fixed_dictionaries(
        {"name": st.just("Actor"), "field": _some(in_group), "operator": _some(group_operators)}
    )
    parts = {
        "text": _some(words.map(lambda one: {"value": one})),
        "field": _some(fields),
        "group": _some(groups),
    }
    return st.fixed_dictionaries(
        {}, optional=parts if operators is None else {**parts, "operator": _some(operators)}
    )


leaves = _operators(_criteria())
documents = _criteria(st.recursive(leaves, lambda inner: _operators(_criteria(inner)), max_leaves=4))


# -- a simple evaluation


def holds(
    document: dict[str, Any], fields: list[dict[str, tuple[str, ...]]], groups: list[dict[str, str]]
) -> bool:
    """Whether a document holds for something with these fields and instances of a group."""
    parts = [
        one["value"] == "*"
        or _words(one["value"], [text for some in fields for held in some.values() for text in held])
        for one in document.get("text", ())
    ]
    for one in document.get("field", ()):
        parts.append(_field_holds(one, [text for some in fields for text in some.get(one["name"], ())]))
    for one in document.get("group", ()):
        parts.append(any(holds(one, [{name: (text,) for name, text in held.items()}], []) for held in groups))
    parts += [holds(one, fields, groups) for one in document.get("operator", ())]
    match document.get("operation", "AND") if parts else "AND":
        case "OR":
            return any(parts)
        case "NOT":
            return not all(parts)
    return all(parts)


def _field_holds(field: dict[str, Any], held: list[str]) -> bool:
    name = field["name"]
    if any(_value_holds(name, one["value"], held) for one in field.get("value", ())):
        return True
    return any(_within(name, one, text) for one in field.get("range", ()) for text in held)


def _value_holds(name: str, wanted: str, held: list[str]) -> bool:
    if name == EXACT:
        return any(fnmatchcase(one.lower(), wanted.lower()) for one in held)
    return wanted in held if name == WHOLE else _words(wanted, held)


def _within(name: str, wanted: dict[str, Any], text: str) -> bool:
    read: Callable[[str], Any] = int if name == WHOLE else str
    low, high = wanted["value"]
    value, fits = read(text), True
    if not low.get("minimum"):
        bound = read(low["value"])
        fits = value > bound if wanted["exclusiveMinimum"] else value >= bound
    if not high.get("maximum"):
        bound = read(high["value"])
        fits = fits and (value < bound if wanted["exclusiveMaximum"] else value <= bound)
    return fits


def _words(wanted: str, held: list[str]) -> bool:
    phrases = [part.lower().split() for part in re.findall(r'"([^"]*)"', wanted)]
    phrases += [[part.lower()] for part in re.sub(r'"[^"]*"', "", wanted).split()]
    return all(any(_has(phrase, one.lower()) for one in held) for phrase in phrases)


def _has(phrase: list[str], text: str) -> bool:
    there = re.findall("[a-z0-9]+", text)
    size = len(phrase)
    return any(
        all(map(fnmatchcase, there[start : start + size], phrase)) for start in range(len(there) - size + 1)
    )


# -- the same through HTTP


@pytest.fixture(scope="module")
def server() -> Iterator[VidispineServer]:
    with VidispineServer() as server:
        for held, groups in ITEMS:
            actors = [Group("Actor", {name: (text,) for name, text in one.items()}) for one in groups]
            server.catalogue.create_item(held, groups=actors)
            server.catalogue.create_collection("-", fields=held, groups=actors)
        yield server


@pytest.fixture(scope="module")
def ask(server: VidispineServer) -> Iterator[Callable[..., list[int]]]:
    import requests

    with requests.Session() as session:
        session.trust_env = False
        session.auth = (server.user, server.password)

        def put(kind: str, document: dict[str, Any], *, as_xml: bool) -> list[int]:
            url = f"{server.url}/API/{kind}"
            headers = {"Accept": "application/json"}
            if as_xml:
                body = f'<ItemSearchDocument xmlns="{NS}">{_xml(document)}</ItemSearchDocument>'
                headers["Content-Type"] = "application/xml"
                answer = session.put(url, data=body, headers=headers, timeout=60)
            else:
                answer = session.put(url, json=document, headers=headers, timeout=60)
            assert answer.status_code == 200, answer.text
            assert answer.json()["hits"] == len(answer.json()[kind])
            return sorted(int(one["id"][3:]) - 1 for one in answer.json()[kind])

        yield put


ATTRIBUTES = ("operation", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def _xml(node: dict[str, Any]) -> str:
    return "".join(
        _element(key, one)
        for key, held in node.items()
        if key not in ATTRIBUTES
        for one in (held if isinstance(held, list) else [held])
    )


def _element(key: str, held: Any) -> str:
    if isinstance(held, str):
        return f"<{key}>{escape(held)}</{key}>"
    attributes = "".join(f' {name}="{_attribute(held[name])}"' for name in ATTRIBUTES if name in held)
    inner = escape(held["value"]) if isinstance(held.get("value"), str) else _xml(held)
    return f"<{key}{attributes}>{inner}</{key}>"


def _attribute(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents, as_xml=st.booleans(), kind=st.sampled_from(["item", "collection"]))
def test_a_search_finds_what_its_document_holds_for(
    ask: Callable[..., list[int]], document: dict[str, Any], as_xml: bool, kind: str
) -> None:
    wanted = [
        number
        for number, (held, groups) in enumerate(ITEMS)
        if holds(document, _everything(held, groups, kind), groups)
    ]
    assert ask(kind, document, as_xml=as_xml) == wanted


def _everything(
    held: dict[str, tuple[str, ...]], groups: list[dict[str, str]], kind: str
) -> list[dict[str, tuple[str, ...]]]:
    """All fields, those in groups included; a collection has its name besides."""
    named = {"title": ("-",)} if kind == "collection" else {}
    return [held, named, *({name: (text,) for name, text in one.items()} for one in groups)]
