"""URL templates."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one.documents import DocumentError, UrlTemplate

BASE = "http://one.test"


@pytest.mark.parametrize(
    ("template", "values", "url"),
    [
        ("/a", {}, "/a"),
        ("/a?b=c", {}, "/a?b=c"),
        ("/a?q={q}", {"q": "x y&z=ö/"}, "/a?q=x%20y%26z%3D%C3%B6%2F"),
        ("/a/{id}", {"id": "a/b"}, "/a/a%2Fb"),
        ("/a/{id}?x={y?}", {"id": "1"}, "/a/1"),
        ("/a?x={y?}&z=1", {}, "/a?z=1"),
        ("/a?x={y?}&z=1", {"y": ""}, "/a?x=&z=1"),
        ("/a?x={y?}&z=1", {"y": None}, "/a?z=1"),
        ("/a?x={y?},{z?}", {"z": "1"}, "/a?x=,1"),
        ("/a/{y?}/b", {}, "/a//b"),
        (
            "/c/{id}?application={vizid:application?}",
            {"id": "k", "vizid:application": "flow"},
            "/c/k?application=flow",
        ),
        (
            "/c/{id}?application={vizid:application?}",
            {"id": "k", "application": "flow"},
            "/c/k?application=flow",
        ),
        ("/{a?}?b={c?}", {}, "/"),
        ("/a?b={c}&b={c}", {"c": "1"}, "/a?b=1&b=1"),
        ("/a?b={c?}", {"c": "{d}"}, "/a?b=%7Bd%7D"),
        ("/a?b={c?}", {"unknown": "1"}, "/a"),
        ("/a?b={0?}", {"0": "0"}, "/a?b=0"),
    ],
)
def test_expanding(template: str, values: dict[str, str | None], url: str) -> None:
    assert UrlTemplate(BASE + template).expand(values) == BASE + url


def test_what_is_required_and_missing_is_an_error() -> None:
    with pytest.raises(DocumentError, match=r"needs a value for 'searchTerms'; did you mean 'searchTerm'\?"):
        UrlTemplate("http://one.test/?q={searchTerms}").expand({"searchTerm": "x"})
    with pytest.raises(DocumentError, match="needs a value for 'id'"):
        UrlTemplate("http://one.test/{id}").expand({"id": None})


def test_the_names_of_a_template() -> None:
    template = UrlTemplate("/{id}/{a:b?}?c={d}&e={id}")
    assert (template.names, template.required) == (["id", "a:b", "d"], ["id", "d"])
    assert template == UrlTemplate(template.text)
    assert hash(template) == hash(UrlTemplate(template.text))
    assert repr(template) == f"UrlTemplate({template.text!r})"


@given(st.dictionaries(st.sampled_from("abcd"), st.text(st.characters(codec="utf-8"))))
def test_any_text_arrives_as_it_was(values: dict[str, str]) -> None:
    template = UrlTemplate("http://one.test/x?fixed=1&a={a?}&b={b?}&c={p:c?}&d={d?}")
    found = parse_qsl(urlsplit(template.expand(values)).query, keep_blank_values=True, strict_parsing=True)
    assert dict(found) == {"fixed": "1", **values}
