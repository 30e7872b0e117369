"""Documents between XML, JSON and what pages see, after the tables of forms."""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import pytest
from flowhost_devserver.vidispine import routes  # makes the forms of every topic known
from flowhost_devserver.vidispine.conforming import Unfit, read_json
from flowhost_devserver.vidispine.forms import DOCUMENTS, TYPES, add_forms
from flowhost_devserver.vidispine.xml_form import NAMESPACE, Unreadable, read_xml, write_xml
from hypothesis import strategies as st
from lxml import etree

DEEPEST = 3
EXAMPLES = 10

assert routes.ROUTES

scalars = {
    "text": st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8),
    "int": st.integers(-(2**63) + 1, 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
}


def documents(kind: str, depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of a type; moments are left out, which look different in XML and JSON."""
    keys = {key: _values(what, depth) for key, what in TYPES[kind].items() if _can_be(what, depth)}
    return st.fixed_dictionaries({}, optional=keys).map(lambda data: _with_text(kind, data))


def _can_be(what: str, depth: int) -> bool:
    inner = what.strip("@*")
    return inner in scalars or inner == "=" or (inner in TYPES and depth < DEEPEST)


def _values(what: str, depth: int) -> st.SearchStrategy[Any]:
    inner = what.strip("@*")
    one = (
        scalars["text" if inner == "=" else inner]
        if inner in {*scalars, "="}
        else documents(inner, depth + 1)
    )
    return st.lists(one, min_size=1, max_size=2) if what.endswith("*") else one


def _with_text(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """An element always has a text, if an empty one."""
    return {key: "" for key, what in TYPES[kind].items() if what == "="} | data


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_what_is_written_is_read_again(name: str) -> None:
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    @hypothesis.given(data=documents(DOCUMENTS[name]))
    def check(data: dict[str, Any]) -> None:
        assert read_xml(write_xml(name, data)) == (name, data)
        assert read_json(name, json.dumps(data).encode()) == data

    check()


def test_keys_that_a_form_does_not_have_stay_in_json_and_are_passed_over_in_xml() -> None:
    assert read_json("GroupDocument", b'{"groupName":"a","newer":{"x":[1]}}') == {
        "groupName": "a",
        "newer": {"x": [1]},
    }
    body = b"<GroupDocument newer='1'><newer>x</newer><groupName>a</groupName></GroupDocument>"
    assert read_xml(body) == ("GroupDocument", {"groupName": "a"})


def test_json_as_clients_write_it_is_brought_into_its_form() -> None:
    body = {
        "userName": 5,
        "disabled": "TRUE",
        "realName": None,
        "groupList": {"hits": "3", "group": {"groupName": ["a"]}},
        "metadata": "",
    }
    assert read_json("UserDocument", json.dumps(body).encode()) == {
        "userName": "5",
        "disabled": True,
        "groupList": {"hits": 3, "group": [{"groupName": "a"}]},
        "metadata": {},
    }
    values = b'{"timespan":{"field":{"name":"title","value":["a",{"value":1}]}}}'
    assert read_json("MetadataDocument", values)["timespan"][0]["field"][0]["value"] == [
        {"value": "a"},
        {"value": "1"},
    ]


@pytest.mark.parametrize(
    "body",
    [
        b'{"disabled":"perhaps"}',
        b'{"disabled":2}',
        b'{"groupList":{"hits":"many"}}',
        b'{"groupList":{"hits":99999999999999999999}}',
        b'{"groupList":[{},{}]}',
        b'{"groupList":"text"}',
        b'{"groupList":{"group":[["a"]]}}',
        b'{"userName":{}}',
        b'{"userName":"\\u0000"}',
        b"Infinity",
        b"null",
    ],
)
def test_json_that_is_not_of_its_form_is_told(body: bytes) -> None:
    with pytest.raises(Unfit) as told:
        read_json("UserDocument", body)
    assert str(told.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b"<UserDocument>",
        b"<Unknown/>",
        b"<!DOCTYPE UserDocument><UserDocument/>",
        b"<UserDocument disabled='perhaps'/>",
        b"<UserDocument><groupList><hits>many</hits></groupList></UserDocument>",
        b"<a>" * 1000 + b"</a>" * 1000,
    ],
)
def test_xml_that_is_no_document_is_told(body: bytes) -> None:
    with pytest.raises(Unreadable) as told:
        read_xml(body)
    assert str(told.value)


def test_xml_has_the_namespace_and_reads_without_it() -> None:
    written = write_xml("UserDocument", {"disabled": False, "userName": "a\x00\x01b", "realName": None})
    root = etree.fromstring(written)
    assert root.tag == f"{{{NAMESPACE}}}UserDocument"
    assert [child.tag for child in root] == [f"{{{NAMESPACE}}}userName"]
    assert (root.get("disabled"), root[0].text) == ("false", "ab")
    assert read_xml(b"<UserDocument><userName>a</userName></UserDocument>")[1] == {"userName": "a"}


def test_two_topics_cannot_have_a_form_of_one_name() -> None:
    with pytest.raises(ValueError, match="User"):
        add_forms({"User": {}}, {})
