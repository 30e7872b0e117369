"""What GroupDocuments change: who is in a group, and what it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.documents import read_metadata
from flowhost_devserver.vidispine.people.records import Team
from flowhost_devserver.vidispine.people.rights import known_group, known_user
from flowhost_devserver.vidispine.refusals import invalid_input


def tell(call: Call, event: str, name: str) -> None:
    """Notify of what became of a group."""
    call.site.notifier.tell("group", event, {"group": name}, groupName=name, userName=call.run_as)


def keep(call: Call, team: Team, data: Mapping[str, Any], event: str) -> None:
    """Keep a group after a GroupDocument, and tell of it.

    Args:
        call: the request; with ``clear`` what the document leaves out of its lists goes.
        team: the group as it was.
        data: the document; what it has is added, or removed where it says ``remove``.
        event: ``create`` or ``modify``.

    Raises:
        Refusal: it names somebody who is not there, or a group would be in itself.
    """
    people, clear = call.site.people, call.flag("clear")
    team.description = data.get("description", call.text("description", team.description))
    team.metadata = {**((not clear and team.metadata) or {}), **(read_metadata(data) or {})}
    users = _Rows(data, "userList", "user", "userName")
    users.check(lambda name: known_user(call, name))
    team.users = users.changed(team.users, clear=clear)
    children = _Rows(data, "childGroupList", "group", "groupName")
    children.check(lambda name: check_child(call, team, name))
    team.groups = children.changed(team.groups, clear=clear)
    parents = _Rows(data, "parentGroupList", "group", "groupName")
    parents.check(lambda name: _check_parent(call, team, name))
    people.keep_group(team)
    for other in people.groups():
        before = team.name in (other.groups or ())
        if before != (after := other.name in parents.changed([other.name] if before else [], clear=clear)):
            kept = [one for one in other.groups or () if one != team.name]
            other.groups = sorted([*kept, team.name]) if after else kept
            people.keep_group(other)
    tell(call, event, team.name)


class _Rows:
    """A list in a GroupDocument: names to be added, and names to be removed."""

    def __init__(self, data: Mapping[str, Any], key: str, row: str, name: str) -> None:
        rows = data.get(key, {}).get(row, [])
        self._more = [one.get(name, "") for one in rows if not one.get("remove")]
        self._gone = {one.get(name, "") for one in rows if one.get("remove")}

    def check(self, check: Callable[[str], object]) -> None:
        """Let something refuse those that are to be added."""
        for name in self._more:
            check(name)

    def changed(self, names: Iterable[str] | None, *, clear: bool) -> list[str]:
        """The names after it."""
        return sorted({*(() if clear else names or ()), *self._more} - self._gone)


def _check_parent(call: Call, team: Team, parent: str) -> None:
    """Refuse a group that is not there, or that is in this one."""
    known_group(call, parent)
    people, children = call.site.people, team.groups or ()
    inner = {*children, *(one.name for child in children for one in people.below(child))}
    if parent == team.name or parent in inner:
        raise invalid_input("Group", id_=parent, explanation=f"it is in {team.name!r} already")


def check_child(call: Call, team: Team, child: str) -> None:
    """Refuse a group that is not there, or that has this one in it."""
    known_group(call, child)
    if child in (team.name, *call.site.people.above(team.name)):
        raise invalid_input("Group", id_=child, explanation=f"{team.name!r} is in it already")
