"""Paths with tags: whatever an item says, they stay where the operator wanted them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost import PathTemplate, Place, Template, TemplateError

ROOT = Path("/storage/media")


@pytest.mark.parametrize(
    ("text", "value", "path"),
    [
        ("films/${x}/hires", "Åre", "films/Åre/hires"),
        ("${x}", "a/b", "a_b"),
        ("${x}", "../../etc/passwd", "_._.._etc_passwd"),
        ("${x}", "..", "_."),
        ("${x}", ".", "_"),
        ("${x}", ".bashrc", "_bashrc"),
        (".${x}", ".", "_."),
        ("..${x:-}", "", "_."),
        ("${x}", "/", "_"),
        ("${x}", "\\\\server\\share", "__server_share"),
        ("${x}", "a\nb\r\t\x00c\x7f\u2028d\ud800", "a_b___c__d_"),
        ("${x}", 'CON: <what?> "*" | ~', 'CON: <what?> "*" | ~'),
        ("${x}", "; rm -rf $(pwd) `id`", "; rm -rf $(pwd) `id`"),
        ("a/${x:-}/b", "", "a/b"),
        ("${x:-}", "", "_"),
        ("a//b/./c/", "", "a/b/c"),
        ("", "", ""),
        (".hidden/${x}", "y", ".hidden/y"),
        ("${x}.mp4", "y", "y.mp4"),
        ("${x:-a/b}", "", "a_b"),
        ("Filme ä/${x}", "ü", "Filme ä/ü"),
    ],
)
def test_a_path_is_filled_in(text: str, value: str, path: str) -> None:
    for kind in (Template, PathTemplate):
        assert kind(text).path({"x": value}) == path


def test_several_values_are_one_name() -> None:
    assert Template("${words}").path({"words": ("a/b", "c")}) == "a_b, c"


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("/etc/${x}", 10, "is an absolute path; expected one within the storage, e.g. 'films/${title}'"),
        ("/", 10, "is an absolute path"),
        ("../${x}", 10, "leads out of the storage with '..'; expected a path within it"),
        ("a/../../b", 12, "leads out of the storage with '..'"),
        ("a/..", 12, "leads out of the storage with '..'"),
        ("a\x00b", 11, r"has the character '\x00' in a path"),
        ("ä" * 128, 10, "has a file name of more than 255 bytes"),
    ],
)
def test_what_is_no_path_is_found_when_it_is_read(text: str, column: int, reason: str) -> None:
    with pytest.raises(TemplateError) as raised:
        PathTemplate(text, Place("rule.yaml", 3, 10))
    assert raised.value.reason.startswith(reason)
    assert raised.value.place == Place("rule.yaml", 3, column)
    with pytest.raises(TemplateError, match=r"^rule\.yaml:3:"):
        Template(text, Place("rule.yaml", 3, 10)).path({"x": "y"})


@pytest.mark.parametrize("text", ["...", "a..b", "..a/b", "a/...", "${x}/.."[:5]])
def test_points_within_a_name_lead_nowhere(text: str) -> None:
    assert PathTemplate(text).path({"x": "y"})


def test_a_long_name_is_cut_where_its_values_are_longest() -> None:
    name = PathTemplate("${title}_${itemId}.mp4").path({"title": "ä" * 300, "itemId": "VX-1"})
    assert name.endswith("ä_VX-1.mp4")
    assert len(name.encode()) in (254, 255)
    both = PathTemplate("${a}-${b}").path({"a": "x" * 400, "b": "y" * 400})
    assert (both.count("x"), both.count("y")) == (127, 127)
    assert len(PathTemplate("${a}").path({"a": "\N{GRINNING FACE}" * 100}).encode()) == 252


ANYTHING = st.text(st.one_of(st.characters(), st.sampled_from("./\\\n\x00~-$")), max_size=400)


@given(st.text(st.sampled_from("./ab${x}:-"), max_size=20), ANYTHING)
def test_no_value_leads_anywhere_else(text: str, value: str) -> None:
    try:
        template = PathTemplate(text)
    except TemplateError:
        return
    path = template.path(dict.fromkeys(template.names, value or "v"))
    names = path.split("/") if path else []
    assert len(names) <= text.count("/") + 1
    for name in names:
        assert name
        assert name not in (".", "..")
        assert len(os.fsencode(name)) <= 255
        assert not any(ord(character) < 32 for character in name)
    where = Path(os.path.normpath(ROOT / path))
    assert where == ROOT or ROOT in where.parents


@given(value=ANYTHING, other=ANYTHING)
def test_the_operators_own_words_stay(value: str, other: str) -> None:
    tags: dict[str, Any] = {"x": value or "v", "y": other or "v"}
    folder, name = PathTemplate("clips/new ${x}-${y}.mxf").path(tags).split("/")
    assert folder == "clips"
    assert name.startswith("new ")
    assert name.endswith(".mxf")
