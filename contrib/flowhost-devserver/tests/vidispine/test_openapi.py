"""The description of the server, made of its routes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from flowhost_devserver import VidispineServer
from flowhost_devserver.vidispine import portal
from flowhost_devserver.vidispine.routes import ROUTES

SECONDS = 60.0


@pytest.fixture(scope="module")
def described(module_server: VidispineServer) -> Any:
    answer = requests.get(f"{module_server.url}/openapi.json", timeout=SECONDS)  # without a login
    assert answer.status_code == 200
    return answer.json()


def test_every_route_is_described_once(described: Any) -> None:
    served = {("/API" + route.path, route.method) for route in ROUTES}
    served |= {("/API/v2" + route.path, route.method) for route in portal.ROUTES}
    paths = {(re.sub("<(?:[^<>:]*:)?([^<>]+)>", r"{\1}", path), method) for path, method in served}
    found = {
        (path, method.upper()) for path, operations in described["paths"].items() for method in operations
    }
    assert found == paths


def test_it_says_where_the_server_is(described: Any, module_server: VidispineServer) -> None:
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": module_server.url}]


def test_every_operation_says_what_it_is_for(described: Any) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            variables = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert variables == set(re.findall("{([^{}]+)}", path))
            assert not {"200", "400", "401", "403", "404"} - operation["responses"].keys()
            assert "500" not in operation["responses"]


def test_it_knows_what_pages_ask_for(described: Any) -> None:
    users = described["paths"]["/API/user"]
    parameters = {one["name"]: one["schema"] for one in users["get"]["parameters"]}
    assert parameters == {
        "first": {"type": "integer"},
        "name": {"type": "array", "items": {"type": "string"}},
        "number": {"type": "integer"},
    }
    for path in ("/API/log", "/API/log/auditLog", "/API/log/export"):
        asked = {one["name"] for one in described["paths"][path]["get"]["parameters"]}
        assert {"username", "runAs", "method", "path", "starttime", "endtime", "sort", "rows"} <= asked
    body = users["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/UserDocument"}
    gives = users["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert gives == {"$ref": "#/components/schemas/UserListDocument"}
    search = described["paths"]["/API/item"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert search == {"$ref": "#/components/schemas/ItemSearchDocument"}


@pytest.mark.parametrize("path", ["deletion-lock", "library", "item"])
def test_it_knows_how_lists_are_paged(described: Any, path: str) -> None:
    parameters = {one["name"] for one in described["paths"][f"/API/{path}"]["get"]["parameters"]}
    assert {"first", "number", "cursor"} <= parameters


def test_it_knows_the_second_name_of_a_number(described: Any) -> None:
    ranges = described["components"]["schemas"]["FacetRange"]["properties"]
    assert ranges.keys() == {"start", "end", "value", "integerorempty"}


def test_no_reference_leads_nowhere(described: Any) -> None:
    known = described["components"]["schemas"]
    for name in re.findall("#/components/schemas/([^'\"]+)", str(described)):
        assert name in known, name


def test_the_forms_are_schemas(described: Any) -> None:
    schemas = described["components"]["schemas"]
    assert schemas["UserDocument"] == {"$ref": "#/components/schemas/User"}
    assert schemas["User"]["properties"]["disabled"] == {"type": "boolean"}
    assert schemas["Users"]["properties"]["user"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/User"},
    }
