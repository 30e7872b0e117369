"""The version, the log, indices, and requests of its own making, as vidispine-adapter sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


def test_version(adapter: Any) -> None:
    found = adapter.version()
    assert list(found) == ["component", "systemInfo", "licenseInfo"]
    assert found["component"][0].keys() == {"name", "version"}
    assert found["component"][0]["name"] == "API"


@pytest.mark.parametrize("index", ["item", "collection", "acl", "file", "document"])
def test_reindex(adapter: Any, index: str) -> None:
    asked = adapter.reindex(index)
    assert set(asked) == {"index", "priority", "status", "start"}
    assert (asked["index"], asked["status"]) == (index, "IN_QUEUE")


def test_reindex_what_there_is_not(refused: Callable[..., Any], adapter: Any) -> None:
    refused("invalidInput", adapter.reindex, "weather")


def test_the_log_tells_who_asked_for_whom(adapter: Any) -> None:
    adapter.client.request("GET", "/item", runas="admin")
    entries = adapter.log.list({"rows": 1, "path": "/API/item"})["entry"]
    [entry] = entries
    assert (entry["method"], entry["username"], entry["runAs"]) == ("GET", "admin", "admin")
    assert entry["path"].endswith("item")
    assert adapter.log.list()["entry"][0]["path"].endswith("log")


def test_the_log_refuses(refused: Callable[..., Any], adapter: Any) -> None:
    assert refused("invalidInput", adapter.log.list, {"first": "early"})["value"] == "early"


class TestRequests:
    @pytest.mark.parametrize("path", ["/whoami", "whoami"])
    def test_a_text_stays_a_text(self, adapter: Any, path: str) -> None:
        assert adapter.client.request("get", path) == "admin"
        assert adapter.client.request("GET", path, headers={"Accept": "text/plain"}) == "admin"

    def test_a_body_of_its_own(self, adapter: Any) -> None:
        body = b'{"timespan": [{"field": [{"name": "title", "value": [{"value": "Sent as it is"}]}]}]}'
        made = adapter.client.request("POST", "import/placeholder", params={"container": 1}, data=body)
        assert list(made) == ["id"]

    def test_what_portal_asks(self, adapter: Any) -> None:
        found = adapter.client.request("GET", "selftest", params={"exclude": "dbstats"})
        assert {"status", "test"} <= set(found)

    @pytest.mark.parametrize("accept", ["application/json", "text/plain"])
    def test_a_path_that_there_is_not(self, adapter: Any, adapter_package: Any, accept: str) -> None:
        with pytest.raises(adapter_package.errors.NotFound) as caught:
            adapter.client.request("GET", "no/such/path", headers={"Accept": accept})
        assert str(caught.value).endswith(' - {"code":404,"message":"HTTP 404 Not Found"}')

    def test_a_method_that_there_is_not(self, adapter: Any, adapter_package: Any) -> None:
        with pytest.raises(adapter_package.errors.APIError):
            adapter.client.request("POST", "version")

    def test_run_as_somebody(self, adapter: Any, refused: Callable[..., Any]) -> None:
        adapter.client.request("POST", "user", json={"userName": "nora", "password": "secret"})
        assert adapter.client.request("GET", "whoami", runas="nora") == "nora"
        refused("notFound", adapter.client.request, "GET", "item", runas="nobody")

    def test_only_an_administrator_runs_as_somebody(
        self, adapter: Any, adapter_package: Any, module_server: VidispineServer, refused: Callable[..., Any]
    ) -> None:
        adapter.client.request("POST", "user", json={"userName": "olaf", "password": "secret"})
        olaf = adapter_package.Vidispine(url=module_server.url, user="olaf", password="secret")
        refused("forbidden", olaf.client.request, "GET", "item", runas="admin")


def test_a_wrong_password(
    adapter_package: Any, module_server: VidispineServer, refused: Callable[..., Any]
) -> None:
    stranger = adapter_package.Vidispine(url=module_server.url, user="admin", password="wrong")
    refused("notAuthorized", stranger.version)


@pytest.mark.parametrize("path", ["version", "item/VX-9999", "no/such/path"])
def test_most_answers_forget_a_cookie(api: Any, path: str) -> None:
    assert api.get(f"/{path}").headers["Set-Cookie"].startswith("rememberMe=deleteMe")
