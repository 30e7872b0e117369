"""Access to items, collections and libraries: entries, and what holds in effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from flowhost_devserver.vidispine.people.records import Person
from lxml import etree

import flowhost

NS = "http://xml.vidispine.com/schema/vidispine"
XML = {"Accept": "application/xml"}


@pytest.fixture(scope="module")
def server() -> Iterator[VidispineServer]:
    with VidispineServer() as server:
        for name in ("ann", "bob", "cat"):
            server.site.people.keep_user(Person(name))
        server.catalogue.add_group("editors", members=["ann"])
        yield server


@pytest.fixture
def api(server: VidispineServer, api_for: Any) -> Any:
    return api_for(server)


def _made(api: Any, server: VidispineServer, kind: str) -> str:
    if kind == "item":
        return server.catalogue.create_item({}, title="a", user="admin").id
    if kind == "collection":
        return str(api.post("/collection?name=A").json()["id"])
    return str(api.post("/library", json={}).json()["uri"][0])


@pytest.fixture(params=["item", "collection", "library"])
def path(request: pytest.FixtureRequest, api: Any, server: VidispineServer) -> str:
    return f"/{request.param}/{_made(api, server, request.param)}"


@pytest.fixture
def item(api: Any, server: VidispineServer) -> str:
    return _made(api, server, "item")


def entries(api: Any, path: str) -> list[dict[str, Any]]:
    listed = api.get(f"{path}/access").json()["access"]
    return [one for one in listed if one["permission"] != "OWNER"]


READ = {"group": "editors", "permission": "READ", "priority": 1}


def test_an_entry_comes_and_goes(api: Any, server: VidispineServer, path: str) -> None:
    made = api.post(f"{path}/access?allowDuplicate=false", json=READ).json()
    assert made == {
        "id": made["id"],
        "loc": f"{server.url}/API{path}/access/{made['id']}",
        "grantor": "admin",
        "recursive": True,
        "permission": "READ",
        "group": "editors",
        "priority": 1,
    }
    assert api.get(f"{path}/access/{made['id']}").json() == made
    assert entries(api, path) == [made]
    answer = api.delete(f"{path}/access/{made['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.delete(f"{path}/access/{made['id']}").status_code == 404
    assert entries(api, path) == []


def test_the_owner_stays(api: Any, path: str) -> None:
    (owner,) = api.get(f"{path}/access").json()["access"]
    assert (owner["permission"], owner["user"], owner["grantor"]) == ("OWNER", "admin", "admin")
    assert api.delete(f"{path}/access/{owner['id']}").status_code == 409
    assert api.put(f"{path}/access/owner/ann").json() == {**owner, "user": "ann", "grantor": "ann"}
    assert api.get(f"{path}/access").json()["access"] == [{**owner, "user": "ann", "grantor": "ann"}]
    assert api.put(f"{path}/access/owner/nobody").json()["notFound"]["type"] == "User"


def test_duplicates_are_made_unless_refused(api: Any, path: str) -> None:
    ids = {api.post(f"{path}/access", json=READ).json()["id"] for _ in range(3)}
    assert len(ids) == 3
    assert api.post(f"{path}/access?allowDuplicate=false", json=READ).json()["id"] in ids
    other = {**READ, "operation": {"shape": {"tag": "lowres"}}}
    assert api.post(f"{path}/access?allowDuplicate=false", json=other).json()["id"] not in ids
    assert len(entries(api, path)) == 4


def test_xml_and_text(api: Any, path: str) -> None:
    for operation in ('<metadata field="title"/>', "<metadata><field>title</field></metadata>"):
        body = f"""<AccessControlDocument xmlns="{NS}"><permission>WRITE</permission><user>ann</user>
            <operation>{operation}</operation><appliesTo recursive="true">self</appliesTo></AccessControlDocument>"""
        headers = {"Accept": "text/plain", "Content-Type": "application/xml"}
        id_ = api.post(f"{path}/access", data=body, headers=headers).text
        entry = api.get(f"{path}/access/{id_}").json()
        assert entry["operation"] == {"metadata": {"field": "title"}}
        assert entry["appliesTo"] == [{"recursive": True, "value": "self"}]
    root = etree.fromstring(api.get(f"{path}/access", headers=XML).content)
    assert root.tag == f"{{{NS}}}AccessControlListDocument"
    entry = root.findall(f"{{{NS}}}access")[-1]
    assert entry.get("id") == id_
    names = ["loc", "grantor", "appliesTo", "recursive", "permission", "user", "operation"]
    assert [etree.QName(one).localname for one in entry] == names


@pytest.mark.parametrize(
    ("document", "context"),
    [
        ({"permission": "OWNER", "user": "ann"}, "permission"),
        ({"permission": "SOME", "user": "ann"}, "permission"),
        ({"user": "ann"}, "permission"),
        ({"permission": "READ"}, "access"),
        ({"permission": "READ", "user": "ann", "group": "editors"}, "access"),
        ({"permission": "READ", "user": "ann", "priority": "high"}, "AccessControlDocument"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(api: Any, path: str, document: dict[str, Any], context: str) -> None:
    answer = api.post(f"{path}/access", json=document)
    assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, context)


def test_many_at_once(api: Any, path: str) -> None:
    several = {"access": [READ, {"user": "bob", "permission": "NONE"}, {"user": "ann", "permission": "ALL"}]}
    listed = api.post(f"{path}/access/bulk", json=several).json()["access"]
    assert [one["permission"] for one in listed] == ["READ", "NONE", "ALL"]
    assert entries(api, path) == listed
    assert api.post(f"{path}/access/bulk", json={"access": [READ, {"permission": "READ"}]}).status_code == 400
    assert entries(api, path) == listed
    gone = {"access": [{"id": listed[0]["id"]}, {"user": "bob", "permission": "NONE"}]}
    assert api.delete(f"{path}/access/bulk", json=gone).status_code == 200
    assert entries(api, path) == listed[2:]


@pytest.mark.parametrize(
    ("kind", "id_", "called"),
    [("item", "VX-999", "Item"), ("collection", "VX-999", "Collection"), ("library", "VX*999", "Library")],
)
def test_what_is_not_there(api: Any, kind: str, id_: str, called: str) -> None:
    for method, rest in (
        ("GET", "access"),
        ("POST", "access"),
        ("GET", "merged-access"),
        ("GET", "access/VX-1"),
    ):
        answer = api.ask(method, f"/{kind}/{id_}/{rest}")
        assert answer.json()["notFound"] == {"type": called, "id": id_, "context": None}


def test_entries_of_the_catalogue_are_those_of_items(api: Any, server: VidispineServer, item: str) -> None:
    made = server.catalogue.add_access(item, flowhost.AccessEntry("editors", "group", "WRITE", 3))
    (entry,) = entries(api, f"/item/{item}")
    assert (entry["id"], entry["group"], entry["permission"], entry["priority"]) == (
        made.id,
        "editors",
        "WRITE",
        3,
    )
    api.post(f"/item/{item}/access", json={"user": "bob", "permission": "ALL"})
    assert server.catalogue.permission("bob", item) == "ALL"


def merged(api: Any, item: str, **query: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = api.get(f"/item/{item}/merged-access", params=query).json()["access"]
    return listed


def test_merged_access_has_these_keys(api: Any, item: str) -> None:
    made = api.post(f"/item/{item}/access", json=READ).json()
    answer = api.get(f"/item/{item}/merged-access?username=ann&type=GENERIC&permission=NONE").json()
    assert answer["query"] == {"username": "ann", "item": item, "permission": "NONE", "type": "GENERIC"}
    assert answer["access"] == [
        {
            "username": "ann",
            "group": "editors",
            "permission": "READ",
            "effectivePermission": "READ",
            "priority": 1,
            "grantor": "admin",
            "type": "GENERIC",
            "matches": True,
            "superUser": False,
            "id": made["id"],
        }
    ]
    root = etree.fromstring(api.get(f"/item/{item}/merged-access?username=ann", headers=XML).content)
    assert root.tag == f"{{{NS}}}AccessControlMergedDocument"
    assert root.find(f"{{{NS}}}access").get("effectivePermission") == "READ"  # type: ignore[union-attr]
    assert merged(api, item, permission="READ")[0]["superUser"] is True
    assert api.get(f"/item/{item}/merged-access?permission=SOME").status_code == 400
    assert api.get(f"/item/{item}/merged-access?type=SOME").status_code == 400


def test_without_a_question_there_is_every_user(api: Any, item: str) -> None:
    api.post(f"/item/{item}/access", json=READ)
    api.post(f"/item/{item}/access", json={"user": "bob", "permission": "WRITE"})
    answer = api.get(f"/item/{item}/merged-access").json()
    assert list(answer) == ["access"]
    assert [(one["username"], one["permission"], one["priority"]) for one in answer["access"]] == [
        ("admin", "OWNER", 0),
        ("ann", "READ", 1),
        ("bob", "WRITE", 0),
    ]


def test_what_counts_comes_first(api: Any, item: str) -> None:
    for document in (
        {"group": "editors", "permission": "ALL"},
        {"user": "ann", "permission": "READ"},
        {"group": "editors", "permission": "WRITE", "priority": 5},
        {"user": "bob", "permission": "ALL", "priority": 9},
    ):
        api.post(f"/item/{item}/access", json=document)
    listed = merged(api, item, username="ann", permission="WRITE")
    assert [(one["permission"], one["matches"]) for one in listed] == [
        ("WRITE", True),
        ("READ", False),
        ("ALL", True),
    ]


def test_rights_to_parts_hold_for_these(api: Any, item: str) -> None:
    for operation in (
        {},
        {"shape": {"tag": "web"}},
        {"shape": {"tag": "raw"}},
        {"metadata": {"field": "title"}},
    ):
        api.post(f"/item/{item}/access", json={"user": "ann", "permission": "READ", "operation": operation})
    web = merged(api, item, username="ann", type="SHAPE", extradata="web")
    assert sorted((one["type"], one.get("extradata", "")) for one in web) == [
        ("GENERIC", ""),
        ("SHAPE", "web"),
    ]
    assert len(merged(api, item, username="ann", type="METADATA")) == 2
    assert [one["type"] for one in merged(api, item, username="ann")] == ["GENERIC"]
    assert sum(one["username"] == "ann" for one in merged(api, item)) == 4


def test_rights_come_from_collections_and_libraries(api: Any, item: str) -> None:
    outer, inner = (api.post("/collection?name=A").json()["id"] for _ in range(2))
    api.put(f"/collection/{outer}/{inner}?type=collection")
    api.put(f"/collection/{inner}/{item}")
    library = api.post("/library", json={"item": [{"id": item}]}).json()["uri"][0]
    api.post(f"/collection/{outer}/access", json={"user": "ann", "permission": "READ"})
    api.post(f"/collection/{inner}/access", json={"user": "ann", "permission": "ALL", "recursive": False})
    api.post(
        f"/collection/{inner}/access", json={"user": "ann", "permission": "ALL", "appliesTo": ["collection"]}
    )
    api.post(f"/library/{library}/access", json={"user": "ann", "permission": "WRITE"})
    listed = merged(api, item, username="ann")
    assert [(one["permission"], one.get("library"), one.get("collection")) for one in listed] == [
        ("WRITE", library, None),
        ("READ", None, outer),
    ]
    groups = api.get(f"/item/{item}/merged-access/group").json()["access"]
    assert groups == []


def test_groups_with_users_each_have_what_counts(api: Any, server: VidispineServer, item: str) -> None:
    server.catalogue.add_group("guests", members=["bob"])
    for document in (
        READ,
        {"group": "nobody in it", "permission": "READ"},
        {"group": "editors", "permission": "ALL"},
        {"group": "guests", "permission": "NONE"},
    ):
        api.post(f"/item/{item}/access", json=document)
    answer = api.get(f"/item/{item}/merged-access/group").json()
    assert list(answer) == ["access"]
    listed = answer["access"]
    assert [(one["group"], one["permission"]) for one in listed] == [("editors", "READ"), ("guests", "NONE")]
    assert len(api.get(f"/item/{item}/merged-access/group?full=true").json()["access"]) == 3


def test_a_group_has_the_users_of_groups_in_it(api: Any, server: VidispineServer, item: str) -> None:
    for outer, inner in (("outer", "middle"), ("middle", "inner")):
        for name in (outer, inner):
            api.put(f"/group/{name}")
        assert api.put(f"/group/{outer}/group/{inner}").status_code == 200
        api.post(f"/item/{item}/access", json={"group": outer, "permission": "READ"})
    api.post(f"/item/{item}/access", json={"group": "inner", "permission": "READ"})

    def groups() -> list[str]:
        listed = api.get(f"/item/{item}/merged-access/group").json()["access"]
        return [one["group"] for one in listed]

    assert groups() == []
    api.put("/group/middle/user/bob")
    assert groups() == ["outer", "middle"]
    api.put("/group/inner/user/cat")
    api.delete("/group/middle/user/bob")
    assert groups() == ["outer", "middle", "inner"]


def test_rights_are_kept(api: Any, server: VidispineServer, item: str) -> None:
    cat = {"RunAs": "cat"}
    assert api.get("/collection", headers=cat).json()["hits"] == 0
    only = {"field": [{"name": "itemId", "value": [{"value": item}]}]}
    assert api.put("/item", json=only, headers=cat).json()["hits"] == 0
    api.post(f"/item/{item}/access", json={"user": "cat", "permission": "READ"})
    assert api.put("/item", json=only, headers=cat).json()["hits"] == 1
    assert api.post(f"/item/{item}/access", json=READ, headers=cat).status_code == 403
    own = api.post("/collection?name=Mine", headers=cat).json()["id"]
    assert api.get("/collection", headers=cat).json()["hits"] == 1
    assert api.get(f"/collection/{own}", headers={"RunAs": "bob"}).status_code == 403
    assert api.put(f"/collection/{own}/{item}", headers=cat).status_code == 200
    assert api.get(f"/collection/{own}/access").json()["access"][0]["user"] == "cat"


def test_every_item_at_once(make_vidispine_server: Any, api_for: Any) -> None:
    server = make_vidispine_server(users={"admin": "admin", "ann": "ann"})
    api, path = api_for(server), "/item/access"
    items = [_made(api, server, "item") for _ in range(3)]
    api.post(f"/item/{items[0]}/access", json=READ)
    assert api_for(server, "ann", "ann").post(path, json=READ).status_code == 403
    assert api_for(server, "ann", "ann").delete(path).status_code == 403
    answer = api.post(path, json=READ)
    assert (answer.status_code, answer.content) == (200, b"")
    assert [len(entries(api, f"/item/{item}")) for item in items] == [1, 1, 1]
    assert api.delete(path).status_code == 200
    assert [len(api.get(f"/item/{item}/access").json()["access"]) for item in items] == [1, 1, 1]
