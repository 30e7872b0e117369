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
    "remove": "bool",
    "parentGroupList": "Groups",
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
            "alias": "text*",
            "origin": "text",
            "remove": "bool",
            "groupList": "Groups",
            "metadata": "SimpleMetadata",
        },
        "Users": {"hits": "int", "user": "User*"},
        "SimpleSearchField": {"name": "text", "key": "text", "value": "text*"},
        "SimpleSearchOperator": {"operation": "@text", "field": "SimpleSearchField*"},
        "SimpleSearchSort": {"field": "text", "order": "text"},
        "SimpleSearch": {
            "text": "text*",
            "field": "SimpleSearchField*",
            "operator": "SimpleSearchOperator",
            "sort": "SimpleSearchSort*",
        },
        "AuthenticationToken": {"user": "text", "token": "text"},
    },
    {
        "AuthenticationTokenDocument": "AuthenticationToken",
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
    if person.aliases:
        data["alias"] = list(person.aliases)
    data["origin"] = "VIDISPINE"
    data["groupList"] = {"group": [group_row(team) for team in groups]}
    return data | _metadata(person.metadata)


def group_row(team: Team) -> dict[str, Any]:
    """A group in a list."""
    described = {"description": team.description} if team.description else {}
    return {"groupName": team.name, **described, "role": team.role}


def group_document(team: Team, parents: Iterable[Team]) -> dict[str, Any]:
    """A group with what it is in itself, and what is in it itself."""
    above = [{"groupName": one.name} for one in parents]
    below = [{"groupName": name} for name in team.groups or ()]
    users = [{"userName": name} for name in team.users or ()]
    return (
        group_row(team)
        | ({"parentGroupList": {"group": above}} if above else {})
        | ({"childGroupList": {"group": below}} if below else {})
        | ({"userList": {"user": users}} if users else {})
        | _metadata(team.metadata)
    )


def _metadata(kept: Mapping[str, list[str]] | None) -> dict[str, Any]:
    return {"metadata": fields_of(kept)} if kept else {}


def fields_of(kept: Mapping[str, list[str]]) -> dict[str, Any]:
    """Pairs of key and values as they stand in a document; a value alone without a list around it."""
    fields = [
        {"key": key, "value": values[0] if len(values) == 1 else list(values)} for key, values in kept.items()
    ]
    return {"field": fields} if fields else {}


def read_metadata(data: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """What a document says of metadata; None: nothing."""
    if "metadata" not in data:
        return None
    return pairs_in(data["metadata"])


def pairs_in(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The pairs in a SimpleMetadataDocument, or in the part of a document that is one."""
    return {str(one.get("key", "")): list(one.get("value", [])) for one in data.get("field", [])}
