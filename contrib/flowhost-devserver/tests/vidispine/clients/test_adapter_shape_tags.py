"""Shape tags, as vidispine-adapter uses them and as its recorded traffic has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

PRESET = {
    "name": "tag_one",
    "format": "mp4",
    "audio": {"codec": "aac", "bitrate": 320000},
    "video": {"codec": "h264", "scaling": {"width": 1280, "height": 720}, "bitrate": 2000000},
}


@pytest.fixture
def tag(adapter: Any) -> Iterator[str]:
    adapter.shape_tag.create("tag_one", PRESET)
    yield "tag_one"
    adapter.shape_tag.delete("tag_one")


def test_create_and_get(adapter: Any, tag: str) -> None:
    assert adapter.shape_tag.get(tag) == PRESET


def test_create_answers_with_nothing(adapter: Any, api: Any, tag: str) -> None:
    answer = api.put(f"/shape-tag/{tag}", json=PRESET)
    assert (answer.status_code, answer.content) == (200, b"")


def test_update(adapter: Any, tag: str) -> None:
    assert adapter.shape_tag.update(tag, PRESET | {"format": "mov"}) is None
    assert adapter.shape_tag.get(tag)["format"] == "mov"


def test_list(adapter: Any, tag: str) -> None:
    found = adapter.shape_tag.list()
    assert list(found) == ["uri"]
    assert {tag, "original", "lowres"} <= set(found["uri"])


def test_unknown_ones(refused: Callable[..., Any], adapter: Any) -> None:
    missing = {"type": "shape-tag", "id": "tag_none", "context": None}
    assert refused("notFound", adapter.shape_tag.get, "tag_none") == missing
    assert refused("notFound", adapter.shape_tag.delete, "tag_none") == missing


def test_delete(refused: Callable[..., Any], adapter: Any, api: Any) -> None:
    adapter.shape_tag.create("tag_gone", PRESET)
    assert adapter.shape_tag.delete("tag_gone") is None
    refused("notFound", adapter.shape_tag.get, "tag_gone")
    adapter.shape_tag.create("tag_gone", PRESET)
    answer = api.delete("/shape-tag/tag_gone")
    assert (answer.status_code, answer.content) == (200, b"")


def test_nothing_is_not_asked(adapter: Any, adapter_package: Any) -> None:
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.shape_tag.create("tag_two", {})
