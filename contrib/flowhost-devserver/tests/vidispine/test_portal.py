"""Portal's own API below ``/API/v2``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flowhost_devserver import VidispineServer

import flowhost

SECONDS = 60.0
KEY = "a-key-of-portal"


class Portal:
    """HTTP below ``/API/v2`` with a key."""

    def __init__(self, server: VidispineServer) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["AUTH-TOKEN"] = KEY

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else f"{self.server.url}/API/v2{path}"
        return self.session.request(method, url, timeout=SECONDS, **options)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.ask("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def search(self, path: str = "/search/", **body: Any) -> Any:
        answer = self.ask("PUT", path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def found(self, *terms: Any, operator: str = "AND") -> list[str]:
        return [
            row["id"] for row in self.search(filter={"operator": operator, "terms": list(terms)})["results"]
        ]


@pytest.fixture(scope="module")
def server() -> Iterator[VidispineServer]:
    with VidispineServer(users={"admin": "admin", "ann": "secret"}, portal_tokens={KEY: "admin"}) as server:
        server.add_storage("second")
        yield server


@pytest.fixture
def portal(server: VidispineServer) -> Iterator[Portal]:
    portal = Portal(server)
    yield portal
    portal.session.close()


@pytest.fixture
def item(server: VidispineServer) -> Callable[..., str]:
    """Makes items: called with fields."""

    def make(title: str = "Harbour at night", user: str = "admin", **fields: str) -> str:
        values = {name: [value] for name, value in fields.items()}
        return server.catalogue.create_item(values, title=title, user=user).id

    return make


@pytest.fixture
def clip(server: VidispineServer, item: Callable[..., str]) -> str:
    """An item with a file."""
    made = item()
    file = server.root / f"{made}.bin"
    file.write_bytes(b"media" * 100)
    job = server.catalogue.import_file(made, file)
    server.catalogue.wait_for_job(job.id, SECONDS)
    return made


def managing(portal: Portal, item_id: str, what: str) -> str:
    (row,) = portal.get(f"/items/{item_id}/formats/")["formats"]
    return str(row["files"][0]["urls"][f"manage_shape_{what}_url"])


def test_it_is_there_for_everybody(server: VidispineServer) -> None:
    answer = requests.get(f"{server.url}/API/v2/healthcheck/simple", timeout=SECONDS)
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})


def test_a_key_lets_its_user_in_and_a_password_does_too(server: VidispineServer, portal: Portal) -> None:
    assert portal.get("/whoami/")["username"] == "admin"
    by_password = requests.get(f"{server.url}/API/v2/whoami/", auth=("ann", "secret"), timeout=SECONDS)
    assert by_password.json() == {
        "username": "ann",
        "first_name": "",
        "last_name": "",
        "is_superuser": False,
        "groups": [],
        "roles": [],
    }
    for headers in ({}, {"AUTH-TOKEN": "wrong"}):
        refused = requests.get(f"{server.url}/API/v2/whoami/", headers=headers, timeout=SECONDS)
        assert refused.status_code == 401
        assert list(refused.json()) == ["detail"]


def test_administrators_act_for_others(server: VidispineServer, portal: Portal) -> None:
    assert portal.get("/whoami/", headers={"RUNAS": "ann"})["username"] == "ann"
    assert portal.ask("GET", "/whoami/", headers={"RUNAS": "nobody"}).status_code == 404
    refused = requests.get(
        f"{server.url}/API/v2/whoami/", auth=("ann", "secret"), headers={"RUNAS": "admin"}, timeout=SECONDS
    )
    assert refused.status_code == 403
    assert list(refused.json()) == ["detail"]


def test_keys_are_made_and_deleted(server: VidispineServer, portal: Portal) -> None:
    made = portal.ask("POST", "/auth/tokens/", json={"name": "mine"})
    assert made.status_code == 201
    key = made.json()["key"]
    assert key in [row["key"] for row in portal.get("/auth/tokens/")["results"]]
    url = f"{server.url}/API/v2/whoami/"
    assert requests.get(url, headers={"AUTH-TOKEN": key}, timeout=SECONDS).json()["username"] == "admin"
    assert portal.ask("DELETE", f"/auth/tokens/{key}").status_code == 204
    assert requests.get(url, headers={"AUTH-TOKEN": key}, timeout=SECONDS).status_code == 401
    assert portal.ask("DELETE", f"/auth/tokens/{key}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/no/such/path", 404, "Not found."),
        ("GET", "/items/VX-999/", 404, "Not found."),
        ("GET", "/storages/VX-999/content", 404, "Not found."),
        ("GET", "/storages/%00/content", 400, "'\\x00' is no text that can be kept"),
        ("GET", "/metadata-schema/fields/nothing_x/tags/", 404, "Not found."),
        ("POST", "/whoami/", 405, 'Method "POST" not allowed.'),
        ("GET", "/files/?sort=color_asc", 400, "sort is 'color_asc', expected one of"),
    ],
)
def test_refusals_have_a_detail(portal: Portal, method: str, path: str, status: int, told: str) -> None:
    answer = portal.ask(method, path)
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])
    assert answer.json()["detail"].startswith(told)


def test_an_item_at_a_glance(portal: Portal, clip: str) -> None:
    found = portal.get(f"/items/{clip}/")
    assert set(found) == {
        "id",
        "item_type",
        "archived",
        "online",
        "locked",
        "auto_purge_seconds",
        "latest_version",
        "system_metadata",
        "metadata_summary",
        "original_shape",
        "permissions",
        "previews",
    }
    assert (found["id"], found["online"], found["archived"], found["locked"]) == (clip, True, False, False)
    system = found["system_metadata"]
    assert (system["title"], system["user"], system["originalFilename"]) == (
        "Harbour at night",
        "admin",
        f"{clip}.bin",
    )
    assert (found["original_shape"]["display_name"], found["original_shape"]["closed"]) == ("original", True)
    assert set(found["permissions"]) == {
        f"{kind}_{right}" for kind in ("generic", "uri", "metadata") for right in ("read", "write")
    }
    assert all(found["permissions"].values())
    assert found["previews"] == {"shapes": []}


def test_a_deletion_lock_locks(server: VidispineServer, portal: Portal, clip: str) -> None:
    server.catalogue.lock_deletion(clip, user="ann")
    assert portal.get(f"/items/{clip}/")["locked"] is True


def test_the_formats_of_an_item(portal: Portal, clip: str) -> None:
    found = portal.get(f"/items/{clip}/formats/")
    (row,) = found["formats"]
    assert found["total"] == 1
    assert set(row) == {
        "id",
        "name",
        "display_name",
        "closed",
        "mimeType",
        "download_uri",
        "data_corruption",
        "files",
    }
    (file,) = row["files"]
    assert set(file) == {"id", "filename", "filesize", "file_state", "manageable", "storage", "urls"}
    assert (file["filesize"], file["file_state"], file["storage"]["name"]) == (500, "CLOSED", "media")
    assert set(file["urls"]) == {f"manage_shape_{word}_url" for word in ("move", "copy", "rename", "delete")}


def test_who_may_not_read_an_item_does_not(
    server: VidispineServer, portal: Portal, item: Callable[..., str]
) -> None:
    made, as_ann = item(), {"RUNAS": "ann"}
    assert portal.ask("GET", f"/items/{made}/", headers=as_ann).status_code == 403
    server.catalogue.add_access(made, flowhost.AccessEntry("ann", "user", "READ"))
    rights = portal.get(f"/items/{made}/", headers=as_ann)["permissions"]
    assert (rights["generic_read"], rights["generic_write"]) == (True, False)
    assert portal.ask("POST", f"/items/{made}/relation/{made}", headers=as_ann).status_code == 403


def test_who_may_not_read_an_item_does_not_find_it(
    server: VidispineServer, portal: Portal, item: Callable[..., str]
) -> None:
    item("Guarded one")
    shown = item("Guarded two")
    server.catalogue.add_access(shown, flowhost.AccessEntry("ann", "user", "READ"))
    body = {"query": "guarded"}
    answer = portal.ask("PUT", "/search/", json=body, headers={"RUNAS": "ann"}).json()
    assert (answer["hits"], [row["id"] for row in answer["results"]]) == (1, [shown])
    assert portal.search(**body)["hits"] == 2


def test_access_is_shown_with_priorities_as_text(
    server: VidispineServer, portal: Portal, item: Callable[..., str]
) -> None:
    made = item(user="ann")
    kept = server.catalogue.add_access(made, flowhost.AccessEntry("news", "group", "WRITE", 2))
    found = portal.get(f"/items/{made}/acl")
    assert found["total"] == 2
    owner, entry = found["acls"]
    assert (owner["source_name"], owner["permission"]) == ("ann", "OWNER")
    assert entry == {
        "id": kept.id,
        "source": "group",
        "source_name": "news",
        "source_full_name": "news",
        "permission": "WRITE",
        "permission_translated": "Write",
        "priority": "2",
        "priority_translated": "High",
        "recursive": True,
        "grantor": entry["grantor"],
        "inherited_from": None,
    }
    above = server.catalogue.create_collection("Shared").id
    server.catalogue.add_member(above, made)
    vidispine = f"{server.url}/API/collection/{above}/access"
    given = {"user": "ann", "permission": "READ", "recursive": True}
    headers = {"Accept": "application/json"}
    answer = portal.ask("POST", vidispine, json=given, auth=("admin", "admin"), headers=headers)
    assert answer.status_code == 200, answer.text
    inherited = portal.get(f"/items/{made}/acl")["acls"][-1]
    source = {"id": above, "type": "collection", "extra_data": {"collection_name": "Shared"}}
    assert (inherited["permission"], inherited["inherited_from"]) == ("READ", source)


def test_a_file_is_copied_moved_renamed_and_deleted(
    server: VidispineServer, portal: Portal, clip: str
) -> None:
    second = server.catalogue.storage("second").id

    def manage(url: str, **form: str) -> str:
        answer = portal.ask("PUT", url, data=form)
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == {"message", "task_id"}
        server.settle()
        task = portal.get(f"/tasks/{answer.json()['task_id']}")
        assert set(task) == {"task_id", "state"}
        return str(task["state"])

    def places() -> list[tuple[str, str]]:
        files = portal.get(f"/items/{clip}/formats/")["formats"][0]["files"]
        return [(file["storage"]["name"], file["filename"]) for file in files]

    assert manage(managing(portal, clip, "copy"), destination_storage=second, filename="a/b.bin") == "SUCCESS"
    assert sorted(places())[1] == ("second", "a/b.bin")
    assert manage(managing(portal, clip, "delete")) == "SUCCESS"
    assert places() == [("second", "a/b.bin")]
    assert manage(managing(portal, clip, "rename"), filename="a/c.bin") == "SUCCESS"
    assert places() == [("second", "a/c.bin")]
    assert manage(managing(portal, clip, "delete")) == "FAILURE"  # it is the last copy
    media = server.catalogue.storage("media").id
    assert manage(managing(portal, clip, "move"), destination_storage=media) == "SUCCESS"
    assert [storage for storage, _ in places()] == ["media"]
    wrong = portal.ask("PUT", managing(portal, clip, "move"), data={"destination_storage": "VX-99"})
    assert wrong.json() == {"detail": "destination_storage is 'VX-99', expected the id of a storage"}


def test_a_task_that_nobody_knows_is_pending(portal: Portal) -> None:
    assert portal.get("/tasks/nothing") == {"task_id": "nothing", "state": "PENDING"}


def test_what_lies_in_a_storage(server: VidispineServer, portal: Portal) -> None:
    storage = server.add_storage("listed")
    for name in ("b.mov", "a.mov", ".hidden", "sub/c.mov", "sub/deep/d.mov"):
        file = server.root / "listed" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    for _ in range(2):
        server.catalogue.scan(storage)

    def names(**parameters: Any) -> list[str]:
        found = portal.get("/files/", params={"storage": storage.id, **parameters})
        return [row["name"] for row in found["objects"]]

    assert names() == ["a.mov", "b.mov", "sub"]
    assert names(sort="name_desc") == ["sub", "b.mov", "a.mov"]
    assert names(item_type="directory") == ["sub"]
    assert names(item_type="file", query="B") == ["b.mov"]
    assert names(path="/sub/") == ["c.mov", "deep"]
    assert names(import_state="imported") == []
    assert names(import_state="not_imported") == ["a.mov", "b.mov"]
    page = portal.get(f"/storages/{storage.id}/content", params={"page_size": 2})
    assert [row["name"] for row in page["objects"]] == ["a.mov", "b.mov"]
    meta = page["meta"]
    assert {
        key: meta[key] for key in ("has_next", "previous", "hits", "page", "pages", "results_per_page")
    } == {
        "has_next": True,
        "previous": None,
        "hits": 3,
        "page": 1,
        "pages": 2,
        "results_per_page": 2,
    }
    following = portal.get(meta["next"])
    assert [row["name"] for row in following["objects"]] == ["sub"]
    assert following["meta"]["has_next"] is False


def test_criteria_find_items(portal: Portal, item: Callable[..., str]) -> None:
    one = item("Northern light", portal_mf10001="Alpha beta", portal_mf10002="5")
    two = item("Northern wind", portal_mf10001="alpha gamma", portal_mf10002="50")
    three = item("Northern rain")
    north = {"name": "title", "value": "northern"}
    assert portal.found(north) == [one, two, three]
    assert portal.found(north, {"name": "portal_mf10001", "value": "alpha"}) == [one, two]
    assert portal.found(north, {"name": "portal_mf10001", "value": "alpha beta", "exact": True}) == [one]
    assert portal.found(north, {"name": "portal_mf10001", "value": "alpha", "exact": True}) == []
    assert portal.found(north, {"name": "portal_mf10001", "missing": True}) == [three]
    assert portal.found(north, {"name": "portal_mf10002", "range": {"min": 10}}) == [two]
    assert portal.found(north, {"name": "portal_mf10002", "range": {"gte": 5, "lt": 50}}) == [one]
    assert portal.found(north, {"name": "title", "value": ["light", "rain"]}) == [one, three]
    either = [{"name": "title", "value": "wind"}, {"name": "title", "value": "rai*"}]
    assert portal.found(north, {"operator": "OR", "terms": either}) == [two, three]
    assert portal.found(north, {"operator": "NOT", "terms": either}) == [one]


def test_what_is_in_the_recycle_bin_is_left_out_unless_asked_for(
    portal: Portal, item: Callable[..., str]
) -> None:
    here = item("Southern light")
    gone = item("Southern wind", portal_deleted="2026-01-01T00:00:00Z")
    south = {"name": "title", "value": "southern"}
    assert portal.found(south) == [here]
    assert portal.found(south, {"name": "portal_deleted", "missing": True}) == [here]
    deleted = {"name": "portal_deleted", "range": {"min": "1000-01-01", "max": "3000-01-01"}}
    assert portal.found(south, deleted) == [gone]


def test_what_is_found_comes_in_pages_with_fields(
    server: VidispineServer, portal: Portal, item: Callable[..., str]
) -> None:
    ids = [item(f"Eastern {name}") for name in ("b", "c", "a")]
    collection = server.catalogue.create_collection("Eastern things").id
    body = {"doc_types": ["item", "collection"], "fields": ["id", "title"], "query": "eastern"}
    every = portal.search(**body)
    assert (every["hits"], every["has_next"]) == (4, False)
    assert every["results"][0] == {"id": ids[0], "_type": "item", "title": "Eastern b"}
    assert every["results"][3] == {"id": collection, "_type": "collection", "title": "Eastern things"}
    pages = [portal.search(f"/search/?page={page}&page_size=3", **body) for page in (1, 2, 3)]
    assert [[row["_type"] for row in page["results"]] for page in pages] == [["item"] * 3, ["collection"], []]
    assert [page["has_next"] for page in pages] == [True, False, False]
    ordered = portal.search(query="eastern", sort=[{"name": "title", "order": "desc"}], fields=["title"])
    assert [row["title"] for row in ordered["results"]] == ["Eastern c", "Eastern b", "Eastern a"]


@pytest.mark.parametrize(
    "body",
    [
        {"doc_types": ["asset"]},
        {"query": 5},
        {"filter": []} | {"filter": ["x"]},
        {"filter": {"operator": "XOR", "terms": []}},
        {"filter": {"terms": [5]}},
        {"filter": {"terms": [{"name": 5}]}},
        {"filter": {"terms": [{"name": "title"}]}},
        {"filter": {"terms": [{"name": "title", "range": {"around": 5}}]}},
        {"filter": {"terms": [{"name": "title", "range": {"min": 1, "max": "x"}}]}},
        {"sort": "title"},
        {"sort": [{"name": "title", "order": "up"}]},
        {"sort": [{}]},
        {"query": "x" * 2000},
    ],
)
def test_criteria_that_are_none_are_refused(portal: Portal, body: Any) -> None:
    answer = portal.ask("PUT", "/search/", json=body)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"]), answer.text


def test_a_saved_search_is_a_collection_with_its_criteria(
    server: VidispineServer, portal: Portal, item: Callable[..., str]
) -> None:
    criteria = {"query": "*", "filter": {"operator": "AND", "terms": [{"name": "title", "value": "western"}]}}
    made = portal.ask("POST", "/savedsearches/", json={"name": "West", "criteria": criteria})
    assert made.status_code == 201
    saved = made.json()["id"]
    kept = server.catalogue.collection(saved)
    assert set(kept.fields) == {"criteria_document", "portal_saved_search_version"}
    expected = {"id": saved, "name": "West", "criteria": criteria, "portal_saved_search_version": "1"}
    assert portal.get(f"/savedsearches/{saved}/") == expected
    assert expected in portal.get("/savedsearches/")["results"]
    found = item("Western light")
    assert [row["id"] for row in portal.get(f"/savedsearches/{saved}/results/")["results"]] == [found]
    changed = portal.ask("PUT", f"/savedsearches/{saved}/", json={"criteria": {"query": "nothing-like-it"}})
    assert (changed.json()["name"], changed.json()["criteria"]) == ("West", {"query": "nothing-like-it"})
    assert portal.get(f"/savedsearches/{saved}/results/")["hits"] == 0
    assert portal.ask("DELETE", f"/savedsearches/{saved}/").status_code == 204
    assert portal.ask("GET", f"/savedsearches/{saved}/").status_code == 404
    for body in ({}, {"name": "x"}, {"name": "x", "criteria": {"filter": 5}}, {"name": 5, "criteria": {}}):
        assert portal.ask("POST", "/savedsearches/", json=body).status_code == 400


def test_names_of_collections_are_completed(server: VidispineServer, portal: Portal) -> None:
    made = server.catalogue.create_collection("Unusual name").id
    found = portal.get("/collections/autocomplete/?query=unus")
    assert found == {"results": [{"id": made, "name": "Unusual name", "title": "Unusual name"}], "hits": 1}


def test_the_words_of_a_field_the_frequent_first(portal: Portal, item: Callable[..., str]) -> None:
    for word in ("Rare", "Often", "Often"):
        item("Tagged", portal_mf10003=word)
    assert portal.ask("PUT", "/search/", json={}).status_code == 200
    vidispine = portal.server.url + "/API/metadata-field/portal_mf10003"
    document = {"name": "portal_mf10003", "type": "string-exact"}
    assert portal.ask("PUT", vidispine, json=document, auth=("admin", "admin")).status_code == 200
    assert portal.get("/metadata-schema/fields/portal_mf10003/tags/")["tags"] == ["Often", "Rare"]
    assert portal.get("/metadata-schema/fields/portal_mf10003/tags/?size=1")["tags"] == ["Often"]


def test_items_are_related_once(portal: Portal, item: Callable[..., str]) -> None:
    parent, child = item(), item()
    path = f"/items/{parent}/relation/{child}?type=portal_metadata_cascade&direction=D"
    first, second = (portal.ask("POST", path).json() for _ in range(2))
    assert first == second
    assert first == {
        "id": first["id"],
        "source": parent,
        "target": child,
        "type": "portal_metadata_cascade",
        "direction": "D",
    }
    assert portal.get(f"/items/{child}/relation/") == {"relations": [first], "total": 1}
    assert portal.ask("POST", f"/items/{parent}/relation/VX-999").status_code == 404
    assert portal.ask("POST", f"/items/{parent}/relation/{child}?direction=X").status_code == 400
