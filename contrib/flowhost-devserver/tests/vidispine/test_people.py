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
    answer = api.post("/user", data=body, headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    root = etree.fromstring(api.get("/user/xml", headers=headers).content)
    assert (root.tag, root.get("disabled")) == (NAMESPACE + "UserDocument", "true")
    assert root.findtext(NAMESPACE + "userName") == "xml"


def test_users_are_listed_by_name_in_pages(api: Any, user: Callable[..., str]) -> None:
    user(), user()
    every = api.get("/user?number=1000").json()
    names = [row["userName"] for row in every["user"]]
    assert every["hits"] == len(names)
    assert names == sorted(names)
    assert api.get("/user;first=2;number=1").json()["user"] == every["user"][1:2]
    assert api.get("/user", params={"name": names[:2]}).json()["user"] == every["user"][:2]
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
    assert api.put("/user", json={"field": [{"name": "height", "value": "1"}]}).json()["hits"] == 0
    crew = [{"groupName": "found crew"}]
    api.put("/group/found crew")
    api.put(f"/user/{name}", json={"groupList": {"group": crew}})
    found = api.put("/user", json={"field": [{"name": "group", "value": "found*"}]}).json()
    assert [row["userName"] for row in found["user"]] == [name]


@pytest.mark.parametrize(
    ("wanted", "context"),
    [
        ({"operator": {"operation": "NOT", "field": [{"name": "username", "value": "admin"}]}}, "operation"),
        ({"sort": [{"field": "username", "order": "sideways"}]}, "order"),
        ({"sort": [{"order": "ascending"}]}, "field"),
        ({"field": [{"value": "x"}]}, "field"),
        ({"operator": {"field": [{"value": "x"}]}}, "field"),
    ],
)
@pytest.mark.parametrize("reached", [True, False])
@pytest.mark.parametrize("path", ["/user", "/group"])
def test_what_no_search_can_be(
    api: Any, wanted: dict[str, Any], context: str, reached: bool, path: str
) -> None:
    answer = api.put(path, json=wanted if reached else {"text": ["nobody is called so"], **wanted})
    assert answer.status_code == 400
    assert answer.json()["invalidInput"]["context"] == context


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
    assert api.put(f"/user/{name}/validate", data="other").status_code == 200
    assert api.put(f"/user/{name}/validate", data="secret").status_code == 403
    hashed = api.put(f"/user/{name}/password?type=md5", data="5ebe2294ecd0e0f08eab7690d2a6ee69")
    assert hashed.status_code == 501


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
    assert (made.status_code, made.content) == (200, b"")
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


def test_lists_of_groups_reach_as_far_as_wanted(api: Any, user: Callable[..., str]) -> None:
    name = user()
    for group in ("inner", "middle", "outer"):
        api.put(f"/group/{group}")
    api.put("/group/outer/group/middle")
    api.put("/group/middle/group/inner")
    api.put(f"/group/inner/user/{name}")

    def names(path: str, row: str = "group", key: str = "groupName") -> list[str]:
        return [one[key] for one in api.get(path).json()[row]]

    assert names("/group/outer/users", "user", "userName") == [name]
    assert names("/group/outer/users?traverse=false", "user", "userName") == []
    assert names("/group/outer/children") == ["middle"]
    assert names("/group/outer/children?traverse=true") == ["inner", "middle"]
    assert names("/group/inner/parents") == ["middle"]
    assert names("/group/inner/parents?traverse=true") == ["middle", "outer"]
    assert names(f"/user/{name}/groups?traverse=true") == ["inner", "middle", "outer"]
    api.put(f"/group/_run_as/user/{name}")
    assert names(f"/user/{name}/groups") == ["inner"]
    assert names(f"/user/{name}/roles") == ["_run_as"]
    assert names(f"/user/{name}/allgroups") == ["_run_as", "inner", "middle", "outer"]


def test_a_group_document_adds_and_removes(api: Any, user: Callable[..., str]) -> None:
    one, two = user(), user()
    for group in ("above", "below", "other"):
        api.put(f"/group/{group}")
    lists = {
        "userList": {"user": [{"userName": one}]},
        "childGroupList": {"group": [{"groupName": "below"}]},
        "parentGroupList": {"group": [{"groupName": "above"}]},
    }
    assert api.put("/group/mid", json=lists).content == b""
    assert api.get("/group/mid").json() == {"groupName": "mid", "role": False, **lists}
    api.put("/group/mid", json={"userList": {"user": [{"userName": two}]}})
    assert api.get("/group/mid").json()["userList"] == {"user": [{"userName": one}, {"userName": two}]}
    gone = {
        "userList": {"user": [{"userName": one, "remove": True}]},
        "parentGroupList": {"group": [{"groupName": "above", "remove": True}]},
    }
    api.put("/group/mid", json=gone)
    left = api.get("/group/mid").json()
    assert left["userList"] == {"user": [{"userName": two}]}
    assert "parentGroupList" not in left
    assert api.get("/group/above/children").json() == {"group": []}
    api.put("/group/mid?clear=true", json={"childGroupList": {"group": [{"groupName": "other"}]}})
    assert api.get("/group/mid").json() == {
        "groupName": "mid",
        "role": False,
        "childGroupList": {"group": [{"groupName": "other"}]},
    }
    for key, name in (("childGroupList", "mid"), ("parentGroupList", "other")):
        assert api.put("/group/mid", json={key: {"group": [{"groupName": name}]}}).status_code == 400
    both = {key: {"group": [{"groupName": "above"}]} for key in ("childGroupList", "parentGroupList")}
    assert api.put("/group/mid", json=both).status_code == 400


def test_several_groups_go_at_once_or_none(api: Any) -> None:
    for group in ("one", "two"):
        api.put(f"/group/{group}")
    assert api.delete("/group?name=one,nowhere").status_code == 404
    assert api.delete("/group?name=one,_administrator").status_code == 403
    assert api.delete("/group").status_code == 400
    assert api.get("/group/one").status_code == 200
    assert api.delete("/group?name=one,two").status_code == 200
    assert {api.get(f"/group/{group}").status_code for group in ("one", "two")} == {404}


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
    assert api.put(f"/user/{name}/groups", json={"group": []}).content == b""
    assert mine.get("/log?rows=1").status_code == 200
    assert api.put(f"/user/{name}/groups?move=true", json={"group": []}).content == b""
    assert mine.get("/log?rows=1").status_code == 403


def test_people_of_the_catalogue_are_there(api: Any, module_server: VidispineServer) -> None:
    module_server.catalogue.add_user("inside", real_name="From Inside")
    module_server.catalogue.add_group("insiders", members=["inside"])
    assert api.get("/user/inside").json()["realName"] == "From Inside"
    assert [row["groupName"] for row in api.get("/user/inside/groups").json()["group"]] == ["insiders"]
    assert api.get("/whoami", headers={"RunAs": "inside"}).text == "inside"


@pytest.mark.parametrize("kind", ["user", "group"])
def test_pairs_are_kept_with_people(api: Any, user: Callable[..., str], kind: str) -> None:
    name = user() if kind == "user" else "keepers"
    api.put(f"/{kind}/{name}", json={})
    path = f"/{kind}/{name}/metadata"
    assert api.get(path).json() == {}
    assert api.put(f"{path}/phone/home", data="555").content == b""
    sent = {"field": [{"key": "phone/work", "value": "556"}, {"key": "langs", "value": ["en", "sv"]}]}
    assert api.put(path, json=sent).content == b""
    stored = {"field": [{"key": "phone/home", "value": "555"}, *sent["field"]]}
    assert api.get(path).json() == api.get(f"/{kind}/{name}").json()["metadata"] == stored
    assert api.get(f"{path}/phone/home").text == api.get(f"{path}/*home").text == "555"
    assert api.get(f"{path}/phone*").status_code == api.get(f"{path}/langs").status_code == 409
    assert api.get(f"{path}/fax").json()["notFound"]["id"] == "fax"
    assert api.put(f"{path}/fax*", data="1").status_code == 400
    found = api.put(f"/{kind}", json={"field": {"name": "phone/home", "value": "55*"}}).json()[kind]
    assert [one.get("userName") or one["groupName"] for one in found] == [name]
    assert api.delete(f"{path}/phone*").status_code == 200
    assert api.delete(f"{path}/phone*").status_code == 404
    assert api.get(path).json() == {"field": sent["field"][1:]}
    assert api.delete(path).status_code == 200
    assert api.get(path).json() == {}


def test_groups_are_searched_and_sorted(api: Any) -> None:
    for group, text in (("search a", "second"), ("search b", "first"), ("search c", "third")):
        api.put(f"/group/{group}", json={"description": text})
    api.put("/group/search c/description", data="zeroth")

    def names(**wanted: Any) -> list[str]:
        found = api.put("/group?role=false", json=wanted).json()
        assert found["hits"] == len(found["group"])
        return [one["groupName"][-1] for one in found["group"]]

    mine = {"name": "groupname", "value": "search*"}
    assert names(field=mine) == ["a", "b", "c"]
    assert names(field=mine, sort={"field": "description", "order": "descending"}) == ["c", "a", "b"]
    choice = [{"name": "description", "value": "first"}, {"name": "description", "value": "second"}]
    assert names(operator={"operation": "OR", "field": choice}) == ["a", "b"]
    assert names(operator={"operation": "AND", "field": choice}) == []
    assert api.get("/group/search c/description").text == "zeroth"


def test_an_alias_lets_its_user_in(
    api: Any, user: Callable[..., str], api_for: Callable[..., Any], module_server: VidispineServer
) -> None:
    name, other = user(), user()
    assert api.put(f"/user/{name}/alias/nick").content == b""
    assert api.get(f"/user/{name}").json()["alias"] == ["nick"]
    by_alias = api_for(module_server, "nick", "secret")
    assert by_alias.get("/whoami").text == name
    assert by_alias.get("/token").json()["user"] == name
    for taken in ("nick", name):
        assert api.put(f"/user/{other}/alias/{taken}").status_code == 409
    assert api.post("/user", json={"userName": "nick"}).status_code == 409
    assert api.put(f"/user/{name}", json={"alias": ["nicky"]}).json()["alias"] == ["nicky"]
    assert by_alias.get("/whoami").status_code == 401
    assert api.delete(f"/user/{name}/alias/nick").status_code == 404
    assert api.delete(f"/user/{name}/alias/nicky").status_code == 200
    assert "alias" not in api.get(f"/user/{name}").json()


def test_a_job_forgets_a_user(api: Any, user: Callable[..., str], module_server: VidispineServer) -> None:
    name = user(groupList={"group": [{"groupName": "_run_as"}]})
    soft = api.delete(f"/user/{name}").json()
    assert (soft["type"], soft["user"]) == ("DELETE_USER", "admin")
    module_server.settle()
    assert api.get(f"/user/{name}").json()["disabled"] is True
    hard = api.delete(f"/user/{name}?hard=true").json()
    module_server.settle()
    assert api.get(f"/job/{hard['jobId']}").json()["status"] == "FINISHED"
    assert api.get(f"/user/{name}").status_code == 404
    assert f'"{name}"' not in api.get("/group/_run_as").text
    assert api.delete(f"/user/{name}").status_code == 404


def test_a_user_keeps_their_name(api: Any, user: Callable[..., str]) -> None:
    name = user()
    assert api.put(f"/user/{name}", json={"userName": "somebody else"}).status_code == 501
    assert api.put(f"/user/{name}", json={"userName": name}).status_code == 200


def test_nothing_that_let_a_user_in_is_left_for_another_of_the_name(
    api: Any, user: Callable[..., str], api_for: Callable[..., Any], module_server: VidispineServer
) -> None:
    name = user(alias=["left"])
    mine = api_for(module_server, name, "secret")
    token = api.get(f"/user/{name}/token?seconds=3600").text
    key = mine.session.post(f"{module_server.url}/API/v2/auth/tokens/", json={}).json()["key"]
    assert mine.put("/import/access/group/_special_all?permission=ALL").status_code == 200
    api.delete(f"/user/{name}?hard=true")
    module_server.settle()
    assert api.put("/user/admin/alias/left").status_code == 200
    assert api.delete("/user/admin/alias/left").status_code == 200
    assert api.post("/user", json={"userName": name, "password": "secret"}).status_code == 200
    assert mine.get("/import/access").json() == {"group": []}
    assert mine.session.get(f"{module_server.url}/API/v2/auth/tokens/").json()["hits"] == 0
    mine.session.auth = None
    assert mine.get("/whoami", headers={"Authorization": f"token {token}"}).status_code == 401
    url = f"{module_server.url}/API/v2/auth/tokens/"
    assert mine.session.get(url, headers={"AUTH-TOKEN": key}).status_code == 401


def test_somebody_stays_administrator(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any]
) -> None:
    server = make_vidispine_server(users={"admin": "admin", "ann": "secret", "off": ""})
    api = api_for(server)
    role = "/group/_administrator/user"
    assert api.put(f"{role}/off").status_code == 200
    assert api.delete("/user/off").status_code == 200
    for refused in (
        api.delete("/user/admin"),
        api.delete("/user/admin?hard=true"),
        api.put("/user/admin", json={"disabled": True}),
        api.delete(f"{role}/admin"),
    ):
        assert refused.status_code == 409
        assert refused.json()["conflict"]["id"] == "admin"
    server.settle()
    assert api.get("/user/admin").json()["disabled"] is False
    api.put("/group/chiefs", json={"userList": {"user": [{"userName": "ann"}]}})
    assert api.put("/group/_administrator/group/chiefs").status_code == 200
    assert api.delete("/user/admin?hard=true").status_code == 200
    server.settle()
    assert api_for(server, "ann", "secret").get("/user/admin").status_code == 404
