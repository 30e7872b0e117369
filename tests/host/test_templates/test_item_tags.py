"""What the tags of an item are."""

from __future__ import annotations

import pytest

import flowhost
from flowhost import Expression, Item, Template, item_tags

ITEM = Item(
    "VX-1",
    title="Winter",
    media_type="video",
    fields={
        "title": ("another",),
        "words": ("snow", "ski"),
        "film/year": ("1998", "1999"),
        "film/take/words": ("inner",),
        "film/take/camera": ("A",),
        "sound/camera": ("B", "C"),
        "empty": ("",),
        "film/empty": ("x",),
        "user": ("of the field",),
    },
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Winter"),
        ("itemId", "VX-1"),
        ("mediaType", "video"),
        ("originalFilename", "a.mxf"),
        ("user", "anna"),
        ("words", ("snow", "ski")),
        ("film/year", ("1998", "1999")),
        ("year", ("1999",)),
        ("camera", ("C",)),
        ("take/camera", ("A",)),
        ("film/take/words", ("inner",)),
        ("empty", ("x",)),
    ],
)
def test_a_tag_of_an_item(name: str, value: object) -> None:
    tags = item_tags(ITEM, {"originalFilename": "a.mxf", "user": "anna", "title": "no"})
    assert tags[name] == value
    assert name in tags


@pytest.mark.parametrize("name", ["", "missing", "film", "ear", "itemid", "/year"])
def test_what_an_item_does_not_have(name: str) -> None:
    tags = item_tags(ITEM)
    assert tags.get(name) is None
    assert name not in tags


def test_an_item_without_title_has_perhaps_a_field_of_it() -> None:
    assert item_tags(Item("VX-2", fields={"title": ("field",)}))["title"] == ("field",)
    assert "title" not in item_tags(Item("VX-2"))
    assert dict(item_tags(Item("VX-2"))) == {"itemId": "VX-2"}


def test_without_an_item_there_are_the_variables() -> None:
    assert dict(item_tags(None, {"user": "anna", "type": ""})) == {"user": "anna"}


def test_variables_are_asked_for_once_and_only_when_needed() -> None:
    asked: list[str] = []

    def variables() -> dict[str, str]:
        asked.append("asked")
        return {"originalFilename": "a.mxf"}

    tags = item_tags(ITEM, variables)
    assert Template("${title} ${itemId}").render(tags) == "Winter VX-1"
    assert asked == []
    assert Template("${originalFilename}, ${words}").render(tags) == "a.mxf, snow, ski"
    assert asked == ["asked"]


def test_every_name_that_is_told_has_a_value() -> None:
    tags = item_tags(ITEM, {"user": "anna"})
    told = {name: tags[name] for name in tags}
    assert len(told) == len(tags)
    assert {"title", "itemId", "mediaType", "user", "film/year", "year", "words"} <= set(told)


def test_expressions_can_look_into_them() -> None:
    tags = item_tags(ITEM)
    assert Expression("tags['title'] + tags.get('missing', '!')").value({"tags": tags}) == "Winter!"
    assert Expression("'year' in tags and 'x' not in tags").value({"tags": tags}) is True
    with pytest.raises(flowhost.ExpressionError):
        Expression("tags._fields").value({"tags": tags})


def test_a_missing_tag_names_the_item_and_what_is_like_it() -> None:
    with pytest.raises(flowhost.UndefinedTag, match=r"\$\{yaer\}: item VX-1 has none; did you mean 'year'\?"):
        Template("${yaer}").render(item_tags(ITEM))
