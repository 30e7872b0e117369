"""Payloads of any shape: what is written is what is read."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from flowhost_plugins.viz_one.documents import DocumentError, Item, Payload

TYPES, ESCENIC = "http://www.vizrt.com/types", "http://www.escenic.com/types"

text = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r")
)
names = st.text("abcd.", min_size=1, max_size=4)
unknown = st.sampled_from(["urn:x", "http://www.w3.org/2005/Atom", ""])


def tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


@st.composite
def foreign(draw: st.DrawFn, depth: int = 2) -> etree._Element:
    """An element of somebody else's, of any namespace or none."""
    element = etree.Element(tag(draw(unknown), draw(st.sampled_from("pq"))))
    element.text = draw(text)
    for name in draw(st.lists(st.sampled_from(["i", "{urn:x}j"]), max_size=2, unique=True)):
        element.set(name, draw(text))
    if depth:
        element.extend(draw(st.lists(foreign(depth - 1), max_size=2)))
    return element


@st.composite
def contents(draw: st.DrawFn, namespace: str, depth: int) -> list[etree._Element]:
    """What is in a field."""
    kind = draw(st.sampled_from(["empty", "text", "xml", *(["list", "nested"] if depth else [])]))
    if kind == "nested":
        return draw(
            st.lists(
                field(namespace, depth - 1), min_size=1, max_size=3, unique_by=lambda each: each.get("name")
            )
        )
    if kind == "list":
        listing = etree.Element(tag(namespace, "list"))
        listing.extend(draw(st.lists(container(namespace, depth - 1), max_size=3)))
        return [listing]
    if kind == "empty":
        return []
    value = etree.Element(tag(namespace, "value"))
    if kind == "text":
        value.text = draw(text)
    else:
        value.append(draw(foreign()))
    return [value]


@st.composite
def field(draw: st.DrawFn, namespace: str, depth: int) -> etree._Element:
    element = etree.Element(tag(namespace, "field"), name=draw(names))
    element.extend(draw(contents(namespace, depth)))
    if draw(st.booleans()):
        etree.SubElement(element, tag(namespace, "annotation"), by=draw(text))
    return element


@st.composite
def container(draw: st.DrawFn, namespace: str, depth: int) -> etree._Element:
    prefix = draw(st.sampled_from([None, "vdf", "atom"]))
    element = etree.Element(tag(namespace, "payload"), nsmap={prefix: namespace})
    element.extend(
        draw(st.lists(field(namespace, depth), max_size=4, unique_by=lambda each: each.get("name")))
    )
    element.extend(draw(st.lists(foreign(), max_size=1)))
    return element


def clean(element: etree._Element, parent: etree._Element | None = None) -> etree._Element:
    """The same tree, made from its root on: lxml can mix up prefixes when it moves elements."""
    make = etree.Element if parent is None else lambda *args: etree.SubElement(parent, *args)
    own = {element.prefix: element.nsmap[element.prefix]} if element.prefix in element.nsmap else {}
    twin = make(element.tag, dict(element.attrib), own if etree.QName(element).namespace else {None: ""})
    twin.text = element.text
    for child in element:
        clean(child, twin)
    return twin


payloads = (
    st.sampled_from([TYPES, ESCENIC])
    .flatmap(lambda namespace: container(namespace, 2))
    .map(clean)
    .map(Payload)
)


def shape(element: etree._Element) -> Any:
    """The tree without prefixes: names, attributes, texts, children."""
    children = [(shape(child), child.tail or "") for child in element]
    return element.tag, dict(element.attrib), element.text or "", children


@settings(max_examples=60)
@given(payloads)
def test_reading_what_was_written_gives_the_same(payload: Payload) -> None:
    again = Payload(payload.generate())
    assert shape(again.element) == shape(payload.element)
    assert again == payload


