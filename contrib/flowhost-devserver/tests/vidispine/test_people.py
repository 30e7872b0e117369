"""Users, groups and roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NAMESPACE = "{http://xml.vidispine.com/schema/vidispine}"


@pytest.fixture
def user(api: Any) -> Iterator[Callable[..., str]]:
    """Makes users: called with more of the UserDocument."""
    made: list[str] = []

    def make(**more: Any) -> str:
        made.append(f"user{len(api.get('/user?number=1000').json()['user'])}")
        answer = api.post("/user", json={"userName": made[-1], "password": "secret", **more})
        assert answer.status_code == 200, answer.text
        return made[-1]

    return make


def test_a_user_is_made_read_and_changed(api: Any, user: Callable[..., str]) -> None:
    name = user(realName="Ann Example")
    expected = {
        "disabled": False,
        "userName": name,
        "realName": "Ann Example",
        "origin": "VIDISPINE",
        "groupList": {"group": []},
    }
    assert api.get(f"/user/{name}").json() == expected
    changed = api.put(f"/user/{name}", json={"realName": "Ann Other"})
    assert changed.json() == expected | {"realName": "Ann Other"}
    assert api.get(f"/user/{name}/realname").text == "Ann Other"
    assert api.post("/user", json={"userName": name}).status_code == 409
    assert api.put("/user/nobody", json={}).json()["notFound"]["type"] == "User"
    assert api.post("/user", json={}).status_code == 400
    assert api.post("/user", json={"userName": "x" * 256}).status_code == 400


def test_a_user_in_xml(api: Any) -> None:
    body = f"<UserDocument xmlns='{NAMESPACE[1:-1]}' disabled='true'><userName>xml</userName></UserDocument>"
    headers = {"Accept": "application/xml", "Content-Type": "application/xml"}
    root = etree.fromstring(api.post("/user", data=body, headers=headers).content)
    assert (root.tag, root.get("disabled")) == (NAMESPACE + "UserDocument", "true")
    assert root.findtext(NAMESPACE + "userName") == "xml"


def test_users_are_listed_by_name_in_pages(api: Any, user: Callable[..., str]) -> None:
    user(), user()
    every = api.get("/user?number=1000").json()
    names = [row["userName"] for row in every["user"]]
    assert every["hits"] == len(names)
    assert names == sorted(names)
    assert api.get("/user;first=2;number=1").json()["user"] == every["user"][1:2]
    assert api.get("/user", headers={"Accept": "text/plain"}).text == "".join(f"{name}\r\n" for name in names)


def test_users_are_found_by_what_they_are_called(api: Any, user: Callable[..., str]) -> None:
    name = user(realName="Zoe Unusual")
    for field in (
        {"name": "realname", "value": ["*unusual*"]},
        {"name": "username", "value": name},
        {"key": "userName", "value": ["x", name]},
    ):
        found = api.put("/user", json={"field": [field]}).json()
        assert [row["userName"] for row in found["user"]] == [name]
    assert api.put("/user", json={"text": ["zoe*"]}).json()["hits"] == 1
    assert api.put("/user", json={"field": [{"name": "height", "value": "1"}]}).status_code == 400


def test_the_password_counts_at_once_and_is_never_told(
    api: Any, user: Callable[..., str], api_for: Callable[..., Any], module_server: VidispineServer
) -> None:
    name = user()
    mine = api_for(module_server, name, "secret")
    assert mine.get("/whoami").text == name
    assert mine.put(f"/user/{name}/password", data="other").status_code == 200
    assert mine.get("/whoami").status_code == 401
    assert api_for(module_server, name, "other").get("/whoami").text == name
    assert "other" not in api.get(f"/user/{name}").text
    assert api.post(f"/user/{name}/validate", data="other").status_code == 200
    assert api.post(f"/user/{name}/validate", data="secret").status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/user"),
        ("PUT", "/user/admin"),
        ("DELETE", "/user/admin"),
        ("PUT", "/user/admin/password"),
        ("PUT", "/user/admin/groups"),
        ("POST", "/group"),
        ("PUT", "/group/news"),
        ("DELETE", "/group/_administrator"),
        ("PUT", "/group/_administrator/user/admin"),
        ("DELETE", "/group/_administrator/user/admin"),
        ("GET", "/log"),
        ("PUT", "/reindex/item"),
    ],
)
def test_only_administrators_change_people(
    user: Callable[..., str],
    api_for: Callable[..., Any],
    module_server: VidispineServer,
    method: str,
    path: str,
) -> None:
    answer = api_for(module_server, user(), "secret").ask(method, path, json={})
    assert answer.status_code == 403
    assert answer.json()["forbidden"]["explanation"]


def test_a_group_and_who_is_in_it(api: Any, user: Callable[..., str]) -> None:
    name = user()
    made = api.post("/group", json={"groupName": "crew", "description": "Who works"})
    assert made.json() == {"groupName": "crew", "description": "Who works", "role": False}
    assert api.post("/group", json={"groupName": "crew"}).status_code == 409
    assert api.put(f"/group/crew/user/{name}").content == b""
    assert api.get("/group/crew").json()["userList"] == {"user": [{"userName": name}]}
    assert [row["userName"] for row in api.get("/group/crew/users").json()["user"]] == [name]
    rows = [{"groupName": "crew", "description": "Who works", "role": False}]
    assert api.get(f"/user/{name}/groups").json() == {"group": rows}
    assert api.get(f"/user/{name}").json()["groupList"] == {"group": rows}
    assert api.get(f"/user/{name}/groups", headers={"Accept": "text/plain"}).text == "crew\r\n"
    assert api.delete(f"/group/crew/user/{name}").status_code == 200
    assert api.get(f"/user/{name}/groups").json() == {"group": []}
    assert api.put("/group/crew/user/nobody").json()["notFound"]["type"] == "User"
    assert api.put(f"/group/none/user/{name}").json()["notFound"]["type"] == "Group"
    assert api.delete("/group/crew").status_code == 200
    assert api.get("/group/crew").status_code == 404


def test_groups_in_groups_reach_down_to_rights(
    api: Any, user: Callable[..., str], module_server: VidispineServer
) -> None:
    name = user()
    for group in ("all", "some"):
        api.put(f"/group/{group}")
    assert api.put("/group/all/group/some").status_code == 200
    assert api.put("/group/some/group/all").status_code == 400
    assert api.put("/group/some/group/some").status_code == 400
    api.put(f"/group/some/user/{name}")
    assert [row["groupName"] for row in api.get(f"/user/{name}/groups").json()["group"]] == ["some"]
    every = api.get(f"/user/{name}/groups?allgroups=true").json()["group"]
    assert [row["groupName"] for row in every] == ["all", "some"]
    assert [row["groupName"] for row in api.get("/group/all/children").json()["group"]] == ["some"]
    assert [row["groupName"] for row in api.get("/group/some/parents").json()["group"]] == ["all"]
    members = {group.name: group.members for group in module_server.catalogue.groups()}
    assert members["all"] == members["some"] == (name,)
    api.delete("/group/some")
    assert api.get("/group/all/children").json() == {"group": []}


def test_roles_are_groups_that_are_always_there(api: Any) -> None:
    roles = api.get("/group?role=true&number=1000").json()["group"]
    assert {"_administrator", "_run_as", "_metadata_write"} <= {row["groupName"] for row in roles}
    assert all(row["role"] for row in roles)
    assert api.get("/group/_administrator/role").text == "true"
    assert api.delete("/group/_administrator").status_code == 403
    assert api.get("/group/_administrator").json()["userList"] == {"user": [{"userName": "admin"}]}


def test_who_gets_the_role_is_administrator(
    api: Any, user: Callable[..., str], api_for: Callable[..., Any], module_server: VidispineServer
) -> None:
    name = user(groupList={"group": [{"groupName": "_administrator"}]})
    mine = api_for(module_server, name, "secret")
    assert mine.get("/log?rows=1").status_code == 200
    assert api.put(f"/user/{name}/groups", json={"group": []}).json() == {"group": []}
    assert mine.get("/log?rows=1").status_code == 403


def test_people_of_the_catalogue_are_there(api: Any, module_server: VidispineServer) -> None:
    module_server.catalogue.add_user("inside", real_name="From Inside")
    module_server.catalogue.add_group("insiders", members=["inside"])
    assert api.get("/user/inside").json()["realName"] == "From Inside"
    assert [row["groupName"] for row in api.get("/user/inside/groups").json()["group"]] == ["insiders"]
    assert api.get("/whoami", headers={"RunAs": "inside"}).text == "inside"
