"""Files, as the vendor's SDK asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture
def item(module_server: VidispineServer, tmp_path: Path) -> str:
    """An item with a file of its own."""
    source = tmp_path / "a, b.bin"
    source.write_bytes(b"0123456789")
    made = module_server.catalogue.create_item({}, title="Film", user="admin").id
    module_server.catalogue.import_file(made, source)
    module_server.settle()
    return made


@pytest.fixture
def file(module_server: VidispineServer, item: str) -> str:
    return module_server.catalogue.shapes(item)[0].files[0].id


@pytest.fixture
def storage(sdk: Any, tmp_path: Path) -> Iterator[str]:
    models = sdk.models
    method = models.StorageMethodType(
        uri=f"{(tmp_path / 'there').as_uri()}/", read=True, write=True, browse=True
    )
    made = sdk.api("StorageApi").create_storage(
        models.StorageType(type="LOCAL", capacity=10**6, method=[method])
    )
    yield made.id
    sdk.api("StorageApi").delete_storage(made.id)


def test_a_file(sdk: Any, file: str, item: str) -> None:
    files = sdk.api("FileApi")
    found = files.get_file(file, include_item=True, scheme="file", method_type="AUTO")
    sdk.answered("FileType")
    assert (found.state, found.size, found.storage, found.item[0].id) == ("CLOSED", 10, "VX-1", item)
    assert found.uri[0].startswith("file:///")
    assert files.get_file_data(file, _preload_content=False).data == b"0123456789"


def test_lists(sdk: Any, file: str, item: str) -> None:
    files = sdk.api("FileApi")
    digest = files.get_file(file).hash
    wanted: list[dict[str, Any]] = [
        {"storage": ["VX-1"], "state": ["CLOSED", "OPEN"], "filter": "item", "include_item": True},
        {"hash": [digest, "0"], "sort": ["fileId desc"], "first": 0},
        {"id": [file], "recursive": True, "path": "/", "number": 1},
    ]
    for query in wanted:
        found = files.get_files(**query)
        sdk.answered("FileListType")
        assert file in [one.id for one in found.file], query
    assert files.get_files(storage=["VX-99"]).hits == 0
    assert files.get_files(id=[file], count=False).hits is None


def test_from_cursor_to_cursor(sdk: Any, sdk_package: Any, module_server: VidispineServer) -> None:
    files, models = sdk.api("FileApi"), sdk.models
    made = []
    for number in range(5):
        wanted = models.FileType(path=f"paged/{number}.bin", state="TO_APPEAR", storage="VX-1")
        made.append(files.create_file_entity(wanted).id)
    seen, cursor = [], "*"
    while cursor:
        page = files.get_files(path="paged", number=2, cursor=cursor)
        sdk.answered("FileListType")
        seen.append([one.id for one in page.file])
        cursor = page.next_cursor
    assert seen == [made[:2], made[2:4], made[4:]]
    with pytest.raises(sdk_package.ApiException) as caught:
        files.get_files(cursor="nowhere")
    assert caught.value.status == 400


def test_registering(sdk: Any, sdk_package: Any, tmp_path: Path, storage: str) -> None:
    files, models = sdk.api("FileApi"), sdk.models
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
    wanted = models.FileType(path="dir/new.bin", state="TO_APPEAR", metadata=pairs)
    made = files.create_file_entity_on_storage(storage, wanted)
    sdk.answered("FileType")
    assert (made.path, made.state, made.metadata.field[0].value) == ("dir/new.bin", "TO_APPEAR", "b")
    with pytest.raises(sdk_package.ApiException) as caught:
        files.create_file_entity_on_storage(storage, wanted, create_only=True)
    assert json.loads(caught.value.body)["fileAlreadyExists"]["fileId"] == made.id
    assert files.update_file_state("LOST", made.id).state == "LOST"
    sdk.answered("FileType")
    moved = files.register_file_path("elsewhere.bin", made.id, state="CLOSED", duplicate=False)
    assert (moved.id, moved.path) == (made.id, "elsewhere.bin")


@pytest.mark.parametrize(("move", "kind"), [(False, "COPY_FILE"), (True, "MOVE_FILE")])
def test_copy_and_move(
    sdk: Any, module_server: VidispineServer, file: str, storage: str, tmp_path: Path, move: bool, kind: str
) -> None:
    job = sdk.api("FileApi").create_file_move_or_copy_job(
        file, storage, move=move, filename="a b/c.bin", use_original_filename=False, jobmetadata=["x=y"]
    )
    sdk.answered("JobType")
    assert (job.type, job.status) == (kind, "READY")
    module_server.settle()
    assert sdk.api("JobApi").get_job(job.job_id).status == "FINISHED"
    assert (tmp_path / "there" / "a b" / "c.bin").read_bytes() == b"0123456789"


def test_delete(
    sdk: Any, sdk_package: Any, module_server: VidispineServer, file: str, item: str, tmp_path: Path
) -> None:
    path = module_server.catalogue.path_of(file)
    job = sdk.api("FileApi").create_file_delete_job(file, jobmetadata=["x=y"], priority="HIGH")
    sdk.answered("JobType")
    assert (job.type, job.status, job.priority) == ("DELETE_FILE", "READY", "HIGH")
    module_server.settle()
    found = sdk.api("JobApi").get_job(job.job_id, metadata=True)
    data = {one.key: one.value for one in found.data}
    assert (found.status, data["fileId"], data["itemId"], data["x"]) == ("FINISHED", file, item, "y")
    assert not path.exists()
    with pytest.raises(sdk_package.ApiException) as caught:
        sdk.api("FileApi").get_file(file)
    assert caught.value.status == 404


def test_letting_go(sdk: Any, file: str, item: str) -> None:
    files = sdk.api("FileApi")
    assert files.remove_file_from_item(file, item=item) is None
    assert sdk.client.last_response.data == ""
    assert files.get_file(file, include_item=True).item is None


def test_metadata(sdk: Any, file: str) -> None:
    files, models = sdk.api("FileApi"), sdk.models
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
    assert files.update_file_metadata(file, pairs) is None
    files.update_file_metadata_key(file, "c", "d")
    assert files.get_file_metadata_key(file, "c") == "d"
    files.delete_file_metadata_key(file, "a")
    assert [one.key for one in files.get_file_metadata(file).field] == ["c"]
    files.delete_file_metadata(file)
    assert files.get_file_metadata(file).field is None
