"""Groups and roles: lists, one, and who is in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.imports.settings import forget_group
from flowhost_devserver.vidispine.people.documents import group_document, group_row, user_document
from flowhost_devserver.vidispine.people.group_changing import check_child, keep, tell
from flowhost_devserver.vidispine.people.records import ADMINISTRATOR, Team
from flowhost_devserver.vidispine.people.rights import (
    known_group,
    known_user,
    new_name,
    not_the_last_administrator,
    only_administrators,
)
from flowhost_devserver.vidispine.people.searching import found, values_in
from flowhost_devserver.vidispine.refusals import conflict, forbidden, invalid_input
from flowhost_devserver.vidispine.routing import Route

FIELDS = ("groupname", "description")
"""What groups can be searched by besides their metadata."""


def list_groups(call: Call) -> Response:
    """All groups; ``role=true`` only the roles, ``role=false`` only the others."""
    return _page(call, _with_role(call))


def search_groups(call: Call) -> Response:
    """The groups that a SimpleSearchDocument means; ``*`` in a value stands for anything."""
    return _page(call, found(call.document("SimpleSearchDocument"), _with_role(call), FIELDS, _values))


def _values(team: Team, field: str) -> list[str]:
    match field:
        case "groupname":
            return [team.name]
        case "description":
            return [team.description]
        case _:
            return values_in(team.metadata, field)


def _with_role(call: Call) -> list[Team]:
    teams = call.site.people.groups()
    return [one for one in teams if "role" not in call.parameters or one.role is call.flag("role")]


def _page(call: Call, teams: list[Team]) -> Response:
    first, number = call.number("first", 1, lowest=1), call.number("number", 100, highest=1000)
    return _groups(call, teams[first - 1 : first - 1 + number], hits=len(teams))


def _groups(call: Call, teams: list[Team], hits: int | None = None) -> Response:
    data: dict[str, Any] = {} if hits is None else {"hits": hits}
    text = "".join(team.name + LINE for team in teams)
    return document(
        call, "GroupListDocument", data | {"group": [group_row(team) for team in teams]}, text=text
    )


def create_group(call: Call) -> Response:
    """A new group, after a GroupDocument, which has its name."""
    only_administrators(call)
    data = call.document("GroupDocument")
    name = new_name("groupName", data.get("groupName", ""))
    with call.site.lock:
        if call.site.people.group(name):
            raise conflict("Group", name, explanation="there is a group of this name already")
        keep(call, Team(name), data, "create")
    return empty()


def get_group(call: Call, name: str) -> Response:
    """A group with what it is in itself, and what is in it itself."""
    team = known_group(call, name)
    above = [one for one in call.site.people.groups() if name in (one.groups or ())]
    return document(call, "GroupDocument", group_document(team, above), text=team.name)


def put_group(call: Call, name: str) -> Response:
    """A group, new or changed: what a GroupDocument has is added, or removed where it says ``remove``.

    With ``clear`` what it leaves out of its lists goes.
    """
    only_administrators(call)
    data = call.document("GroupDocument")
    with call.site.lock:
        if known := call.site.people.group(name):
            keep(call, known, data, "modify")
        else:
            keep(call, Team(new_name("groupName", name)), data, "create")
    return empty()


def delete_group(call: Call, name: str) -> Response:
    """No such group any more; access entries for it are for nobody. Roles stay."""
    _delete(call, [name])
    return empty()


def delete_groups(call: Call) -> Response:
    """No such groups any more: all of those in ``name``, or none of them."""
    if not (names := call.words("name")):
        raise invalid_input("name", explanation="expected names of groups, with commas between them")
    _delete(call, names)
    return empty()


def _delete(call: Call, names: Iterable[str]) -> None:
    only_administrators(call)
    with call.site.lock:
        teams = [known_group(call, name) for name in dict.fromkeys(names)]
        if roles := [team.name for team in teams if team.role]:
            raise forbidden(f"{roles[0]!r} is a role")
        for team in teams:
            call.site.people.remove_group(team)
            forget_group(call.site, team.name)
    for team in teams:
        tell(call, "delete", team.name)


def description(call: Call, name: str) -> Response:
    """What a group is for."""
    return plain(known_group(call, name).description)


def set_description(call: Call, name: str) -> Response:
    """A group is for something else."""
    only_administrators(call)
    text = call.text_body().strip()
    with call.site.lock:
        team = known_group(call, name)
        team.description = text
        call.site.people.keep_group(team)
    tell(call, "modify", name)
    return empty()


def is_role(call: Call, name: str) -> Response:
    """Whether a group is a role."""
    return plain("true" if known_group(call, name).role else "false")


def users_of_group(call: Call, name: str) -> Response:
    """Who is in a group, itself or by a group in it; without ``traverse`` only the former."""
    people, team = call.site.people, known_group(call, name)
    names = people.members(name) if call.flag("traverse", default=True) else set(team.users or ())
    members = [people.user(each) for each in sorted(names)]
    rows = [
        user_document(person, people.groups_of(person.name, indirect=False)) for person in members if person
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
    tell(call, "modify", name)
    return empty()


def remove_user(call: Call, name: str, user: str) -> Response:
    """A user is not in the group any more."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        known_user(call, user)
        if name == ADMINISTRATOR:
            not_the_last_administrator(call, user)
        team.users = [each for each in team.users or () if each != user]
        call.site.people.keep_group(team)
    tell(call, "modify", name)
    return empty()


def children(call: Call, name: str) -> Response:
    """The groups in a group; with ``traverse`` also those in them."""
    team = known_group(call, name)
    if call.flag("traverse"):
        return _groups(call, call.site.people.below(name))
    return _groups(call, [known_group(call, each) for each in team.groups or ()])


def parents(call: Call, name: str) -> Response:
    """The groups that a group is in; with ``traverse`` also those that they are in."""
    known_group(call, name)
    people = call.site.people
    above = people.above(name) if call.flag("traverse") else None
    teams = people.groups()
    return _groups(
        call, [one for one in teams if (name in (one.groups or ()) if above is None else one.name in above)]
    )


def add_child(call: Call, name: str, child: str) -> Response:
    """A group is in the group, with everybody in it."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        check_child(call, team, child)
        team.groups = sorted({*(team.groups or ()), child})
        call.site.people.keep_group(team)
    tell(call, "modify", name)
    return empty()


def remove_child(call: Call, name: str, child: str) -> Response:
    """A group is not in the group any more."""
    only_administrators(call)
    with call.site.lock:
        team = known_group(call, name)
        known_group(call, child)
        team.groups = [each for each in team.groups or () if each != child]
        call.site.people.keep_group(team)
    tell(call, "modify", name)
    return empty()


ROUTES = (
    Route("GET", "/group", list_groups),
    Route("PUT", "/group", search_groups),
    Route("POST", "/group", create_group),
    Route("DELETE", "/group", delete_groups),
    Route("GET", "/group/<name>", get_group),
    Route("PUT", "/group/<name>", put_group),
    Route("DELETE", "/group/<name>", delete_group),
    Route("GET", "/group/<name>/description", description),
    Route("PUT", "/group/<name>/description", set_description),
    Route("GET", "/group/<name>/role", is_role),
    Route("GET", "/group/<name>/users", users_of_group),
    Route("PUT", "/group/<name>/user/<user>", add_user),
    Route("DELETE", "/group/<name>/user/<user>", remove_user),
    Route("GET", "/group/<name>/children", children),
    Route("GET", "/group/<name>/parents", parents),
    Route("PUT", "/group/<name>/group/<child>", add_child),
    Route("DELETE", "/group/<name>/group/<child>", remove_child),
)
