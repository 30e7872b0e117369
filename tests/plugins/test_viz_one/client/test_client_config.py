"""The store on the server."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import BadAnswer, ClientConfig, HTTPServerError, VizOne

pytest.importorskip("flowhost_devserver", reason="the development server is not installed")

DAEMON = flowhost.DaemonInfo("xmlimport", "/")


@pytest.fixture
def server_client(viz_one_server: Any) -> Any:
    host = viz_one_server.url.removeprefix("http://")
    client = VizOne(hostname=host, use_https=False)
    client.open()
    yield client
    client.close()


@pytest.fixture
def store(server_client: VizOne) -> ClientConfig:
    return ClientConfig(viz_one=server_client, daemon=DAEMON)


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True], "é": "ü"}, [], "", 0, False, None, "text"])
def test_a_json_value_comes_back(store: ClientConfig, value: Any) -> None:
    assert store.get("key") is None
    assert store.put("key", value) == value
    assert store.get("key") == value
    assert store.delete("key") is True
    assert store.delete("key") is False
    assert store.get("key") is None


@pytest.mark.parametrize("key", ["clip.mxf", "a b/ü?x=1&y#%2F", "..mxf", "C:\\media\\x", "{id}"])
def test_a_key_may_have_any_letters(store: ClientConfig, key: str) -> None:
    store.put(key, {"type": "media"})
    assert store.get(key) == {"type": "media"}
    assert store.get(key + "x") is None
    assert store.delete(key)


def test_applications_and_assets_have_values_of_their_own(server_client: VizOne, store: ClientConfig) -> None:
    same = ClientConfig(viz_one=server_client, application="flow_xmlimport")
    other = ClientConfig(viz_one=server_client, application="flow_other")
    asset = store.asset("urn:vme:default:asset:7")
    store.put("key", "the application's")
    asset.put("key", "the asset's")
    assert (same.get("key"), other.get("key"), asset.get("key")) == ("the application's", None, "the asset's")
    assert same.asset("urn:vme:default:asset:7").get("key") == "the asset's"
    assert store.asset("urn:vme:default:asset:8").get("key") is None
    assert asset.delete("key")
    assert store.get("key") == "the application's"


def test_the_last_one_who_writes_wins(server_client: VizOne, store: ClientConfig) -> None:
    ClientConfig(viz_one=server_client, daemon=DAEMON).put("key", 1)
    store.put("key", 2)
    assert store.get("key") == 2


def test_keys_cannot_be_listed(store: ClientConfig) -> None:
    with pytest.raises(flowhost.Permanent, match="no list of keys; use the resource 'database'"):
        store.keys("clip")


@pytest.mark.parametrize("key", ["", ".", ".."])
def test_a_key_that_would_change_the_url(store: ClientConfig, key: str) -> None:
    with pytest.raises(flowhost.Permanent, match="cannot be part of a URL"):
        store.get(key)


def test_what_is_no_json_value_is_not_kept(store: ClientConfig) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        store.put("key", float("nan"))
    with pytest.raises(TypeError):
        store.put("key", {1, 2})
    assert store.get("key") is None


def test_what_somebody_else_has_put_there(server_client: VizOne, store: ClientConfig) -> None:
    url = server_client.resolve("client-config", "client-config", id="key", application="flow_xmlimport")
    server_client.put(url, b"<xml/>")
    with pytest.raises(BadAnswer, match="'key' of flow_xmlimport is no JSON but 6 bytes"):
        store.get("key")
    server_client.put(url, b"  ")
    assert store.get("key") is None


def test_a_server_in_trouble_is_not_an_empty_store(viz_one_server: Any, store: ClientConfig) -> None:
    store.put("key", 1)
    viz_one_server.faults.add("500:path=*client/config*,count=1")
    with pytest.raises(HTTPServerError):
        store.get("key")
    assert store.get("key") == 1


def test_it_must_be_told_for_whom() -> None:
    with pytest.raises(ValueError, match="'application' is empty"):
        ClientConfig(viz_one=VizOne())
