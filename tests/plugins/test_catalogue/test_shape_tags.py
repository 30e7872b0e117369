"""How shapes of a tag are made: what is there, and what can be set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, NotFound, ShapeTag

MINE = ShapeTag(
    "web",
    "video",
    "webm",
    ".webm",
    "libvpx",
    "libvorbis",
    640,
    None,
    500_000,
    arguments=("-deadline", "realtime"),
)


def test_there_are_some_from_the_beginning(catalogue: Catalogue) -> None:
    names = [one.name for one in catalogue.shape_tags()]
    assert names == sorted(names)
    assert {"lowres", "lowaudio", "lowimage", "mp4", "wav"} <= set(names)
    assert {one.media_type for one in catalogue.shape_tags()} == {"video", "audio", "image"}


def test_what_is_set_is_kept(catalogue: Catalogue, library: Any) -> None:
    assert catalogue.set_shape_tag(MINE) == MINE
    assert catalogue.shape_tag("web") == MINE
    changed = replace(MINE, width=320)
    catalogue.set_shape_tag(changed)
    catalogue.close()
    again = library.open()
    assert again.shape_tag("web") == changed
    assert again.remove_shape_tag("web") is True
    assert again.remove_shape_tag("web") is False
    with pytest.raises(NotFound, match="no shape-tag 'web'"):
        again.shape_tag("web")


def test_a_stock_tag_can_be_changed_and_be_as_before(catalogue: Catalogue) -> None:
    stock = catalogue.shape_tag("lowres")
    catalogue.set_shape_tag(replace(stock, width=1280))
    assert catalogue.shape_tag("lowres").width == 1280
    assert catalogue.remove_shape_tag("lowres") is True
    assert catalogue.shape_tag("lowres") == stock
    assert catalogue.remove_shape_tag("lowres") is False


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "../x"}, "the name of the shape tag"),
        ({"name": ""}, "the name of the shape tag"),
        ({"media_type": "film"}, "expected video, audio, image"),
        ({"container": "mp4;rm"}, "the container"),
        ({"suffix": "mp4"}, "the suffix"),
        ({"video_codec": "a b"}, "the video codec"),
        ({"width": 0}, "expected more than 0"),
        ({"audio_bit_rate": -1}, "the audio bit rate"),
        ({"arguments": ("out.mp4",)}, "the first argument"),
        ({"arguments": ("-a", "\0")}, "the arguments"),
    ],
)
def test_what_cannot_be_is_refused(catalogue: Catalogue, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(flowhost.Permanent, match=reason):
        catalogue.set_shape_tag(replace(MINE, **changes))
