"""External ids and their namespaces: what may be one, what one stands for, and who may say so."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flowhost_devserver import VidispineServer

SECONDS = 60.0
OWN = ("VX-999", "VX*999", "VX-2")


def item_of(server: VidispineServer) -> str:
    return server.catalogue.create_item({}, title="a", user="admin").id


@pytest.mark.parametrize("name", OWN)
def test_what_looks_like_an_own_id_is_refused(api: Any, module_server: VidispineServer, name: str) -> None:
    collection = api.post("/collection?name=A").json()["id"]
    [library] = api.post("/library", json={"item": []}).json()["uri"]
    paths = (f"/item/{item_of(module_server)}", f"/collection/{collection}", f"/library/{library}")
    answers = [api.put(f"{path}/external-id/{name}") for path in paths]
    answers += [
        api.post(path, params={"externalId": name, "name": "B"})
        for path in ("/collection", "/import/placeholder", "/library")
    ]
    for answer in answers:
        refused = answer.json()["invalidInput"]
        assert (answer.status_code, refused["context"], refused["value"]) == (400, "external-id", name)


def test_a_name_has_an_end(api: Any) -> None:
    collection = api.post("/collection?name=A").json()["id"]
    assert api.put(f"/collection/{collection}/external-id/{'a' * 256}").status_code == 200
    assert api.put(f"/collection/{collection}/external-id/{'a' * 257}").status_code == 400


def test_an_own_id_wins_over_a_name_of_an_older_server(api: Any, module_server: VidispineServer) -> None:
    first = api.post("/collection?name=first").json()["id"]
    later = f"VX-{int(first.removeprefix('VX-')) + 1}"
    module_server.site.keeping.put("external id of a collection", later, first)
    assert api.post("/collection?name=later").json()["id"] == later
    assert api.get(f"/collection/{later}").json()["name"] == "later"
    assert api.delete(f"/collection/{later}").status_code == 200
    assert api.get(f"/collection/{first}").json()["name"] == "first"


def test_what_is_called_meanwhile_stays(
    api: Any, api_for: Any, module_server: VidispineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, other = item_of(module_server), api_for(module_server)
    assert api.put(f"/item/{item}/external-id/old").status_code == 200
    adding = threading.Thread(target=other.put, args=(f"/item/{item}/external-id/new",), name="adding")
    update = module_server.catalogue.update_item

    def slow(*args: Any, **options: Any) -> Any:
        if adding.ident is None:
            adding.start()
            adding.join(0.5)  # as long as somebody else may take who does not wait for us
        return update(*args, **options)

    monkeypatch.setattr(module_server.catalogue, "update_item", slow)
    assert api.delete("/external-id/id/old").status_code == 200
    adding.join(SECONDS)
    named = api.get(f"/item/{item}/external-id").json()["id"]
    assert [one["externalId"] for one in named] == ["new"]


class TestNamespaces:
    def test_names_are_in_the_one_they_fit(self, api: Any, module_server: VidispineServer) -> None:
        item = item_of(module_server)
        assert api.put("/external-id/tapes", json={"pattern": "tape-.*"}).status_code == 200
        for name in ("tape-1", "other"):
            api.put(f"/item/{item}/external-id/{name}")
        named = api.get(f"/item/{item}/external-id").json()["id"]
        assert [one["namespace"] for one in named] == ["tapes", "default"]
        assert api.delete("/external-id/tapes").status_code == 200
        [left] = api.get(f"/item/{item}/external-id").json()["id"]
        assert left["externalId"] == "other"

    def test_only_administrators_make_them(
        self, api: Any, api_for: Any, module_server: VidispineServer
    ) -> None:
        api.post("/user", json={"userName": "joe", "password": "p"})
        joe = api_for(module_server, "joe", "p")
        assert joe.put("/external-id/slow", json={"pattern": "(a+)+b"}).status_code == 403
        assert api.get("/external-id/slow").status_code == 404
