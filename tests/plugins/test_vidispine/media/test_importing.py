"""How media gets in."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost


def test_a_file_url(bed: Any) -> None:
    source = bed.folder / "clip é.bin"
    source.write_bytes(b"media")
    made = bed.library.create_item({}).id
    with bed.requests(2):
        job = bed.library.import_media(made, source.as_uri())
    assert bed.ended(job).status == "FINISHED"
    assert bed.original(made).files[0].size == 5


def test_an_item_with_media_gets_one_more_shape(bed: Any) -> None:
    item = bed.new_item()
    other = bed.folder / "other.bin"
    other.write_bytes(b"other")
    assert bed.ended(bed.library.import_media(item, str(other))).status == "FINISHED"
    assert [shape.files[0].size for shape in bed.library.shapes(item)] == [5000, 5]


def test_a_file_in_a_storage(bed: Any) -> None:
    (bed.folder / "media" / "loose.bin").write_bytes(b"loose")
    storage = bed.library.storage("media").id
    file = bed.rest("POST", f"storage/{storage}/file?path=loose.bin&state=CLOSED")
    made = bed.library.create_item({}).id
    assert bed.ended(bed.library.import_media(made, file["id"])).status == "FINISHED"
    assert bed.original(made).files[0].size == 5


def test_a_path_that_is_not_here(bed: Any) -> None:
    made = bed.library.create_item({}).id
    with (
        bed.requests(0),
        pytest.raises(flowhost.Permanent, match="there is no file '/not/here' on this machine"),
    ):
        bed.library.import_media(made, "/not/here")


def test_a_file_id_that_is_not_there(bed: Any) -> None:
    made = bed.library.create_item({}).id
    with pytest.raises(flowhost.Permanent, match="VX-9999"):
        bed.library.import_media(made, "VX-9999")
