"""What payloads contain, and how they change."""

from __future__ import annotations

import pytest
from lxml import etree

from flowhost_plugins.viz_one.documents import DictionaryTerm, DocumentError, Item, Payload


def canonical(data: str | bytes) -> str:
    return etree.canonicalize(data.decode() if isinstance(data, bytes) else data)


def test_everything_is_read(payload_text: str) -> None:
    payload = Payload(payload_text)
    assert payload.model == "http://one.test/api/metadata/form/hubitem/r1"
    assert payload.form == "hubitem"
    assert payload.names() == [
        "asset.title", "asset.synopsis", "blank", "demo.people", "none", "place", "text",
    ]  # fmt: skip
    assert payload.get("asset.title") == "Sample"
    assert payload.get("asset.synopsis") is None
    assert payload.get("asset.synopsis", "no") == "no"
    assert payload.get("missing", "no") == "no"
    assert payload.get("blank") == ""
    assert [row.get("people.name") for row in payload.get("demo.people")] == ["Ada", "Bo"]
    assert payload.get("none") == []
    assert payload.get("place").get("city") == "Bergen"
    assert payload.get("text").tag == "{http://www.w3.org/1999/xhtml}div"
    assert "asset.synopsis" in payload
    assert "missing" not in payload


def test_it_is_written_as_it_was_read(payload_text: str) -> None:
    assert canonical(Payload(payload_text).generate()) == canonical(payload_text.strip())


def test_both_styles_mean_the_same(payload_text: str) -> None:
    payload = Payload(payload_text)
    plain, prefixed = payload.generate(style="default"), payload.generate(style="prefixed")
    assert b"<payload " in plain
    assert b"<vdf:payload " in prefixed
    assert b"<vdf:annotation" in prefixed
    assert Payload(plain) == Payload(prefixed) == payload
    for data in (plain, prefixed):
        assert etree.fromstring(data).tag == etree.fromstring(payload_text).tag
        assert b'x:own="1"' in data
        assert b'x:why="so"' in data
        assert b"<x:unknown" in data


def test_an_unknown_style_is_an_error() -> None:
    with pytest.raises(ValueError, match="style is 'fancy', expected one of default, prefixed"):
        Payload().generate(style="fancy")  # type: ignore[arg-type]  # that is the test


def test_setting_keeps_the_style_the_namespace_and_the_rest(payload_text: str) -> None:
    payload = Payload(payload_text)
    payload.set("asset.title", "New")
    payload.set("new.field", "x")
    payload.set("new.list", [{"a": 1}])
    payload.set("place", {"city": "Oslo"})
    root = etree.fromstring(payload.generate())
    inside = [each for each in root.iter("*") if not each.tag.startswith(("{urn:x}", "{http://www.w3"))]
    assert {etree.QName(each).namespace for each in inside} == {etree.QName(root).namespace}
    assert {each.prefix for each in inside} == {root.prefix}
    assert root[0][1].attrib == {"by": "me", "{urn:x}why": "so"}
    assert root[0][0].text == "New"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("asset.title", "Sample"),
        ("place/city", "Bergen"),
        ("demo.people/#1/people.name", "Bo"),
        ("demo.people/#2/people.name", "no"),
        ("demo.people/people.name", "no"),
        ("asset.title/more", "no"),
        ("asset.title/#0", "no"),
        ("text/b", "no"),
        ("missing/at/all", "no"),
        ("asset.synopsis", "no"),
    ],
)
def test_paths(payload_text: str, path: str, expected: str) -> None:
    assert Payload(payload_text).path(path, "no") == expected


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "empty step"),
        ("place/", "empty step"),
        ("place//city", "empty step"),
        ("demo.people/#one", "is no row"),
    ],
)
def test_a_path_that_is_none(payload_text: str, path: str, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        Payload(payload_text).path(path)


ORIGINS = [
    '<value origin="http://one.test/d/k">k</value>',
    '<value x:origin="http://one.test/d/k" xmlns:x="urn:x">k</value>',
    '<value>k</value><link xmlns="http://www.w3.org/2005/Atom" rel="origin" href="http://one.test/d/k"/>',
]


@pytest.mark.parametrize("inner", ORIGINS)
def test_a_dictionary_value_with_its_origin(inner: str) -> None:
    data = f"<payload xmlns='http://www.vizrt.com/types'><field name='a'>{inner}</field></payload>"
    payload, bare = Payload(data), Payload()
    bare.set("a", "k")
    assert payload.get("a") == "k"
    assert payload.term("a") == DictionaryTerm("k", href="http://one.test/d/k")
    assert payload == bare
    payload.set("a", DictionaryTerm("k"))
    assert payload.term("a").href == "http://one.test/d/k"
    payload.set("a", "other")
    assert payload.term("a") == DictionaryTerm("other")
    assert b"http://one.test/d/k" not in payload.generate()
    assert payload.term("missing") is None


def test_the_origin_is_written_where_a_site_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Payload, "origin_attribute", "origin")
    payload = Payload()
    payload.set("a", DictionaryTerm("k", "K", "http://one.test/d/k"))
    assert Payload(payload.generate()).term("a") == DictionaryTerm("k", href="http://one.test/d/k")


