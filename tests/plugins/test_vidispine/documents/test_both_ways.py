"""Documents that are read and printed: whatever is in them comes out again."""

from __future__ import annotations

import json
import typing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowhost_plugins.vidispine import documents
from flowhost_plugins.vidispine.documents import Document, read_xml, write_xml

EVERY = sorted(
    (
        one
        for one in (getattr(documents, name) for name in documents.__all__)
        if isinstance(one, type) and issubclass(one, Document)
    ),
    key=lambda one: one.__name__,
)
ROOTS = [one for one in EVERY if one.xml_root]
DEPTH = 2
QUICK = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
XML_TEXT = st.text(
    st.one_of(
        st.sampled_from("\t\n\r<>&\"' aZ€"),
        st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"),
    ),
    max_size=8,
)


class Making:
    """Makes documents of a kind in their JSON form, as a site would write them.

    Args:
        xml: only what XML can say, too.
    """

    def __init__(self, *, xml: bool) -> None:
        self.xml = xml
        self.text: st.SearchStrategy[str] = XML_TEXT if xml else st.text(max_size=8)
        self.least = 1 if xml else 0  # XML has no empty lists

    def document(self, kind: type[Document], depth: int) -> st.SearchStrategy[dict[str, Any]] | None:
        """A document; None: so deep down it cannot have what it must have."""
        kind.model_rebuild()
        required, optional = {}, {}
        for name, field in kind.model_fields.items():
            made = self.value(field.annotation, field.metadata, depth)
            if made is None and field.is_required():
                return None
            if made is not None:
                in_xml = self.xml and field.alias == kind.xml_text  # the text of an element is always there
                always = field.is_required() or field.default not in (None, "", []) or in_xml
                (required if always else optional)[field.alias or name] = made
        extra = {} if kind.xml_text else {"somethingNew": self.extra()}
        return st.fixed_dictionaries(required, optional={**optional, **extra, "@new": self.text})

    def extra(self) -> st.SearchStrategy[Any]:
        several = st.lists(self.text, min_size=2, max_size=3)
        return st.one_of(self.text, several, st.fixed_dictionaries({"inIt": self.text, "@as": self.text}))

    def value(self, hint: Any, metadata: typing.Sequence[Any], depth: int) -> st.SearchStrategy[Any] | None:
        """What may stand in a field; None: nothing, so deep down."""
        if typing.get_origin(hint) is typing.Annotated:
            hint, *metadata = typing.get_args(hint)
        arguments = typing.get_args(hint)
        origin = typing.get_origin(hint)
        if origin is typing.Literal:
            return st.sampled_from(arguments)
        if isinstance(hint, type) and issubclass(hint, Document):
            return self.document(hint, depth - 1) if depth else None
        if origin is list:
            return self.several(arguments[0], metadata, depth)
        if origin is dict and arguments[1] is not Any:
            inner = self.value(arguments[1], (), depth)
            return None if inner is None or self.xml else st.dictionaries(st.just("title"), inner)
        if origin is dict:
            return st.fixed_dictionaries({}, optional={"oneKey": self.extra()})
        if arguments:  # a union with None
            found = [self.value(one, (), depth) for one in arguments if one is not type(None)]
            return found[0]
        floats = st.floats(allow_nan=False, allow_infinity=False)
        plain: dict[Any, Any] = {str: self.text, bool: st.booleans(), int: st.integers(), float: floats}
        return plain.get(hint, self.extra())

    def several(self, hint: Any, metadata: typing.Sequence[Any], depth: int) -> st.SearchStrategy[Any] | None:
        inner = self.value(hint, (), depth)
        if inner is None:
            return None
        if any("Serializer" in type(one).__name__ for one in metadata):  # one alone is written so
            return st.one_of(inner, st.lists(inner, min_size=2, max_size=2))
        if self.xml and hint is Any:
            inner = self.text
        return st.lists(inner, min_size=self.least, max_size=2)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_what_is_read_from_json_is_printed_again(kind: type[Document]) -> None:
    @QUICK
    @given(Making(xml=False).document(kind, DEPTH))
    def check(data: dict[str, Any]) -> None:
        document = kind.from_json(json.loads(json.dumps(data)))
        assert document.to_json() == data
        assert kind.from_json(document.to_json()) == document

    check()


@pytest.mark.parametrize("kind", ROOTS, ids=lambda kind: kind.__name__)
def test_what_is_printed_as_xml_is_read_again(kind: type[Document]) -> None:
    @QUICK
    @given(Making(xml=True).document(kind, DEPTH))
    def check(data: dict[str, Any]) -> None:
        document = kind.from_json(data)
        again = read_xml(kind, write_xml(document))
        assert again.to_json() == data
        assert again == document

    check()


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_null_is_nothing(kind: type[Document]) -> None:
    @QUICK
    @given(Making(xml=False).document(kind, 1))
    def check(data: dict[str, Any]) -> None:
        keys = {field.alias or name for name, field in kind.model_fields.items()}
        nothing = dict.fromkeys(keys - data.keys()) | {"alsoNew": None}
        assert kind.from_json(data | nothing).to_json() == kind.from_json(data).to_json() == data

    check()
