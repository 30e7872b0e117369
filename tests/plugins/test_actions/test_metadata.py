"""``set-metadata`` and ``set-tags``: what is changed, and what others do meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flowhost import Conflict, Permanent, Template, UndefinedTag
from flowhost_plugins.actions import SetMetadata, SetTags


def templates(*texts: str) -> tuple[Template, ...]:
    return tuple(Template(text) for text in texts)


def test_fields_are_set_and_others_stay(library: Any, engine: Any) -> None:
    item = library.add_item(title="Night train", genre="old", country="SE")
    action = SetMetadata(
        fields={"genre": templates("Film: ${title}"), "group/code": templates("a", "b")}, assets=library
    )
    outcome = engine.take(action, item)
    assert outcome.state == "done"
    assert outcome.reason == "set genre = Film: Night train; group/code = a, b"
    assert library.item(item).fields == {
        "genre": ("Film: Night train",),
        "country": ("SE",),
        "group/code": ("a", "b"),
    }


def test_one_tag_alone_takes_all_its_values(library: Any, engine: Any) -> None:
    item = library.add_item(cast=("Ann", "Bo"))
    engine.take(SetMetadata(fields={"people": templates("${cast}")}, assets=library), item)
    assert library.item(item).fields["people"] == ("Ann", "Bo")


@pytest.mark.parametrize("empty", [None, (), templates(""), templates("${nobody:-}")])
def test_an_empty_value_leaves_the_field(library: Any, engine: Any, empty: Any) -> None:
    item = library.add_item(genre="old")
    outcome = engine.take(SetMetadata(fields={"genre": empty, "x": templates("y")}, assets=library), item)
    assert library.item(item).fields == {"genre": ("old",), "x": ("y",)}
    assert outcome.reason == "set x = y"


def test_a_cleared_field_is_removed(library: Any, engine: Any) -> None:
    item = library.add_item(genre="old", note="n")
    action = SetMetadata(clear=("note", "nothing"), assets=library)
    assert action.plan(engine.context(item)) == "removed note"
    assert engine.take(action, item).reason == "removed note"
    assert library.item(item).fields == {"genre": ("old",)}


def test_nothing_is_written_when_nothing_changes(library: Any, engine: Any) -> None:
    item = library.add_item(genre="new")
    action = SetMetadata(fields={"genre": templates("new")}, assets=library)
    assert engine.take(action, item).reason == "nothing to change"
    assert action.plan(engine.context(item)) == ""
    assert library.calls == []


def test_somebody_else_was_first(library: Any, engine: Any) -> None:
    item = library.add_item(keywords=("a",))
    library.disturb = [lambda: library.set_metadata(item, {"keywords": ("a", "theirs")})]
    engine.take(SetTags(field="keywords", add=templates("ours"), assets=library), item)
    assert library.item(item).fields["keywords"] == ("a", "theirs", "ours")


def test_somebody_else_is_always_first(library: Any, engine: Any) -> None:
    item = library.add_item()
    library.disturb = [lambda: library.set_metadata(item, {"x": ("1",)})] * 30
    with pytest.raises(Conflict):
        engine.take(SetMetadata(fields={"genre": templates("new")}, assets=library), item)


def test_an_undefined_tag_changes_nothing(library: Any, engine: Any) -> None:
    item = library.add_item()
    action = SetMetadata(fields={"a": templates("1"), "genre": templates("${nobody}")}, assets=library)
    with pytest.raises(UndefinedTag, match=r"there is no value for \$\{nobody\}"):
        engine.take(action, item)
    assert library.item(item).fields == {}


def test_tags_are_added_once_and_removed(library: Any, engine: Any) -> None:
    item = library.add_item(keywords=("a", "b", "a"), title="T")
    action = SetTags(
        field="keywords", add=templates("c", "${title}", "a"), remove=templates("b"), assets=library
    )
    assert engine.take(action, item).reason == "set keywords = a, c, T"
    assert engine.take(action, item).reason == "nothing to change"


def test_the_last_tag_that_is_removed_removes_the_field(library: Any, engine: Any) -> None:
    item = library.add_item(keywords=("a",))
    assert (
        engine.take(SetTags(field="keywords", remove=templates("a"), assets=library), item).reason
        == "removed keywords"
    )


def test_what_cannot_be_meant(library: Any) -> None:
    with pytest.raises(ValueError, match="it names no field; expected 'fields'"):
        SetMetadata(assets=library)
    with pytest.raises(ValueError, match="the field 'a' is in 'fields' and in 'clear'"):
        SetMetadata(fields={"a": templates("x")}, clear=("a",), assets=library)
    with pytest.raises(ValueError, match="it changes nothing"):
        SetTags(field="a", assets=library)


@pytest.mark.parametrize("item", [None, "VX-99"])
def test_there_is_no_item(library: Any, engine: Any, item: str | None) -> None:
    with pytest.raises(Permanent, match=r"the run is about no item|there is no item VX-99"):
        engine.take(SetMetadata(fields={"a": templates("x")}, assets=library), item)


@pytest.mark.parametrize(
    ("options", "after"),
    [
        ({"fields": {"genre": templates("${genre}, new")}}, {"genre": ("old, new",), "group/x": ("X",)}),
        (
            {"fields": {"genre": templates("${x}"), "group/x": templates("${genre}")}},
            {"genre": ("X",), "group/x": ("old",)},
        ),
        (
            {"fields": {"moved": templates("${genre}")}, "clear": ("genre",)},
            {"moved": ("old",), "group/x": ("X",)},
        ),
    ],
    ids=["longer", "swapped", "moved"],
)
def test_values_made_of_what_they_replace_are_recorded_first(
    library: Any, engine: Any, options: Any, after: dict[str, tuple[str, ...]]
) -> None:
    item = library.add_item(genre="old", **{"group/x": "X"})
    action = SetMetadata(**options, assets=library)
    recorded = action.act(engine.context(item))
    assert (recorded.state, library.calls) == ("waiting", [])
    memo = json.loads(json.dumps(recorded.memo))  # as the journal has it
    first = action.finish(engine.context(item, memo=memo), ())
    assert library.item(item).fields == after
    again = action.finish(engine.context(item, memo=memo), ())  # the end of the first was not seen
    assert (first.state, again.reason) == ("done", "nothing to change")
    assert library.item(item).fields == after


def test_tags_made_of_the_tags_there_are_recorded_first(library: Any, engine: Any) -> None:
    item = library.add_item(words=("one",))
    action = SetTags(
        field="words", add=templates("${words}, two"), remove=templates("${words}"), assets=library
    )
    memo = json.loads(json.dumps(action.act(engine.context(item)).memo))
    assert library.calls == []
    for reason in ("set words = one, two", "nothing to change"):
        assert action.finish(engine.context(item, memo=memo), ()).reason == reason
    assert library.item(item).fields == {"words": ("one, two",)}
