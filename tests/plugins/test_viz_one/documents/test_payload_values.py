"""Values of each kind: set, got, refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from lxml import etree

from flowhost_plugins.viz_one.documents import DictionaryTerm, DocumentError, Payload


def canonical(data: str | bytes) -> str:
    return etree.canonicalize(data.decode() if isinstance(data, bytes) else data)


ROUND = [
    ("words", "words"),
    ("", ""),
    ("  two\nlines\t ", "  two\nlines\t "),
    ('<b> & "quotes" ]]>', '<b> & "quotes" ]]>'),
    ("carriage\r\nreturn\r", "carriage\r\nreturn\r"),
    ("\N{GRINNING FACE}\x85\u2028\ufeff", "\N{GRINNING FACE}\x85\u2028\ufeff"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-(10**30), "-1" + "0" * 30),
    (1.5, "1.5"),
    (1e-7, "0.0000001"),
    (1e22, "10000000000000000000000"),
    (Decimal("1.10"), "1.10"),
    (date(2024, 2, 29), "2024-02-29"),
    (time(1, 2, 3), "01:02:03"),
    (datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
    (datetime(2024, 1, 2, 3, 4, 5, 60, UTC), "2024-01-02T03:04:05.000060Z"),
    (datetime(2024, 1, 2, 1, tzinfo=timezone(timedelta(hours=2))), "2024-01-01T23:00:00Z"),
    (DictionaryTerm("key", "Label", "http://one.test/d/key"), "key"),
]


@pytest.mark.parametrize(("value", "expected"), ROUND, ids=[repr(value)[:40] for value, _ in ROUND])
def test_a_value_of_each_type(value: object, expected: str) -> None:
    payload = Payload()
    payload.set("f", "before")
    payload.set("f", value)
    assert Payload(payload.generate()).get("f") == expected
    assert Payload(payload.generate(style="prefixed")).get("f") == expected


def test_none_empties_a_field_and_leaves_its_annotation(payload_text: str) -> None:
    payload = Payload(payload_text)
    payload.set("asset.title", None)
    payload.set("brand.new", None)
    again = Payload(payload.generate())
    assert again.get("asset.title") is None
    assert "asset.title" in again
    assert "brand.new" in again
    assert b'by="me"' in payload.generate()


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, b"bytes", [1, 2], ["a"], [None], float("nan"), float("-inf"), Decimal("NaN")]
)
def test_what_a_payload_cannot_hold_is_an_error_and_changes_nothing(value: object) -> None:
    payload = Payload()
    payload.set("f", "old")
    with pytest.raises(DocumentError):
        payload.set("f", value)
    with pytest.raises(DocumentError):
        payload.set("g", value)
    assert payload.get("f") == "old"
    assert payload.names() == ["f"]


def test_the_error_names_the_field_the_type_and_what_is_expected() -> None:
    with pytest.raises(DocumentError, match="field 'f' cannot hold a set; expected text, a number"):
        Payload().set("f", set())
    with pytest.raises(DocumentError, match="a row of field 'f' is a int; expected a payload or a mapping"):
        Payload().set("f", [3])
    with pytest.raises(DocumentError, match="a field needs a name"):
        Payload().set("", "x")


@pytest.mark.parametrize("odd", ["\x07", "a\x00b", "\x1b[0m", "\ud800", "\ufffe"])
def test_control_characters_are_an_error_and_change_nothing(odd: str) -> None:
    payload = Payload()
    payload.set("f", "old")
    before = payload.generate()
    for name, value in [("f", odd), ("f", [{"a": odd}]), ("f", {"a": odd}), (odd, "x")]:
        with pytest.raises(DocumentError, match="which XML cannot hold; remove it"):
            payload.set(name, value)
    assert payload.generate() == before


def test_lists_from_mappings_and_payloads() -> None:
    row = Payload()
    row.set("a", 1)
    payload = Payload(model="http://one.test/form/x/r1")
    payload.set("rows", [row, {"a": "2", "b": None}, {"deep": [{"c": True}]}])
    row.set("a", "changed later")
    again = Payload(payload.generate())
    assert [each.get("a") for each in again.get("rows")] == ["1", "2", None]
    assert again.path("rows/#2/deep/#0/c") == "true"
    assert again.get("rows")[0].form == "x"


def test_rows_of_a_payload_can_be_changed_in_place() -> None:
    payload = Payload()
    payload.set("rows", [{"a": "1"}])
    payload.get("rows")[0].set("a", "2")
    assert Payload(payload.generate()).path("rows/#0/a") == "2"


def test_what_was_read_can_be_set_again(payload_text: str) -> None:
    payload = Payload(payload_text)
    for name in payload.names():
        payload.set(name, payload.get(name))
    assert payload == Payload(payload_text)
    other = Payload(model=payload.model)
    for name in payload.names():
        other.set(name, payload.get(name))
    for name in payload.names():
        if name != "text":
            assert canonical_value(other, name) == canonical_value(payload, name)
    assert other.get("text")[0].text == "you"


def canonical_value(payload: Payload, name: str) -> object:
    value = payload.get(name)
    if isinstance(value, list):
        return [{each: canonical_value(row, each) for each in row.names()} for row in value]
    return value.get("city") if isinstance(value, Payload) else value


def test_nested_fields() -> None:
    payload = Payload()
    payload.set("place", {"city": "Oslo", "at": {"lat": 1.5}})
    assert payload.path("place/at/lat") == "1.5"
    payload.get("place").set("city", "Bergen")
    assert Payload(payload.generate()).path("place/city") == "Bergen"
    alone = Payload(payload.get("place").generate())
    assert alone.names() == ["city", "at"]
    assert payload.get("place").copy() == alone


def test_a_row_that_is_copied_or_written_takes_its_model_along() -> None:
    payload = Payload(model="http://one.test/form/x/r1")
    payload.set("rows", [{"a": "1"}])
    row = payload.get("rows")[0]
    assert Payload(row.generate()).form == row.copy().form == "x"


def test_xml_values() -> None:
    payload = Payload()
    for xml in ("<plain a='1'>t<deep/></plain>", "<a:entry xmlns:a='http://www.w3.org/2005/Atom'/>"):
        element = etree.fromstring(xml)
        payload.set("x", element)
        element.set("changed", "later")
        for data in (
            payload.generate(),
            payload.generate(style="default"),
            payload.generate(style="prefixed"),
        ):
            assert canonical(etree.tostring(Payload(data).get("x"))) == canonical(
                etree.tostring(etree.fromstring(xml))
            )


def test_payloads_within_values_are_kept() -> None:
    inner = Payload(model="m")
    inner.set("a", "1")
    payload = Payload()
    payload.set("x", etree.fromstring("<w xmlns='urn:w'/>"))
    payload.get("x").append(etree.fromstring(inner.generate()))
    assert Payload(Payload(payload.generate()).get("x")[0]) == inner


def test_a_comment_in_a_value_is_no_text() -> None:
    payload = Payload(
        "<payload xmlns='http://www.vizrt.com/types'><field name='a'><value>one<!-- x --> two</value></field></payload>"
    )
    assert payload.get("a") == "one two"


def test_remove() -> None:
    payload = Payload()
    payload.set("a", "1")
    assert payload.remove("a")
    assert not payload.remove("a")
    assert payload.names() == []
