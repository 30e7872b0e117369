"""INI files are read as Flow read them, and every value knows its place."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowhost.config.ini import read_ini
from flowhost.errors import ConfigError


def read(tmp_path: Path, text: str) -> dict[str, dict[str, str]]:
    path = tmp_path / "a.ini"
    path.write_text(text)
    return {
        title: {key: value.text for key, value in section.values.items()}
        for title, section in read_ini(path).items()
    }


def test_keys_keep_their_case_and_spaces_and_values_their_percent_signs(tmp_path: Path) -> None:
    assert read(tmp_path, "[Field:AirDate]\nxpath = /a/b\nFormat Text = %Y/%d/%m\nurl: x=y\n") == {
        "Field:AirDate": {"xpath": "/a/b", "Format Text": "%Y/%d/%m", "url": "x=y"}
    }


def test_comments_as_python_2_knew_them(tmp_path: Path) -> None:
    text = "# whole line\n; whole line\n[Flow]\na = one ; a comment\nb = two;not a comment\nc = #fff\nd = x # stays\n"
    assert read(tmp_path, text)["Flow"] == {
        "a": "one",
        "b": "two;not a comment",
        "c": "#fff",
        "d": "x # stays",
    }


def test_repeated_sections_and_keys_merge_and_the_last_wins(tmp_path: Path) -> None:
    text = "[A]\nx = 1\ny = 2\n[B]\nz = 3\n[A]\nx = 4\n"
    assert read(tmp_path, text) == {"A": {"x": "4", "y": "2"}, "B": {"z": "3"}}


def test_long_values_go_on_on_indented_lines(tmp_path: Path) -> None:
    assert read(tmp_path, "[A]\nx = 1,\n    2,\n\t3\ny = 4\n")["A"] == {"x": "1,\n2,\n3", "y": "4"}


def test_defaults_are_a_section_of_their_own(tmp_path: Path) -> None:
    assert read(tmp_path, "[DEFAULT]\nx = 1\n[A]\ny = 2\n") == {"DEFAULT": {"x": "1"}, "A": {"y": "2"}}


def test_every_value_knows_its_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.ini"
    path.write_text("\n[Flow]\napp name =   demo\nclass:x.Y\nempty =\nnext =\n  line\n[Flow]\nx = x\n")
    section = read_ini(path, called="a.ini")["Flow"]
    assert str(section.place) == "a.ini:2:1"
    places = {key: str(value.place) for key, value in section.values.items()}
    assert places == {
        "app name": "a.ini:3:14",
        "class": "a.ini:4:7",
        "empty": "a.ini:5:1",
        "next": "a.ini:6:1",
        "x": "a.ini:9:5",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"x = 1\n",
            "bad.ini:1:1: 'x = 1' stands before the first section; expected a header such as [Flow]",
        ),
        (b"[A]\nnonsense\n", "bad.ini:2:1: 'nonsense' is neither 'key = value' nor a [section]"),
        (b"[A]\nx = \xff\n", "bad.ini:2:5: not UTF-8 text; save the file as UTF-8"),
        (
            b"[A\nx = 1\n",
            "bad.ini:1:1: '[A' stands before the first section; expected a header such as [Flow]",
        ),
    ],
)
def test_bad_files_end_in_a_sentence_with_a_place(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.ini"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_ini(path, called="bad.ini")
    assert str(caught.value) == message


def test_every_bad_line_is_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.ini"
    path.write_text('[A]\none\nx = 1\nit\'s "two"\n')
    with pytest.raises(ConfigError) as caught:
        read_ini(path, called="bad.ini")
    assert str(caught.value).splitlines() == [
        "bad.ini:2:1: 'one' is neither 'key = value' nor a [section]",
        "bad.ini:4:1: 'it\\'s \"two\"' is neither 'key = value' nor a [section]",
    ]


def test_a_missing_or_unreadable_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.ini: cannot read the file: no such file or directory"):
        read_ini(tmp_path / "gone.ini")
    with pytest.raises(ConfigError, match="cannot read the file: is a directory"):
        read_ini(tmp_path)


KEYS = (
    st.text(string.ascii_letters + string.digits + " ._-", min_size=1)
    .map(str.strip)
    .filter(lambda key: key and not key.startswith("-"))
)
TEXTS = st.text(string.ascii_letters + string.digits + "%$#/:= ._'\"()[]", max_size=40).map(str.strip)
SECTIONS = st.dictionaries(
    st.text(string.ascii_letters + " :", min_size=1).map(str.strip).filter(bool),
    st.dictionaries(KEYS, TEXTS, max_size=6),
    max_size=4,
)


@given(SECTIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_written_is_what_is_read(tmp_path: Path, sections: dict[str, dict[str, str]]) -> None:
    lines = []
    for title, values in sections.items():
        lines += [f"[{title}]", *(f"{key} = {text}" for key, text in values.items())]
    assert read(tmp_path, "\n".join(lines)) == sections


@given(st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_is_read_or_refused_with_a_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.ini"
    path.write_text(text, newline="", errors="replace")
    try:
        sections = read_ini(path, called="any.ini")
    except ConfigError as error:
        assert all(problem.place and problem.place.file == "any.ini" for problem in error.problems)
    else:
        lines = path.read_text().splitlines()
        for section in sections.values():
            for value in section.values.values():
                assert 1 <= value.place.line <= len(lines)
                assert value.place.column >= 1
