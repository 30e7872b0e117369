"""Requests that are made up after the description of the server: none breaks it, and every refusal is well formed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import requests
from flowhost_devserver import VidispineServer
from flowhost_devserver.vidispine.openapi.pages import whole_description
from hypothesis import strategies as st
from lxml import etree

EXAMPLES = 5  # for each operation
SECONDS = 60.0
FUZZER = "fuzzer"  # an administrator whom no request changes
NAMESPACE = "{http://xml.vidispine.com/schema/vidispine}"
ACCEPTS = ("application/json", "application/xml", "text/plain")
KNOWN = [
    "VX-1",
    "VX-2",
    "VX*1",
    "admin",
    "title",
    "portal_mf10001",
    "original",
    "lowres",
    "CLOSED",
    "item",
    "Film",
]
"""What path variables often are, so that not all of them lead nowhere."""


def topics() -> list[str]:
    return sorted({"/".join(path.split("/")[:3]) for path in whole_description()["paths"]})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VidispineServer]:
    with VidispineServer(tmp_path_factory.mktemp("fuzzed")) as server:
        server.add_user(FUZZER, FUZZER, groups=["_administrator"])
        for number in range(3):
            item = server.catalogue.create_item({}, title=f"Item {number}", user="admin")
            file = server.root / f"{number}.bin"
            file.write_bytes(b"media")
            server.catalogue.wait_for_job(server.catalogue.import_file(item.id, file).id, SECONDS)
            server.catalogue.create_collection(f"Collection {number}")
        yield server


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def schema(server: VidispineServer) -> Any:
    schemathesis = pytest.importorskip("schemathesis", reason="it makes the requests up")
    description = json.loads(json.dumps(whole_description()))
    for path in description["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["schema"] = {"anyOf": [{"enum": KNOWN}, {"type": "string", "minLength": 1}]}
    made = schemathesis.openapi.from_dict(description)
    made.config.update(base_url=server.url)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("topic", topics())
def test_no_request_breaks_the_server(
    schema: Any, session: requests.Session, server: VidispineServer, topic: str
) -> None:
    for made in schema.get_all_operations():
        operation = made.ok()
        if f"{operation.path}/".startswith(f"{topic}/"):
            _fuzz(operation, session, server)


def _fuzz(operation: Any, session: requests.Session, server: VidispineServer) -> None:
    documented = {int(status) for status in operation.definition.raw["responses"]} | {405}

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(), accept=st.sampled_from(ACCEPTS))
    def ask(case: Any, accept: str) -> None:
        case.headers.clear() if case.headers else None
        answer = case.call(
            session=session,
            headers={"Accept": accept},
            auth=(FUZZER, FUZZER),
            timeout=SECONDS,
            allow_redirects=False,
        )
        told = (
            f"{answer.request.method} {answer.request.url} {answer.request.body!r:.500}: {answer.status_code}"
        )
        assert answer.status_code in documented, f"{told} {answer.text[:500]}"
        _check(answer, portal="/API/v2/" in operation.path, told=told)

    ask()


def _check(answer: Any, *, portal: bool, told: str) -> None:
    """A body is what its type says; a refusal is a whole error document."""
    kind = (answer.headers.get("content-type") or [""])[0].partition(";")[0]
    body = answer.content
    if kind == "application/xml":
        root = etree.fromstring(body)
        assert answer.status_code < 400 or root.tag == NAMESPACE + "ExceptionDocument", told
    elif kind == "application/json":
        data = json.loads(body)
        if answer.status_code >= 400:
            keys = set(data)
            assert keys == {"detail"} if portal else "notFound" in keys or keys == {"code", "message"}, told
            assert portal or keys == {"code", "message"} or _faults(data) == 1, told
    elif answer.status_code >= 400:
        assert kind == "text/plain", f"{told} {kind!r} {body[:200]!r}"
        assert body.startswith(str(answer.status_code).encode()), told


def _faults(data: dict[str, Any]) -> int:
    assert len(data) == 9
    return sum(value is not None for value in data.values())
