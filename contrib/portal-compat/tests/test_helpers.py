"""Scripts of Rules Engine 3 that import Portal's helpers, on a Vidispine of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("flowhost_devserver")

from flowhost_devserver import VidispineServer

PATIENCE = 120  # seconds


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VidispineServer]:
    with VidispineServer(tmp_path_factory.mktemp("vidispine")) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(server: VidispineServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from portal.vidispine import connecting

    monkeypatch.setenv("VIDISPINE_URL", server.url)
    monkeypatch.setenv("VIDISPINE_PASSWORD", server.password)
    monkeypatch.delenv("FLOWHOST_PROFILE", raising=False)
    connecting.client.cache_clear()
    yield
    connecting.client("").close()
    connecting.client.cache_clear()


@pytest.fixture
def item(server: VidispineServer, tmp_path: Path) -> str:
    made = server.catalogue.create_item({}, title="Harbour").id
    (tmp_path / "clip.bin").write_bytes(b"media")
    job = server.catalogue.import_media(made, str(tmp_path / "clip.bin"))
    server.catalogue.wait_for_job(job.id, PATIENCE)
    return made


def test_an_item_is_read_changed_and_deleted(server: VidispineServer, item: str) -> None:
    from portal.vidispine.iexception import NotFoundError
    from portal.vidispine.iitem import ItemHelper

    helper = ItemHelper(runas=None)
    found = helper.getItem(item)
    assert (found.getId(), found.getTitle()) == (item, "Harbour")
    assert [shape.getTags() for shape in found.getShapes()] == [["original"]]
    assert found.getOriginalTag() == "original"
    assert found.getArchiveStatus() == ""
    assert found.getShapeByTag("original") is not None
    assert found.getShapeByTag("lowres") is None
    helper.setItemMetadataFieldValue(item, "title", "Airport")
    assert helper.getItem(item, "metadata").getTitle() == "Airport"
    with pytest.raises(NotFoundError):
        helper.setItemMetadataFieldValue(item, "no_such_field", ["a", "b"])
    helper.removeItem(item)
    with pytest.raises(NotFoundError):
        helper.getItem(item)
    assert server.catalogue.item(item) is None


def test_the_files_of_a_deleted_item_may_stay(server: VidispineServer, item: str) -> None:
    from portal.vidispine.iitem import ItemHelper

    (shape,) = server.catalogue.shapes(item)
    (path,) = (server.catalogue.path_of(file) for file in shape.files)
    ItemHelper().removeItem(item, keepShapeTagMedia="*", keepShapeTagStorage="*")
    assert path.read_bytes() == b"media"


def test_collections_and_what_is_in_them(server: VidispineServer, item: str) -> None:
    from portal.vidispine.icollection import CollectionHelper
    from portal.vidispine.iitem import ItemHelper

    helper = CollectionHelper()
    top, below = helper.createCollection("Top"), helper.createCollection("Below")
    assert helper.getCollection(top.getId()).getName() == "Top"
    helper.addCollectionToCollection(top.getId(), below.getId())
    library = ItemHelper().createLibraryFromItemList([item])
    helper.addLibraryToCollection(below.getId(), library)
    assert server.catalogue.collection_names(item) == ("Below",)
    assert list(server.catalogue.collection_ids("Top").ids) == [item]
    helper.removeItemFromCollection(below.getId(), item)
    helper.addItemToCollection(top.getId(), item)
    assert server.catalogue.collection_names(item) == ("Top",)
    helper.setCollectionMetadataFieldValue(top.getId(), "title", "New top")


def test_jobs_storages_and_searches(server: VidispineServer, item: str) -> None:
    from portal.vidispine.ijob import JobHelper
    from portal.vidispine.isearch import SearchHelper
    from portal.vidispine.istorage import StorageHelper

    job = next(one for one in server.catalogue.jobs(item=item))
    found = JobHelper().getJob(job.id)
    assert (found.getId(), found.getStatus(), found.getProgress()) == (job.id, "FINISHED", 100.0)
    assert found.getType().endswith("IMPORT")
    storages = StorageHelper().getAllStorages()
    assert {one.getName() for one in storages} == {one.name for one in server.catalogue.storages()}
    same = StorageHelper().getStorage(storages[0].getId())
    assert (same.getName(), same.getState()) == (storages[0].getName(), storages[0].getState())
    assert same.getCapacity() >= same.getFreeCapacity() > 0
    document = {"field": [{"name": "itemId", "value": [{"value": item}]}]}
    assert [one.getTitle() for one in SearchHelper().search(document)] == ["Harbour"]


SCRIPT = """#!/usr/bin/env python
import os
from portal.vidispine.iitem import ItemHelper

item = ItemHelper().getItem(os.environ["portal_itemId"])
print(item.getTitle())
"""


def test_a_script_finds_the_server_by_a_profile(server: VidispineServer, item: str, tmp_path: Path) -> None:
    profile = tmp_path / "site.ini"
    options = f"url = {server.url}\nusername = admin\npassword = {server.password}\n"
    profile.write_text(f"[Flow]\napp name = site\nworker = log\n[Vidispine]\n{options}")
    (tmp_path / "script.py").write_text(SCRIPT)
    ran = _run(tmp_path, {"FLOWHOST_PROFILE": str(profile), "portal_itemId": item})
    assert (ran.returncode, ran.stdout) == (0, "Harbour\n"), ran.stderr


def test_a_script_that_is_not_told_where_vidispine_is(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    ran = _run(tmp_path, {"portal_itemId": "VX-1"})
    assert ran.returncode != 0
    assert "FLOWHOST_PROFILE names no profile" in ran.stderr


def test_in_whose_name(server: VidispineServer, item: str) -> None:
    from portal.vidispine.iitem import ItemHelper

    class User:
        username = "admin"

    assert ItemHelper(runas=User()).getItem(item).getId() == item
    assert ItemHelper(runas="admin").getItem(item).getId() == item


def _run(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    known: dict[str, Any] = {name: value for name, value in os.environ.items() if name[:9] != "VIDISPINE"}
    return subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env={**known, "FLOWHOST_STATE": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