@settings(max_examples=60)
@given(payloads, st.sampled_from(["default", "prefixed"]))
def test_the_style_changes_prefixes_only(payload: Payload, style: Any) -> None:
    again = Payload(payload.generate(style=style))
    assert shape(again.element) == shape(payload.element)
    assert again == payload


@settings(max_examples=60)
@given(payloads)
def test_a_payload_within_an_item_stays_what_it_is(payload: Payload) -> None:
    item, expected = Item(), shape(payload.element)
    item.metadata = payload
    again = Item(item.generate()).metadata
    assert again is not None
    assert shape(again.element) == expected


def shuffled(element: etree._Element, randomly: random.Random) -> None:
    """Fields in another order, here and below; rows as they are."""
    fields = [each for each in element if etree.QName(each).localname == "field"]
    randomly.shuffle(fields)
    element.extend(fields)
    for each in element.iter("{*}payload", "{*}field"):
        if each is not element and etree.QName(each).localname in ("payload", "field"):
            inner = [child for child in each if etree.QName(child).localname == "field"]
            randomly.shuffle(inner)
            each.extend(inner)


@settings(max_examples=60)
@given(payloads, st.randoms(use_true_random=False))
def test_the_order_of_fields_does_not_count(payload: Payload, randomly: random.Random) -> None:
    twin = payload.copy()
    shuffled(twin.element, randomly)
    assert twin == payload
    assert Payload(twin.generate(style="prefixed")) == payload


@settings(max_examples=60)
@given(payloads, text)
def test_one_changed_value_counts(payload: Payload, new: str) -> None:
    twin = payload.copy()
    for name in payload.names():
        value = payload.get(name)
        twin.set(name, new)
        unchanged = (value == new) if isinstance(value, str) else not has_value(value) and not new
        assert (twin == payload) is unchanged
        twin = payload.copy()


def has_value(value: Any) -> bool:
    """Whether there is anything in what a field contains."""
    if isinstance(value, list):
        return bool(value)
    if isinstance(value, Payload):
        return value != Payload(model=value.model)
    return value is not None


@settings(max_examples=60)
@given(payloads)
def test_setting_each_field_to_what_it_is_changes_nothing(payload: Payload) -> None:
    twin = payload.copy()
    for name in twin.names():
        twin.set(name, twin.get(name))
    assert twin == payload


scalars = text | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.dates()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(st.dictionaries(names, inner, max_size=3), max_size=3)
        | st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def plain(value: Any) -> Any:
    """What `get` gives, as lists and dicts of texts."""
    if isinstance(value, list):
        return [plain(row) for row in value]
    return {name: plain(value.get(name)) for name in value.names()} if isinstance(value, Payload) else value


def texts(value: Any) -> Any:
    """What was set, as `get` should give it."""
    if isinstance(value, list):
        return [texts(row) for row in value]
    if isinstance(value, dict):
        return {name: texts(each) for name, each in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else (value.isoformat() if hasattr(value, "isoformat") else value)


def agree(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(agree, got, wanted))
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(agree(got[name], wanted[name]) for name in wanted)
    if isinstance(wanted, (int, float)):
        return type(wanted)(got) == wanted and "e" not in got.lower()
    return bool(got == wanted)


@given(st.dictionaries(names, values, max_size=4))
def test_what_is_set_is_what_is_got(fields: dict[str, Any]) -> None:
    payload = Payload(model="m")
    for name, value in fields.items():
        payload.set(name, value)
    again = Payload(payload.generate())
    assert agree(plain(again), texts(fields))


@given(st.text())
def test_any_text_is_kept_or_refused(anything: str) -> None:
    payload = Payload()
    try:
        payload.set("f", anything)
    except DocumentError:
        assert any(
            ord(each) < 32 or 0xD800 <= ord(each) < 0xE000 or ord(each) in (0xFFFE, 0xFFFF)
            for each in anything
        )
        return
    assert Payload(payload.generate()).get("f") == anything
