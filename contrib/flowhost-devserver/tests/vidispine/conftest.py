"""A server for each module of tests, and a plain client with a user."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flowhost_devserver import VidispineServer

SECONDS = 60.0  # that an answer may take on a busy machine
JSON = {"Accept": "application/json"}
XML = {"Accept": "application/xml"}
TEXT = {"Accept": "text/plain"}


class Api:
    """HTTP below ``/API``, as a user; JSON unless something else is asked for."""

    def __init__(self, server: VidispineServer, user: str = "", password: str = "") -> None:
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (user or server.user, password or server.password)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request; `path` is below ``/API``; `options` are those of requests."""
        options["headers"] = JSON | options.get("headers", {})
        return self.session.request(method, f"{self.server.url}/API{path}", timeout=SECONDS, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        return self.ask("PUT", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.ask("POST", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.ask("DELETE", path, **options)


@pytest.fixture(scope="module")
def module_server() -> Iterator[VidispineServer]:
    """A server that the tests of a module share."""
    with VidispineServer() as server:
        yield server


@pytest.fixture
def api_for() -> Iterator[Callable[..., Api]]:
    """Makes clients: called with a server, and a user and password unless it is the administrator."""
    made: list[Api] = []

    def make(server: VidispineServer, user: str = "", password: str = "") -> Api:
        made.append(Api(server, user, password))
        return made[-1]

    yield make
    for api in made:
        api.session.close()


@pytest.fixture
def api(module_server: VidispineServer, api_for: Callable[..., Api]) -> Api:
    """The administrator's client of the module's server."""
    return api_for(module_server)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of one second with sound, 160 x 120 pixels."""
    file = tmp_path_factory.mktemp("media") / "a clip.mp4"
    picture = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=1")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=1")
    codecs = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-t", "1")
    subprocess.run(["ffmpeg", "-v", "error", *picture, *sound, *codecs, str(file)], check=True)
    return file


@pytest.fixture(scope="session")
def faults() -> list[str]:
    """The keys of the error document, in their order."""
    return [
        "notFound",
        "internalServer",
        "forbidden",
        "notYetImplemented",
        "conflict",
        "invalidInput",
        "licenseFault",
        "fileAlreadyExists",
        "notAuthorized",
    ]


@pytest.fixture(scope="session")
def system_fields() -> set[str]:
    """The fields that the server gives a new placeholder."""
    return {
        "created",
        "mediaType",
        "itemId",
        "user",
        "shapeTag",
        "__metadata_last_modified",
        "__placeholder_shape_size",
        "__shape_size",
        "__shape",
        "__version_count",
        "__version",
        "__shape_last_added",
        "__storage_size",
        "__storagegroup_size",
        "__sequence_size",
        "__collection_size",
        "__ancestor_collection_size",
    }
