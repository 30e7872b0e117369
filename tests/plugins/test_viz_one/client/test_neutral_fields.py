"""Fields of the role in payloads: what is set is what is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one import Model, Payload
from flowhost_plugins.viz_one.client.neutral_fields import fields_of, revision_of, set_fields

MODEL = Model(
    b"""<model xmlns="http://www.vizrt.com/types"><schema>
    <fielddef name="a"/><fielddef name="b"/>
    <fielddef name="nested"><fielddef name="c"/></fielddef>
    <fielddef name="rows"><listdef><schema><fielddef name="d"/><fielddef name="e"/></schema></listdef></fielddef>
    </schema></model>"""
)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)
SINGLE = st.lists(TEXT, max_size=1)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "a": SINGLE,
        "b": SINGLE,
        "nested/c": SINGLE,
        "rows/d": st.lists(TEXT),
        "rows/e": st.lists(TEXT),
    },
)


def present(fields: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in fields.items() if values}


@given(FIELDS)
def test_what_is_set_is_read(fields: dict[str, list[str]]) -> None:
    for payload in (Payload(), MODEL.to_payload("http://one.test/form/x/r1")):
        set_fields(payload, fields, MODEL)
        assert fields_of(payload) == present(fields)
        assert fields_of(Payload(payload.generate())) == present(fields)


@given(FIELDS, FIELDS)
def test_what_is_not_set_stays(first: dict[str, list[str]], second: dict[str, list[str]]) -> None:
    payload = MODEL.to_payload()
    set_fields(payload, first, MODEL)
    set_fields(payload, second, MODEL)
    assert fields_of(payload) == present(first | second)


@given(FIELDS, FIELDS)
def test_a_revision_names_what_the_fields_are(
    first: dict[str, list[str]], second: dict[str, list[str]]
) -> None:
    one, two = Payload(), MODEL.to_payload("http://one.test/form/x/r1")
    set_fields(one, first, MODEL)
    set_fields(two, second, MODEL)
    assert (revision_of(one) == revision_of(two)) == (present(first) == present(second))
    assert revision_of(None) == revision_of(Payload())
