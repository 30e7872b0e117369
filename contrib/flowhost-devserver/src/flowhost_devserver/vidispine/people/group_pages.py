"""Groups and roles: lists, one, and who is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.documents import (
    group_document,
    group_row,
    read_metadata,
    user_document,
)
from flowhost_devserver.vidispine.people.records import Team
from flowhost_devserver.vidispine.people.rights import (
    known_group,
    known_user,
    new_name,
    only_administrators,
)
from flowhost_devserver.vidispine.refusals import conflict, forbidden, invalid_input
from flowhost_devserver.vidispine.routing import Route


def list_groups(call: Call) -> Response:
    """All groups; ``role=true`` only the roles, ``role=false`` only the others."""
    teams = call.site.people.groups()
    if "role" in call.parameters:
        teams = [team for team in teams if team.role is call.flag("role")]
    first, number = call.number("first", 1, lowest=1), call.number("number", 100, highest=1000)
    return _groups(call, teams[first - 1 : first - 1 + number], hits=len(teams))


def _groups(call: Call, teams: list[Team], hits: int | None = None) -> Response:
    data: dict[str, Any] = {} if hits is None else {"hits": hits}
    text = "".join(team.name + LINE for team in teams)
    return document(
        call, "GroupListDocument", data | {"group": [group_row(team) for team in teams]}, text=text
    )


def create_group(call: Call) -> Response:
    """A new group, after a GroupDocument."""
    only_administrators(call)
    data = call.document("GroupDocument")
    name = new_name("groupName", data.get("groupName", ""))
    with call.site.lock:
        if call.site.people.group(name):
            raise conflict("Group", name, explanation="there is a group of this name already")
        return _keep(call, Team(name), data, "create")


def get_group(call: Call, name: str) -> Response:
    """A group with what is in it itself."""
    return document(call, "GroupDocument", group_document(known_group(call, name)))


def put_group(call: Call, name: str) -> Response:
    """A group, new or changed after a GroupDocument; what that leaves out stays."""
    only_administrators(call)
    data = call.document("GroupDocument")
    with call.site.lock:
        if known := call.site.people.group(name):
            return _keep(call, known, data, "modify")
        return _keep(call, Team(new_name("groupName", name)), data, "create")


def _tell(call: Call, event: str, name: str) -> None:
    call.site.notifier.tell("group", event, {"group": name}, groupName=name, userName=call.run_as)


def _keep(call: Call, team: Team, data: Mapping[str, Any], event: str) -> Response:
    team.description = data.get("description", call.text("description", team.description))
    team.metadata = read_metadata(data) or team.metadata
    users = [row.get("userName", "") for row in data.get("userList", {}).get("user", [])]
    groups = [row.get("groupName", "") for row in data.get("childGroupList", {}).get("group", [])]
    team.users = [known_user(call, name).name for name in users] if users else team.users
    for child in groups:
        _check_child(call, team, child)
    team.groups = groups or team.groups
    call.site.people.keep_group(team)
    _tell(call, event, team.name)
    return document(call, "GroupDocument", group_document(team))


def _check_child(call: Call, team: Team, child: str) -> None:
    """Refuse a group that is not there, or that has this one in it."""
    known_group(call, child)
    if child in (team.name, *call.site.people.above(team.name)):
        raise invalid_input("Group", id_=child, explanation=f"{team.name!r} is in it already")


def delete_group(call: Call, name: str) -> Response:
    """No such group any more; access entries for it are for nobody. Roles stay."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        if team.role:
            raise forbidden(f"{name!r} is a role")
        call.site.people.remove_group(team)
    _tell(call, "delete", name)
    return empty()


def description(call: Call, name: str) -> Response:
    """What a group is for."""
    return plain(known_group(call, name).description)


def is_role(call: Call, name: str) -> Response:
    """Whether a group is a role."""
    return plain("true" if known_group(call, name).role else "false")


def users_of_group(call: Call, name: str) -> Response:
    """Who is in a group itself."""
    people = call.site.people
    found = [people.user(each) for each in known_group(call, name).users or ()]
    rows = [
        user_document(person, people.groups_of(person.name, indirect=False)) for person in found if person
    ]
    text = "".join(row["userName"] + LINE for row in rows)
    return document(call, "UserListDocument", {"hits": len(rows), "user": rows}, text=text)


def add_user(call: Call, name: str, user: str) -> Response:
    """A user is in the group."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        team.users = sorted({*(team.users or ()), known_user(call, user).name})
        call.site.people.keep_group(team)
    _tell(call, "modify", name)
    return empty()


def remove_user(call: Call, name: str, user: str) -> Response:
    """A user is not in the group any more."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        known_user(call, user)
        team.users = [each for each in team.users or () if each != user]
        call.site.people.keep_group(team)
    _tell(call, "modify", name)
    return empty()


def children(call: Call, name: str) -> Response:
    """The groups in a group."""
    return _groups(call, [known_group(call, each) for each in known_group(call, name).groups or ()])


def parents(call: Call, name: str) -> Response:
    """The groups that a group is in."""
    known_group(call, name)
    return _groups(call, [team for team in call.site.people.groups() if name in (team.groups or ())])


def add_child(call: Call, name: str, child: str) -> Response:
    """A group is in the group, with everybody in it."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        _check_child(call, team, child)
        team.groups = sorted({*(team.groups or ()), child})
        call.site.people.keep_group(team)
    _tell(call, "modify", name)
    return empty()


def remove_child(call: Call, name: str, child: str) -> Response:
    """A group is not in the group any more."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        known_group(call, child)
        team.groups = [each for each in team.groups or () if each != child]
        call.site.people.keep_group(team)
    _tell(call, "modify", name)
    return empty()


ROUTES = (
    Route("GET", "/group", list_groups),
    Route("POST", "/group", create_group),
    Route("GET", "/group/<name>", get_group),
    Route("PUT", "/group/<name>", put_group),
    Route("DELETE", "/group/<name>", delete_group),
    Route("GET", "/group/<name>/description", description),
    Route("GET", "/group/<name>/role", is_role),
    Route("GET", "/group/<name>/users", users_of_group),
    Route("PUT", "/group/<name>/user/<user>", add_user),
    Route("DELETE", "/group/<name>/user/<user>", remove_user),
    Route("GET", "/group/<name>/children", children),
    Route("GET", "/group/<name>/parents", parents),
    Route("PUT", "/group/<name>/group/<child>", add_child),
    Route("DELETE", "/group/<name>/group/<child>", remove_child),
)