@pytest.mark.parametrize(
    ("model", "form"),
    [
        ("http://one.test/api/metadata/form/hubitem/r1", "hubitem"),
        ("http://one.test/api/metadata/form/hub%20item/r12?qId=1", "hub item"),
        ("http://one.test/models/plugin/r3", "plugin"),
        ("hubitem", "hubitem"),
        ("http://[one.test/form/hubitem", ""),
        ("", ""),
    ],
)
def test_the_name_of_the_form(model: str, form: str) -> None:
    assert Payload(model=model).form == form


def test_the_model_can_be_given_over_that_of_the_source(payload_text: str) -> None:
    assert Payload(payload_text, model="http://one.test/form/b/r1").form == "b"


def test_a_payload_in_an_item_follows_the_style_of_its_own() -> None:
    item = Item()
    item.metadata = Payload(model="m")
    assert item.metadata.generate(style="default").startswith(
        b"<?xml version='1.0' encoding='UTF-8'?>\n<payload "
    )


@pytest.mark.parametrize(
    ("opening", "closing", "depth"),
    [
        ("<field name='a'>", "</field>", 250),
        ("<field name='a'><list><payload>", "</payload></list></field>", 84),
    ],
)
def test_as_deep_as_xml_may_be(opening: str, closing: str, depth: int) -> None:
    inner = "<field name='a'><value>1</value></field>"
    data = f"<payload xmlns='http://www.vizrt.com/types'>{opening * depth}{inner}{closing * depth}</payload>"
    payload = Payload(data)
    for style in ("default", "prefixed"):
        assert Payload(payload.generate(style=style)) == payload
    other = Payload()
    other.set("a", payload.get("a"))
    assert other == payload
    assert Payload(data.replace(">1<", ">2<")) != payload


def test_comments_and_instructions_survive_another_style() -> None:
    data = "<payload xmlns='http://www.vizrt.com/types'><!-- one --><?two three?><field name='a'/> tail</payload>"
    for style in ("default", "prefixed"):
        written = Payload(data).generate(style=style)
        assert b"<!-- one --><?two three?>" in written
        assert b"/> tail</" in written


def test_attributes_of_a_row_come_along_but_not_its_model() -> None:
    rows = Payload(
        "<payload xmlns='http://www.vizrt.com/types' xmlns:x='urn:x' model='m'>"
        "<field name='l'><list><payload x:id='7' model='n'/></list></field></payload>"
    )
    other = Payload(model="o")
    other.set("l", rows.get("l"))
    row = other.get("l")[0]
    assert (row.model, row.element.get("{urn:x}id")) == ("o", "7")


def test_a_payload_shows_its_form_and_fields() -> None:
    payload = Payload(model="http://one.test/form/hubitem/r1")
    assert repr(payload) == "<Payload of hubitem: no fields>"
    payload.set("a", 1)
    assert repr(payload) == "<Payload of hubitem: a>"
