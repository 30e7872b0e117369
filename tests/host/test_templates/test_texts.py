"""Texts with tags: what they become for an item, and what is said when they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import flowhost
from flowhost import Place, Template, TemplateError, UndefinedTag

TAGS = {
    "title": "Åre in winter",
    "itemId": "VX-1",
    "words": ("snow", "ski"),
    "film/year": "1999",
    "empty": "",
    "none": None,
    "nothing": (),
    "holes": ("", "a", None, "b"),
    "number": 7,
}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("", ""),
        ("plain text, 100 $ and {braces}", "plain text, 100 $ and {braces}"),
        ("${title}", "Åre in winter"),
        ("${ title }", "Åre in winter"),
        ("<${title}|${itemId}>", "<Åre in winter|VX-1>"),
        ("${title}${title}", "Åre in winterÅre in winter"),
        ("${film/year}", "1999"),
        ("${words}", "snow, ski"),
        ("${holes}", "a, b"),
        ("${number}", "7"),
        ("${missing:-a default}", "a default"),
        ("${missing:-}", ""),
        ("${empty:-x}${none:-y}${nothing:-z}", "xyz"),
        ("${title:-x}", "Åre in winter"),
        ("${missing:-a:-b}", "a:-b"),
        ("$${title}", "${title}"),
        ("$${", "${"),
        ("$$${title}", "$${title}"),
        ("$title $$ $", "$title $$ $"),
        ("}${itemId}}", "}VX-1}"),
        ("line 1\n${itemId}\n", "line 1\nVX-1\n"),
    ],
)
def test_a_text_is_filled_in(text: str, rendered: str) -> None:
    assert Template(text).render(TAGS) == rendered


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("${words}", ("snow", "ski")),
        ("${title}", ("Åre in winter",)),
        ("${words} ", ("snow, ski ",)),
        ("${words}${itemId}", ("snow, skiVX-1",)),
        ("${missing:-x}", ("x",)),
        ("${missing:-}", ()),
        ("a, b", ("a, b",)),
        ("", ("",)),
    ],
)
def test_one_tag_alone_has_all_its_values(text: str, values: tuple[str, ...]) -> None:
    assert Template(text).values(TAGS) == values


def test_it_knows_its_tags() -> None:
    assert Template("${title} $${no} ${film/year:-x} ${title}").names == {"title", "film/year"}


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("a ${title", 12, "has a tag without end: expected '}' after '${title'"),
        ("${", 10, "has a tag without end: expected '}' after '${'"),
        ("${a ${title}", 10, "has a tag without end"),
        ("${a:-${title}}", 10, "has a tag without end"),
        ("xyz ${}", 14, "has a tag without a name; expected e.g. ${title}"),
        ("${ }", 10, "has a tag without a name"),
        ("${:-x}", 10, "has a tag without a name"),
        ("${a\nb}", 10, r"has a tag with the name 'a\nb'"),
        ("${{title}}", 10, "has a tag with the name '{title'"),
    ],
)
def test_a_text_that_cannot_be_read(text: str, column: int, reason: str) -> None:
    with pytest.raises(TemplateError) as raised:
        Template(text, Place("rule.yaml", 3, 10))
    assert raised.value.reason.startswith(reason)
    assert raised.value.place == Place("rule.yaml", 3, column)
    assert str(raised.value).startswith(f"rule.yaml:3:{column}: the text ")


def test_on_later_lines_the_line_is_told() -> None:
    with pytest.raises(TemplateError) as raised:
        Template("first\nsecond\n  ${", Place("rule.yaml", 3, 10))
    assert raised.value.place == Place("rule.yaml", 5)


@pytest.mark.parametrize("name", ["missing", "none", "nothing", "empty"])
def test_a_tag_without_value_is_an_error(name: str) -> None:
    template = Template(f"a ${{{name}}}", Place("rule.yaml", 3, 10))
    for use in (template.render, template.values, template.path):
        with pytest.raises(UndefinedTag) as raised:
            use(TAGS)
        assert isinstance(raised.value, flowhost.Permanent)
        assert str(raised.value).startswith(
            f"rule.yaml:3:10: there is no value for ${{{name}}}: item VX-1 has none"
        )


def test_a_misspelt_tag_is_recognised() -> None:
    with pytest.raises(UndefinedTag, match=r"there is no value for \$\{tilte\}: .*; did you mean 'title'\?"):
        Template("${tilte}").render(TAGS)
    with pytest.raises(
        UndefinedTag, match=r"^there is no value for \$\{x\}: the run is about no item that has one$"
    ):
        Template("${x}").render({})


def test_texts_are_values() -> None:
    assert Template("a", Place("x", 1, 1)) == Template("a")
    assert len({Template("a"), Template("a"), Template("b")}) == 2
    assert Template("a") != flowhost.PathTemplate("a")
    assert Template("a") != "a"
    assert str(Template("${a}")) == "${a}"


no_marks = st.text(st.characters(blacklist_characters="$"))


@given(st.lists(st.one_of(no_marks, st.sampled_from([("title",), ("words",)]))))
def test_everything_else_stays_as_it_is(parts: list[Any]) -> None:
    text = "".join(f"${{{part[0]}}}" if isinstance(part, tuple) else part for part in parts)
    plain = {"title": "Åre in winter", "words": "snow, ski"}
    expected = "".join(plain[part[0]] if isinstance(part, tuple) else part for part in parts)
    assert Template(text).render(TAGS) == expected


@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    assert Template(text.replace("${", "$${")).render({}) == text


@given(st.text(st.sampled_from("${}:-a/ .\n")))
@example("$${${a}")
def test_a_text_is_read_or_refused_and_never_anything_else(text: str) -> None:
    try:
        template = Template(text)
    except TemplateError as error:
        assert error.reason
    else:
        assert isinstance(template.render(dict.fromkeys(template.names, "v")), str)


@given(st.text())
def test_a_value_is_never_read_as_a_text_with_tags(value: str) -> None:
    assert Template("<${x:-}>").render({"x": value, "title": "no"}) == f"<{value}>"
