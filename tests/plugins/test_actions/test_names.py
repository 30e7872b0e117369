"""Names of files that are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.actions.names import LONGEST_NAME, fitting


@pytest.mark.parametrize(
    ("path", "suffix", "expected"),
    [
        ("clip", ".mp4", "clip.mp4"),
        ("tv/clip.MP4", ".mp4", "tv/clip.MP4"),
        ("clip", "", "clip"),
        ("hires/" + "x" * 300, "", "hires/" + "x" * 200),
        ("ä" * 150, ".mp4", "ä" * 98 + ".mp4"),
        ("y" * 300 + "/" + "x" * 300 + ".mp4", ".mp4", "y" * 200 + "/" + "x" * 196 + ".mp4"),
        ("", "", ""),
    ],
)
def test_a_name_fits(path: str, suffix: str, expected: str) -> None:
    assert fitting(path, suffix) == expected


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    st.sampled_from(["", ".mxf", "_VX-1.mp4"]),
)
def test_every_name_fits(path: str, suffix: str) -> None:
    found = fitting(path, suffix)
    assert all(len(part.encode()) <= LONGEST_NAME for part in found.split("/"))
    assert found.count("/") == path.count("/")
    assert found.lower().endswith(suffix.lower())
    assert fitting(found, suffix) == found
