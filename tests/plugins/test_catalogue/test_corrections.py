"""What is known of shapes, storages and files can be corrected by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, NotFound


@pytest.fixture
def item(catalogue: Catalogue) -> str:
    return catalogue.create_item({}, title="A clip").id


def test_a_shape_without_files(catalogue: Catalogue, item: str) -> None:
    revision = catalogue.record(item).revision
    made = catalogue.create_shape(item, tags=("web", "lowres", "web"), mime_type="video/mp4")

    assert (made.item, made.tags, made.mime_type, made.files) == (item, ("lowres", "web"), "video/mp4", ())
    assert catalogue.shapes(item) == (made,)
    assert catalogue.record(item).revision != revision
    last = catalogue.changes()[-1]
    assert (last.kind, last.action, last.id, last.item) == ("shape", "CREATE", made.id, item)
    assert catalogue.create_shape(item).tags == ()
    assert catalogue.delete_shape(made.id)
    with pytest.raises(NotFound):
        catalogue.create_shape("VX-999")
    with pytest.raises(flowhost.Permanent, match="the tag of the shape is ''"):
        catalogue.create_shape(item, tags=("",))


def test_tags_of_a_shape(catalogue: Catalogue, item: str) -> None:
    shape = catalogue.create_shape(item, tags=("one",)).id
    catalogue.set_tags_of_shape(shape, ("two", "three"))

    assert catalogue.shapes(item)[0].tags == ("three", "two")
    last = catalogue.changes()[-1]
    assert (last.kind, last.action, last.id) == ("shape", "MODIFY", shape)
    catalogue.set_tags_of_shape(shape, ())
    assert catalogue.shapes(item)[0].tags == ()
    for unknown in ("VX-999", "nothing"):
        with pytest.raises(NotFound):
            catalogue.set_tags_of_shape(unknown, ())


def test_a_storage_changes(catalogue: Catalogue, library: Any) -> None:
    first, second = library.storage(catalogue, "first"), library.storage(catalogue, "second")
    storage = catalogue.storage("first")
    (library.folder / "elsewhere").mkdir()
    values = {"kind": "EXPORT", "capacity": 1000, "high_watermark": 900, "low_watermark": None}
    changed = catalogue.change_storage(storage, "other", library.folder / "elsewhere", **values)

    assert (changed.id, changed.name, changed.kind) == (storage.id, "other", "EXPORT")
    assert (changed.path, changed.headroom) == (str(library.folder / "elsewhere"), 900)
    assert catalogue.storage("other") == changed
    last = catalogue.changes()[-1]
    assert (last.kind, last.action, last.id) == ("storage", "MODIFY", storage.id)
    with pytest.raises(flowhost.Conflict, match="overlaps"):
        catalogue.change_storage(storage, "other", second, **values)
    with pytest.raises(flowhost.Conflict, match="there is a storage 'second' already"):
        catalogue.change_storage(storage, "second", first, **values)
    with pytest.raises(flowhost.Permanent, match="none below"):
        catalogue.change_storage(storage, "other", first, **(values | {"capacity": 1}))
    assert catalogue.change_storage(storage, "first", first, **values).path == str(first)


def test_a_file_that_will_come(catalogue: Catalogue, library: Any) -> None:
    folder: Path = library.storage(catalogue, "media")
    file = catalogue.add_file("media", "to/come.mxf", "OPEN")

    assert (file.state, file.size, file.modified) == ("OPEN", 0, None)
    assert catalogue.scan("media") == []
    assert catalogue.file(file.id) == file
    (folder / "to").mkdir()
    (folder / "to/come.mxf").write_bytes(b"123")
    catalogue.scan("media")
    catalogue.scan("media")
    assert (catalogue.file(file.id).state, catalogue.file(file.id).size) == ("CLOSED", 3)
    with pytest.raises(flowhost.Conflict, match=r"there is a file 'to/come\.mxf'"):
        catalogue.add_file("media", "to/come.mxf", "OPEN")
    with pytest.raises(flowhost.Permanent):
        catalogue.add_file("media", "../out", "OPEN")


def test_a_file_that_is_there(catalogue: Catalogue, library: Any) -> None:
    (library.storage(catalogue, "media") / "a.mxf").write_bytes(b"1234")
    file = catalogue.add_file("media", "a.mxf", "CLOSED")

    assert (file.state, file.size) == ("CLOSED", 4)
    assert catalogue.scan("media") == []


def test_state_path_and_owner_of_a_file(catalogue: Catalogue, library: Any, item: str, finished: Any) -> None:
    (library.storage(catalogue, "media") / "a.txt").write_bytes(b"1234")
    catalogue.scan("media")
    file = finished(catalogue, catalogue.import_file(item, catalogue.files().files[0].id, mode="place")).file
    revision = catalogue.record(item).revision

    assert catalogue.change_file(file, state="LOST").state == "LOST"
    assert catalogue.changes()[-1].details["state"] == "LOST"
    assert catalogue.record(item).revision != revision
    assert catalogue.change_file(file, state="CLOSED", path="b.txt").path == "b.txt"
    assert catalogue.change_file(file) == catalogue.file(file)
    catalogue.add_file("media", "c.txt", "OPEN")
    with pytest.raises(flowhost.Conflict):
        catalogue.change_file(file, path="c.txt")
    released = catalogue.release_file(file)
    assert (released.item, released.shape) == (None, None)
    assert catalogue.shapes(item)[0].files == ()
    with pytest.raises(NotFound):
        catalogue.release_file("VX-999")
