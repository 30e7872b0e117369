"""Pages: the groups and roles of a user."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.documents import group_row
from flowhost_devserver.vidispine.people.records import Team
from flowhost_devserver.vidispine.people.rights import known_group, known_user, only_administrators
from flowhost_devserver.vidispine.routing import Route


def groups_of_user(call: Call, name: str) -> Response:
    """The groups a user is in; with ``traverse`` also those that these are in, with ``allgroups`` roles, too."""
    every = call.flag("allgroups")
    teams = _teams_of(call, name, indirect=every or call.flag("traverse"))
    return _groups(call, [team for team in teams if every or not team.role])


def every_group_of_user(call: Call, name: str) -> Response:
    """The groups a user is in and those that these are in, and the roles."""
    return _groups(call, _teams_of(call, name, indirect=True))


def roles_of_user(call: Call, name: str) -> Response:
    """The roles of a user, those of their groups included."""
    return _groups(call, [team for team in _teams_of(call, name, indirect=True) if team.role])


def _teams_of(call: Call, name: str, *, indirect: bool) -> list[Team]:
    known_user(call, name)
    return call.site.people.groups_of(name, indirect=indirect)


def _groups(call: Call, teams: list[Team]) -> Response:
    text = "".join(team.name + LINE for team in teams)
    return document(call, "GroupListDocument", {"group": [group_row(team) for team in teams]}, text=text)


def set_groups_of_user(call: Call, name: str) -> Response:
    """The user is in the groups of a GroupListDocument, too; with ``move`` in no others."""
    only_administrators(call)
    rows = call.document("GroupListDocument").get("group", [])
    with call.site.lock:
        known_user(call, name)
        given = {known_group(call, row.get("groupName", "")).name for row in rows}
        stay = set() if call.flag("move") else {team.name for team in _teams_of(call, name, indirect=False)}
        call.site.people.put_into_groups(name, given | stay)
    return empty()


ROUTES = (
    Route("GET", "/user/<name>/groups", groups_of_user),
    Route("PUT", "/user/<name>/groups", set_groups_of_user),
    Route("GET", "/user/<name>/allgroups", every_group_of_user),
    Route("GET", "/user/<name>/roles", roles_of_user),
)
