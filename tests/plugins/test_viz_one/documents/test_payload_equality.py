"""When payloads are equal: what an application may not write again, and what it must."""

from __future__ import annotations

import pytest

from flowhost_plugins.viz_one.documents import Payload

HEAD = '<payload xmlns="http://www.vizrt.com/types" model="m" xmlns:x="urn:x">'


def payload(inner: str) -> Payload:
    return Payload(f"{HEAD}{inner}</payload>")


A, B = '<field name="a"><value>1</value></field>', '<field name="b"><value>2</value></field>'
ROW = '<payload><field name="c"><value>{}</value></field></payload>'


def rows(*texts: str) -> str:
    return f'<field name="l"><list>{"".join(ROW.format(each) for each in texts)}</list></field>'


SAME = {
    "order of fields": (A + B, B + A),
    "white space": (A + B, f"\n {A}\n {B} "),
    "comments": (A, f"<!-- c -->{A.replace('1<', '1<!-- d --><')}"),
    "an empty field": (A, f'{A}<field name="b"/>'),
    "an empty value": ('<field name="a"/>', '<field name="a"><value/></field>'),
    "an empty list": ('<field name="a"/>', '<field name="a"><list/></field>'),
    "nested order": (f'<field name="n">{A}{B}</field>', f'<field name="n">{B}{A}</field>'),
    "nested empty": ("", '<field name="n"><field name="a"/></field>'),
    "order in a row": (
        f'<field name="l"><list><payload>{A}{B}</payload></list></field>',
        f'<field name="l"><list><payload>{B}{A}</payload></list></field>',
    ),
    "a row's model": (rows("1"), rows("1").replace("<payload>", '<payload model="m">')),
    "prefixes in XML": (
        '<field name="a"><value><x:y x:z="1"/></value></field>',
        '<field name="a"><value> <q:y xmlns:q="urn:x" q:z="1"/></value></field>',
    ),
    "comments in XML": (
        '<field name="a"><value><x:y>1<x:z/>2</x:y></value></field>',
        '<field name="a"><value><x:y><!-- a -->1<x:z/><!-- b -->2<!-- c --></x:y></value></field>',
    ),
    "the namespace": (A, A.replace("<field", '<field xmlns="http://www.escenic.com/types"')),
    "an origin": (A, A.replace("<value>", '<value origin="http://one.test/d/1">')),
}
DIFFERENT = {
    "a value": (A, A.replace("1<", "2<")),
    "white space in a value": (A, A.replace("1<", "1 <")),
    "a name": (A, A.replace('"a"', '"b"')),
    "one more": (A, A + B),
    "the same twice": (A, A + A),
    "order of rows": (rows("1", "2"), rows("2", "1")),
    "number of rows": (rows("1"), rows("1", "1")),
    "an empty row": (rows("1"), rows("1").replace("</list>", "<payload/></list>")),
    "an annotation": (A, A.replace("</value>", '</value><annotation by="me"/>')),
    "an annotation of an empty field": ("", '<field name="a"><annotation by="me"/></field>'),
    "something unknown": (A, f"{A}<x:more/>"),
    "something unknown in it": (f"{A}<x:more/>", f"{A}<x:more>1</x:more>"),
    "text and XML": (
        '<field name="a"><value>y</value></field>',
        '<field name="a"><value><y/></value></field>',
    ),
    "text beside XML": (
        '<field name="a"><value><y/></value></field>',
        '<field name="a"><value>z<y/></value></field>',
    ),
    "an attribute in XML": (
        '<field name="a"><value><x:y/></value></field>',
        '<field name="a"><value><x:y z="1"/></value></field>',
    ),
    "a list and its row's text": (rows("1"), '<field name="l"><value>1</value></field>'),
    "an attribute of a row": (rows("1"), rows("1").replace("<payload>", '<payload x:id="1">')),
    "an attribute of a field": (A, A.replace("<field", '<field x:id="1"')),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_these_are_the_same(one: str, other: str) -> None:
    assert payload(one) == payload(other)
    assert payload(other) == payload(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_these_are_different(one: str, other: str) -> None:
    assert payload(one) != payload(other)
    assert payload(other) != payload(one)


def test_another_model_is_another_payload() -> None:
    assert Payload(model="a") != Payload(model="b")


def test_something_else_is_no_payload() -> None:
    assert Payload() != "payload"
    with pytest.raises(TypeError):
        hash(Payload())


def test_setting_what_is_there_changes_nothing() -> None:
    one = payload(A.replace("<value>", '<value unknown="kept">') + rows("1"))
    before = one.generate()
    one.set("a", 1)
    one.set("l", [{"c": "1"}])
    assert one.generate() == before


def test_setting_the_same_again_is_no_difference_after_a_server_left_it_out() -> None:
    worked, fetched = payload(A), payload(A)
    worked.set("b", None)
    worked.set("c", "")
    worked.set("d", [])
    assert worked == fetched


@pytest.mark.parametrize(
    ("value", "got"), [(None, None), ("", ""), ([], []), ({}, None), ([{}], [Payload()])]
)
@pytest.mark.parametrize(
    "before", ["<field name='a'/>", "<field name='a'><value/></field>", "<field name='a'><list/></field>", ""]
)
def test_each_way_of_having_no_value_is_kept_apart_when_it_is_set(
    before: str, value: object, got: object
) -> None:
    one = Payload(f"<payload xmlns='http://www.vizrt.com/types'>{before}</payload>")
    one.set("a", value)
    assert Payload(one.generate()).get("a") == got
