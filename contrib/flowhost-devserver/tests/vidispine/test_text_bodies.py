"""Bodies that are a text: read alike wherever there is one."""

from __future__ import annotations

from typing import Any

import pytest
from flowhost_devserver import VidispineServer

LATIN = {"Content-Type": "text/plain;charset=iso-8859-1"}
PATHS = (
    "/metadata-field/my_text/metadata/key",
    "/shape-tag/texts/metadata/key",
    "/user/admin/metadata/key",
    "/library/VX*1/metadata/key",
    "/item/VX-1/shape/SHAPE/metadata/key",
)


@pytest.fixture(scope="module")
def made(module_server: VidispineServer) -> str:
    """The id of a shape of the first item."""
    item = module_server.catalogue.create_item({}, title="a", user="admin").id
    file = module_server.root / "a.bin"
    file.write_bytes(b"a")
    module_server.catalogue.wait_for_job(module_server.catalogue.import_file(item, file).id, 60)
    return module_server.catalogue.record(item).shapes[0].id


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest, api: Any, made: str) -> str:
    api.put("/metadata-field/my_text", json={"type": "string"})
    api.put("/shape-tag/texts", json={"format": "mp4"})
    if api.get("/library/VX*1").status_code == 404:
        api.post("/library", json={"item": []})
    return str(request.param).replace("SHAPE", made)


def test_the_charset_counts(api: Any, path: str) -> None:
    assert api.put(path, data="björn".encode("latin-1"), headers=LATIN).status_code == 200
    assert api.get(path, headers={"Accept": "text/plain"}).content.decode() == "björn"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a\0b"])
def test_what_is_no_text_is_refused(api: Any, path: str, body: bytes) -> None:
    assert api.put(path, data=b"before").status_code == 200
    answer = api.put(path, data=body)
    assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, "body")
    assert api.get(path, headers={"Accept": "text/plain"}).text == "before"


def test_it_has_an_end(api: Any, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowhost_devserver.vidispine.call.DOCUMENT_BYTES", 1000)
    assert api.put(path, data=b"a" * 1001).status_code == 413


def test_a_script_is_a_text(api: Any) -> None:
    api.put("/shape-tag/scripted", json={"format": "mp4"})
    assert api.put("/shape-tag/scripted/script", data=b"// \xff").status_code == 400
    assert api.put("/shape-tag/scripted/script", data="// ü".encode("latin-1"), headers=LATIN).ok
    assert api.get("/shape-tag/scripted/script").content.decode() == "// ü"
