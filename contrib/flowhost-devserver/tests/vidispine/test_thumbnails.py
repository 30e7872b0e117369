"""Thumbnails and posters, made by ffmpeg and served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from flowhost_devserver import VidispineServer

pytestmark = pytest.mark.ffmpeg


@pytest.fixture
def item(module_server: VidispineServer, clip: Path) -> str:
    made = module_server.catalogue.create_item({}, title="Film", user="admin").id
    module_server.catalogue.import_file(made, clip)
    module_server.settle()
    return made


def test_pictures_are_made_and_served(api: Any, item: str) -> None:
    assert api.get(f"/item/{item}/thumbnail").json() == {}
    job = api.post(f"/item/{item}/thumbnail?createPosters=true").json()
    assert job["type"] == "THUMBNAIL"
    api.server.settle()
    done = api.get(f"/job/{job['jobId']}?metadata=true").json()
    data = {pair["key"]: pair["value"] for pair in done["data"]}
    assert (done["status"], data["thumbnailTimeCodes"], data["posterTimeCodes"]) == (
        "FINISHED",
        "2@25",
        "2@25",
    )
    assert json.loads(data["thumbnails"]) == {
        "[TC:2@25]": f"{api.server.url}/API/thumbnail/VX-1/{item}/2@25",
    }
    for kind in ("thumbnail", "poster"):
        uri = api.get(f"/item/{item}/{kind}").json()["uri"][0]
        assert uri == f"{api.server.url}/API/{kind}/VX-1/{item}/2@25"
        picture = api.get(uri.removeprefix(f"{api.server.url}/API"))
        assert picture.headers["Content-Type"] == "image/jpeg"
        assert picture.content.startswith(b"\xff\xd8")
    assert len(api.get(f"/item/{item}/shape").json()["uri"]) == 1
    shown = api.get(f"/item/{item}?content=thumbnail,poster").json()
    assert len(shown["thumbnails"]["uri"]) == len(shown["posters"]["uri"]) == 1


def test_at_some_moments(api: Any, item: str) -> None:
    api.post(f"/item/{item}/thumbnail?createPosters=false&time=5@25,20@PAL")
    api.server.settle()
    resource = api.get(f"/item/{item}/thumbnailresource").json()["uri"][0]
    path = resource.removeprefix(f"{api.server.url}/API")
    assert api.get(path).json() == {"uri": ["20@25", "5@25"]}
    assert api.get(f"/item/{item}/poster").json() == {}
    assert api.delete(f"{path}/5@25").status_code == 200
    assert api.get(f"{path}/5@25").json()["notFound"]["type"] == "thumbnail"
    assert api.post(f"/item/{item}/thumbnail?time=soon").status_code == 400


@pytest.mark.parametrize("word", ["5@00", "5@25:00", "-5@25", "5@FILM", "soon", "5@", "\u0665@25"])
def test_what_is_no_moment(api: Any, item: str, word: str) -> None:
    for name in ("time", "createPosters"):
        answer = api.post(f"/item/{item}/thumbnail", params={name: word})
        assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, name)


def test_time_bases_by_name(api: Any, item: str) -> None:
    """Each is the picture 10 of a film with 25 in a second."""
    for word in ("10@PAL", "12@NTSC30", "12@NTSC", "12@30000:1001", "400000"):
        api.post(f"/item/{item}/thumbnail", params={"createPosters": "false", "time": word})
        api.server.settle()
        assert api.get(f"/thumbnail/VX-1/{item}").json() == {"uri": ["10@25"]}, word
        api.delete(f"/thumbnail/VX-1/{item}")


def test_without_a_login(api: Any, item: str) -> None:
    api.post(f"/item/{item}/thumbnail")
    api.server.settle()
    uri = api.get(f"/item/{item}/thumbnail?noauth-url=true").json()["uri"][0]
    assert "/APInoauth/" in uri
    assert requests.get(uri, timeout=60).content.startswith(b"\xff\xd8")


def test_no_original(api: Any) -> None:
    empty = api.server.catalogue.create_item({}, title="x", user="admin").id
    job = api.post(f"/item/{empty}/thumbnail").json()
    api.server.settle()
    assert api.get(f"/job/{job['jobId']}").json()["status"] == "FAILED_TOTAL"
