"""Clients of Vidispine that others made, on the server of the module.

Both distributions bring a package named ``vidispine``, so each lies in a folder of its own::

    pip install --no-deps --target CLIENTS/sdk vidispine==5.0.4
    pip install --no-deps --target CLIENTS/adapter vidispine-adapter==0.0.6

and `FLOWHOST_TEST_VIDISPINE_CLIENTS` names the folder around them; ``tox`` does all of it.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flowhost_devserver import VidispineServer

from flowhost.testing.services import missing

CLIENTS = "FLOWHOST_TEST_VIDISPINE_CLIENTS"
PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "datetime": (str,),
    "date": (str,),
    "object": (object,),
}
"""What JSON has for the plain types of the SDK."""


def imported(kind: str) -> ModuleType:
    """The package ``vidispine`` out of the folder `kind`, and nothing of it left for the next of that name."""
    folder = os.environ.get(CLIENTS)
    if not folder or not Path(folder, kind, "vidispine").is_dir():
        missing(f"the client {kind!r} of Vidispine is not here: {CLIENTS} must name the folder with it")
    sys.path.insert(0, str(Path(folder, kind)))
    try:
        return importlib.import_module("vidispine")
    finally:
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.split(".")[0] == "vidispine"]:
            del sys.modules[name]


@pytest.fixture(scope="session")
def sdk_package() -> ModuleType:
    return imported("sdk")


@pytest.fixture(scope="session")
def adapter_package() -> ModuleType:
    return imported("adapter")


class Sdk:
    """The vendor's SDK as a user of a server."""

    def __init__(self, package: ModuleType, server: VidispineServer) -> None:
        self.models = package.models
        self._package = package
        settings = package.Configuration()  # any after the first is a copy of the first, whatever it is told
        settings.host = f"{server.url}/API"
        settings.username, settings.password = server.user, server.password
        self.client = package.ApiClient(settings)

    def api(self, name: str) -> Any:
        """The operations of one of its classes, such as ``ItemApi``."""
        return getattr(self._package, name)(self.client)

    def answered(self, kind: str) -> Any:
        """The last answer; nothing in it may be against the schema."""
        body = json.loads(self.client.last_response.data)
        assert self.complaints(body, kind) == []
        return body

    def complaints(self, body: Any, kind: str, at: str = "") -> list[str]:
        """What the vendor's schema says against a JSON body: unknown keys, wrong types, refused values."""
        at = at or kind
        if kind.startswith("list["):
            if not isinstance(body, list):
                return [f"{at}: expected a list, got {body!r}"]
            return [said for one in body for said in self.complaints(one, kind[5:-1], f"{at}[]")]
        if kind.startswith("dict("):
            return [] if isinstance(body, dict) else [f"{at}: expected an object, got {body!r}"]
        return _plain(body, kind, at) if kind in PLAIN else self._against(body, kind, at)

    def _against(self, body: Any, kind: str, at: str) -> list[str]:
        model = getattr(self.models, kind)
        if not isinstance(body, dict):
            return [f"{at}: expected {kind}, got {body!r}"]
        names = {key: name for name, key in model.attribute_map.items()}
        strange = [f"{at}.{key}: {kind} has no such key" for key in body if key not in names]
        known = {names[key]: value for key, value in body.items() if key in names}
        wrong = [
            said
            for name, value in known.items()
            for said in self.complaints(value, model.openapi_types[name], f"{at}.{model.attribute_map[name]}")
        ]
        if not wrong:  # the models look at values only of the right type
            try:
                model(**known)
            except ValueError as refused:  # a required key is missing, or a value is outside its enumeration
                wrong = [f"{at}: {refused}"]
        return strange + wrong


def _plain(value: Any, kind: str, at: str) -> list[str]:
    fits = isinstance(value, PLAIN[kind]) and (kind in ("bool", "object") or not isinstance(value, bool))
    if kind == "datetime":
        fits = fits and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value) is not None
    return [] if fits else [f"{at}: expected {kind}, got {value!r}"]


@pytest.fixture(scope="module")
def sdk(sdk_package: ModuleType, module_server: VidispineServer) -> Iterator[Sdk]:
    """The vendor's SDK as the administrator of the module's server."""
    made = Sdk(sdk_package, module_server)
    yield made
    made.client.rest_client.pool_manager.clear()


@pytest.fixture(scope="module")
def adapter(adapter_package: ModuleType, module_server: VidispineServer) -> Iterator[Any]:
    """The adapter as the administrator of the module's server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "*")
        url, user, password = module_server.url, module_server.user, module_server.password
        yield adapter_package.Vidispine(url=url, user=user, password=password)


@pytest.fixture(scope="session")
def refused(adapter_package: ModuleType, faults: list[str]) -> Callable[..., dict[str, Any]]:
    """Calls the adapter with what the server must refuse; called with the fault, a method and its arguments.

    The adapter puts the text of the answer behind the method and the address; the fault in it is returned.
    """
    errors = adapter_package.errors

    def call(fault: str, method: Callable[..., Any], *arguments: Any, **named: Any) -> dict[str, Any]:
        with pytest.raises(errors.NotFound if fault == "notFound" else errors.APIError) as caught:
            method(*arguments, **named)
        beginning = "Not Found: " if fault == "notFound" else "Vidispine Error: "
        assert str(caught.value).startswith(beginning)
        said = json.loads(str(caught.value).split(" - ", 2)[2])
        assert list(said) == faults
        assert [key for key in faults if said[key] is not None] == [fault]
        return dict(said[fault])

    return call


@pytest.fixture(scope="session")
def fields(adapter_package: ModuleType) -> Callable[..., dict[str, Any]]:
    """Makes a metadata document of fields and their values, as the adapter does it."""
    return lambda **values: adapter_package.utils.generate_metadata(values)
