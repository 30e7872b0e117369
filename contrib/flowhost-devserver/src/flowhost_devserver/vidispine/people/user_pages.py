"""Users: lists, one, what they are called, how they come in."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.logins import has_password
from flowhost_devserver.vidispine.people.documents import group_row, read_metadata, user_document
from flowhost_devserver.vidispine.people.records import Person
from flowhost_devserver.vidispine.people.rights import (
    known_group,
    known_user,
    new_name,
    only_administrators,
    only_themselves,
)
from flowhost_devserver.vidispine.refusals import conflict, forbidden, invalid_input
from flowhost_devserver.vidispine.routing import Route


def list_users(call: Call) -> Response:
    """All users."""
    return _users(call, call.site.people.users())


def search_users(call: Call) -> Response:
    """The users whom a SimpleSearchDocument means; ``*`` in a value stands for anything."""
    wanted = call.document("SimpleSearchDocument")
    return _users(call, [person for person in call.site.people.users() if _meets(call, person, wanted)])


def _meets(call: Call, person: Person, wanted: Mapping[str, Any]) -> bool:
    texts = [person.name, person.real_name]
    if any(not any(_like(text, one) for one in texts) for text in wanted.get("text", [])):
        return False
    return all(_meets_field(call, person, field) for field in wanted.get("field", []))


def _meets_field(call: Call, person: Person, field: Mapping[str, Any]) -> bool:
    name = str(field.get("name") or field.get("key") or "")
    readers = {
        "username": lambda: [person.name],
        "realname": lambda: [person.real_name],
        "disabled": lambda: ["true" if person.disabled else "false"],
        "group": lambda: [team.name for team in call.site.people.groups_of(person.name)],
    }
    if name.lower() not in readers:
        raise invalid_input(
            "SimpleSearchDocument", id_=name, explanation=f"expected one of {', '.join(readers)}"
        )
    found = readers[name.lower()]()
    return any(_like(value, one) for value in field.get("value", []) for one in found)


def _like(pattern: str, text: str) -> bool:
    return fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))


def _users(call: Call, people: list[Person]) -> Response:
    first, number = call.number("first", 1, lowest=1), call.number("number", 100, highest=1000)
    shown = people[first - 1 : first - 1 + number]
    rows = [
        user_document(person, call.site.people.groups_of(person.name, indirect=False)) for person in shown
    ]
    text = "".join(person.name + LINE for person in shown)
    return document(call, "UserListDocument", {"hits": len(people), "user": rows}, text=text)


def create_user(call: Call) -> Response:
    """A new user, after a UserDocument."""
    only_administrators(call)
    data = call.document("UserDocument")
    name = new_name("userName", data.get("userName", ""))
    with call.site.lock:
        if call.site.people.user(name):
            raise conflict("User", name, explanation="there is a user of this name already")
        return _keep(call, Person(name, created=call.site.clock.now().isoformat()), data)


def get_user(call: Call, name: str) -> Response:
    """A user."""
    return _user(call, known_user(call, name))


def change_user(call: Call, name: str) -> Response:
    """What a UserDocument says holds from now on; what it leaves out stays."""
    only_administrators(call)
    with call.site.lock:
        return _keep(call, known_user(call, name), call.document("UserDocument"))


def _keep(call: Call, person: Person, data: Mapping[str, Any]) -> Response:
    people = call.site.people
    groups = data.get("groupList")
    wanted = [known_group(call, row.get("groupName", "")) for row in (groups or {}).get("group", [])]
    person.password = data.get("password", person.password)
    person.real_name = data.get("realName", person.real_name)
    person.disabled = data.get("disabled", person.disabled)
    person.metadata = read_metadata(data) or person.metadata
    people.keep_user(person)
    if groups is not None:
        people.put_into_groups(person.name, [team.name for team in wanted])
    return _user(call, person)


def _user(call: Call, person: Person) -> Response:
    groups = call.site.people.groups_of(person.name, indirect=False)
    return document(call, "UserDocument", user_document(person, groups))


def disable_user(call: Call, name: str) -> Response:
    """The user cannot come in any more. They are not forgotten: metadata and access entries name them."""
    return _set_disabled(call, name, disabled=True)


def enable_user(call: Call, name: str) -> Response:
    """The user can come in again."""
    return _set_disabled(call, name, disabled=False)


def _set_disabled(call: Call, name: str, *, disabled: bool) -> Response:
    only_administrators(call)
    with call.site.lock:
        person = known_user(call, name)
        person.disabled = disabled
        call.site.people.keep_user(person)
    return empty()


def groups_of_user(call: Call, name: str) -> Response:
    """The groups a user is in; with ``allgroups`` also those that such a group is in."""
    known_user(call, name)
    teams = call.site.people.groups_of(name, indirect=call.flag("allgroups"))
    text = "".join(team.name + LINE for team in teams)
    return document(call, "GroupListDocument", {"group": [group_row(team) for team in teams]}, text=text)


def set_groups_of_user(call: Call, name: str) -> Response:
    """The user is in the groups of a GroupListDocument, and in no other."""
    only_administrators(call)
    rows = call.document("GroupListDocument").get("group", [])
    with call.site.lock:
        known_user(call, name)
        teams = [known_group(call, row.get("groupName", "")) for row in rows]
        call.site.people.put_into_groups(name, [team.name for team in teams])
    return groups_of_user(call, name)


def real_name(call: Call, name: str) -> Response:
    """What a user is called by people."""
    return plain(known_user(call, name).real_name)


def set_real_name(call: Call, name: str) -> Response:
    """A user is called otherwise."""
    only_themselves(call, name)
    with call.site.lock:
        person = known_user(call, name)
        person.real_name = _text(call)
        call.site.people.keep_user(person)
    return empty()


def set_password(call: Call, name: str) -> Response:
    """A user gets another password."""
    only_themselves(call, name)
    with call.site.lock:
        person = known_user(call, name)
        person.password = _text(call)
        call.site.people.keep_user(person)
    return empty()


def validate_password(call: Call, name: str) -> Response:
    """Whether a password is the user's: 200 or 403."""
    only_themselves(call, name)
    if not has_password(known_user(call, name), _text(call)):
        raise forbidden("the password is wrong")
    return empty()


def _text(call: Call) -> str:
    try:
        text = call.body().decode()
    except UnicodeDecodeError:
        raise invalid_input("body", explanation="expected text in UTF-8") from None
    if "\0" in text:
        raise invalid_input("body", explanation="a text cannot have NUL characters")
    return text.strip()


ROUTES = (
    Route("GET", "/user", list_users),
    Route("PUT", "/user", search_users),
    Route("POST", "/user", create_user),
    Route("GET", "/user/<name>", get_user),
    Route("PUT", "/user/<name>", change_user),
    Route("DELETE", "/user/<name>", disable_user),
    Route("PUT", "/user/<name>/enable", enable_user),
    Route("GET", "/user/<name>/groups", groups_of_user),
    Route("PUT", "/user/<name>/groups", set_groups_of_user),
    Route("GET", "/user/<name>/realname", real_name),
    Route("PUT", "/user/<name>/realname", set_real_name),
    Route("PUT", "/user/<name>/password", set_password),
    Route("POST", "/user/<name>/validate", validate_password),
)
