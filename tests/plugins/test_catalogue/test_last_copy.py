"""The last copy of a shape stays, unless somebody says that it may go."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowhost_plugins.catalogue import Catalogue, LastCopy

DEADLINE = 60.0


@pytest.fixture
def copies(catalogue: Catalogue, library: Any, finished: Any) -> tuple[str, str]:
    """The ids of two copies of one shape, in two storages."""
    for name in ("one", "two"):
        library.storage(catalogue, name)
    source = library.folder / "a.xml"
    source.write_bytes(b"1" * 1000)
    item = catalogue.create_item({}).id
    first = finished(catalogue, catalogue.import_file(item, source, storage="one")).file
    return first, finished(catalogue, catalogue.copy_file(first, "two")).file


def test_the_last_copy_stays(catalogue: Catalogue, copies: tuple[str, str]) -> None:
    first, second = copies
    path = catalogue.path_of(second)
    path.rename(path.with_name("aside"))
    with pytest.raises(LastCopy, match=f"the file {first} is the last copy of the shape"):
        catalogue.delete_file(first)
    assert catalogue.path_of(first).exists()
    path.with_name("aside").rename(path)
    assert catalogue.delete_file(first) is True
    with pytest.raises(LastCopy):
        catalogue.delete_file(second)
    assert catalogue.delete_file(second, last_copy=True) is True
    assert catalogue.delete_file(second) is False
    assert catalogue.files().files == ()


def test_of_two_copies_one_survives_two_deletions_at_once(
    catalogue: Catalogue, copies: tuple[str, str]
) -> None:
    refused: list[str] = []
    ready = threading.Barrier(2)

    def delete(file: str) -> None:
        ready.wait(DEADLINE)
        try:
            catalogue.delete_file(file)
        except LastCopy as error:
            refused.append(str(error))

    threads = [threading.Thread(target=delete, args=(one,)) for one in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert len(refused) == 1
    (left,) = catalogue.files().files
    assert catalogue.path_of(left).exists()
