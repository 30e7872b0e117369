"""Users and groups as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.people.records import Person, Team

_GROUP = {
    "groupName": "text",
    "description": "text",
    "role": "bool",
    "childGroupList": "Groups",
    "userList": "Users",
    "metadata": "SimpleMetadata",
}

add_forms(
    {
        "Group": _GROUP,
        "Groups": {"hits": "int", "group": "Group*"},
        "User": {
            "disabled": "@bool",
            "userName": "text",
            "realName": "text",
            "password": "text",
            "origin": "text",
            "groupList": "Groups",
            "metadata": "SimpleMetadata",
        },
        "Users": {"hits": "int", "user": "User*"},
        "SimpleSearchField": {"name": "text", "key": "text", "value": "text*"},
        "SimpleSearch": {"text": "text*", "field": "SimpleSearchField*"},
    },
    {
        "GroupDocument": "Group",
        "GroupListDocument": "Groups",
        "UserDocument": "User",
        "UserListDocument": "Users",
        "SimpleSearchDocument": "SimpleSearch",
    },
)


def user_document(person: Person, groups: Iterable[Team]) -> dict[str, Any]:
    """A user, with the groups they are in; never with their password."""
    data: dict[str, Any] = {"disabled": person.disabled, "userName": person.name}
    if person.real_name:
        data["realName"] = person.real_name
    data["origin"] = "VIDISPINE"
    data["groupList"] = {"group": [group_row(team) for team in groups]}
    return data | _metadata(person.metadata)


def group_row(team: Team) -> dict[str, Any]:
    """A group in a list."""
    described = {"description": team.description} if team.description else {}
    return {"groupName": team.name, **described, "role": team.role}


def group_document(team: Team) -> dict[str, Any]:
    """A group with what is in it itself."""
    return (
        group_row(team)
        | (
            {"childGroupList": {"group": [{"groupName": name} for name in team.groups]}}
            if team.groups
            else {}
        )
        | ({"userList": {"user": [{"userName": name} for name in team.users]}} if team.users else {})
        | _metadata(team.metadata)
    )


def _metadata(kept: Mapping[str, list[str]] | None) -> dict[str, Any]:
    return {"metadata": {"field": [{"key": key, "value": list(kept[key])} for key in kept]}} if kept else {}


def read_metadata(data: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """What a document says of metadata; None: nothing."""
    if "metadata" not in data:
        return None
    fields = data["metadata"].get("field", [])
    return {str(field.get("key", "")): list(field.get("value", [])) for field in fields}
