"""Models of forms, and payloads made from them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from flowhost_plugins.viz_one.documents import Choice, DocumentError, FieldDefinition, Model, Payload

SAMPLE = """
<{p}model xmlns{c}="{ns}"><{p}schema>
  <{p}fielddef name="asset.title" label="Title" mediatype="text/plain" xsdtype="string"/>
  <{p}fielddef name="asset.retentionDate" label="Keep until" mediatype="text/plain" xsdtype="date"/>
  <{p}fielddef name="asset.kind" label="Kind" xsdtype="string"><{p}value>raw</{p}value>
    <{p}choice value="raw" label="Raw"/><{p}choice>cut</{p}choice></{p}fielddef>
  <{p}fielddef name="grade"><{p}choice><{p}alternative value="a">Good</{p}alternative><{p}alternative value="b"/></{p}choice></{p}fielddef>
  <{p}fielddef name="demo.people" label="People"><{p}listdef><{p}schema>
    <{p}fielddef name="people.name" label="Name" mediatype="text/plain" xsdtype="string"/>
  </{p}schema><{p}minimumcount>1</{p}minimumcount><{p}maximumcount>5</{p}maximumcount></{p}listdef></{p}fielddef>
  <{p}fielddef name="demo.tags"><{p}listdef minimumcount="0"><{p}schema><{p}fielddef name="tag"/></{p}schema></{p}listdef>
    <{p}list><{p}payload><{p}field name="tag"><{p}value>new</{p}value></{p}field></{p}payload></{p}list></{p}fielddef>
  <{p}fielddef name="place"><{p}fielddef name="city"><{p}value>Bergen</{p}value></{p}fielddef><{p}fielddef name="zip"/></{p}fielddef>
  <hint xmlns="http://www.vizrt.com/interface-hints">wide</hint>
</{p}schema><{p}schema><{p}fielddef name="second"/></{p}schema></{p}model>
"""
TYPES, ESCENIC = "http://www.vizrt.com/types", "http://www.escenic.com/types"
URL = "http://one.test/api/metadata/form/hubitem/r1"


@pytest.fixture(
    params=[("", "", TYPES), ("v:", ":v", TYPES), ("", "", ESCENIC)], ids=["default", "prefixed", "old"]
)
def text(request: pytest.FixtureRequest) -> str:
    prefix, colon, namespace = request.param
    return SAMPLE.format(p=prefix, c=colon, ns=namespace)


def test_the_fields_of_the_first_schema(text: str) -> None:
    assert Model(text).fields == [
        FieldDefinition("asset.title", "Title", "string", "text/plain"),
        FieldDefinition("asset.retentionDate", "Keep until", "date", "text/plain"),
        FieldDefinition("asset.kind", "Kind", "string", choices=(Choice("raw", "Raw"), Choice("cut", "cut"))),
        FieldDefinition("grade", choices=(Choice("a", "Good"), Choice("b", "b"))),
        FieldDefinition(
            "demo.people", "People", minimum=1, maximum=5,
            list_of=(FieldDefinition("people.name", "Name", "string", "text/plain"),),
        ),
        FieldDefinition("demo.tags", list_of=(FieldDefinition("tag"),), minimum=0),
        FieldDefinition("place", nested=(FieldDefinition("city"), FieldDefinition("zip"))),
    ]  # fmt: skip


def test_a_payload_has_every_field_with_its_default(text: str) -> None:
    payload = Payload(Model(text).to_payload(URL).generate())
    assert (payload.model, payload.form) == (URL, "hubitem")
    assert payload.names() == [
        "asset.title", "asset.retentionDate", "asset.kind", "grade", "demo.people", "demo.tags", "place",
    ]  # fmt: skip
    assert payload.get("asset.title") is None
    assert payload.get("asset.kind") == "raw"
    assert payload.get("demo.people") == []
    assert payload.path("demo.tags/#0/tag") == "new"
    assert payload.path("place/city") == "Bergen"
    assert payload.get("place").names() == ["city", "zip"]


def test_the_url_of_the_response_is_the_model_of_its_payloads(text: str) -> None:
    model = Model(SimpleNamespace(content=text.encode(), url=URL, headers={}))
    assert model.to_payload().model == URL
    assert model.copy().to_payload().model == URL
    assert model.to_payload("http://one.test/other").model == "http://one.test/other"
    model.parse(text)
    assert model.to_payload().model == ""


def test_two_payloads_of_a_model_are_equal_and_apart(text: str) -> None:
    model = Model(text)
    one, other = model.to_payload(URL), model.to_payload(URL)
    assert one == other
    one.get("demo.tags")[0].set("tag", "changed")
    assert one != other == model.to_payload(URL)


def test_a_field_by_its_name(text: str) -> None:
    assert Model(text).field("asset.title").label == "Title"
    with pytest.raises(
        DocumentError, match=r"the form has no field 'asset.titel'; did you mean 'asset.title'\?"
    ):
        Model(text).field("asset.titel")


def test_a_model_without_a_schema_has_no_fields() -> None:
    assert Model().fields == []
    assert Model().to_payload("m") == Payload(model="m")
