"""Users: lists, one, what they are called, how they come in."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.imports.settings import DEFAULTS
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.starting import job_answer, start_job
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind
from flowhost_devserver.vidispine.logins import has_password
from flowhost_devserver.vidispine.people.alias_pages import free_alias
from flowhost_devserver.vidispine.people.documents import read_metadata, user_document
from flowhost_devserver.vidispine.people.records import People, Person
from flowhost_devserver.vidispine.people.rights import (
    known_group,
    known_user,
    new_name,
    not_the_last_administrator,
    only_administrators,
    only_themselves,
)
from flowhost_devserver.vidispine.people.searching import found, values_in
from flowhost_devserver.vidispine.people.tokens import KIND as TOKEN
from flowhost_devserver.vidispine.portal.tokens import KIND as PORTAL_KEY
from flowhost_devserver.vidispine.refusals import conflict, forbidden, not_yet_implemented
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.site import Site

FIELDS = ("username", "realname", "disabled", "group")
"""What users can be searched by besides their metadata."""

FORGET = "forget-user"  # the kind of step


def list_users(call: Call) -> Response:
    """All users, or those with one of the names in ``name``."""
    names = call.texts("name")
    return _users(call, [one for one in call.site.people.users() if not names or one.name in names])


def search_users(call: Call) -> Response:
    """The users whom a SimpleSearchDocument means; ``*`` in a value stands for anything."""
    wanted, people = call.document("SimpleSearchDocument"), call.site.people
    return _users(call, found(wanted, people.users(), FIELDS, partial(_values, people)))


def _values(people: People, person: Person, field: str) -> list[str]:
    match field:
        case "username":
            return [person.name]
        case "realname":
            return [person.real_name]
        case "disabled":
            return ["true" if person.disabled else "false"]
        case "group":
            return [team.name for team in people.groups_of(person.name)]
        case _:
            return values_in(person.metadata, field)


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
        if call.site.people.called(name):
            raise conflict("User", name, explanation="somebody is called so already")
        _keep(call, Person(name, created=call.site.clock.now().isoformat()), data)
    return empty()


def get_user(call: Call, name: str) -> Response:
    """A user."""
    return _user(call, known_user(call, name))


def change_user(call: Call, name: str) -> Response:
    """What a UserDocument says holds from now on; what it leaves out stays."""
    only_administrators(call)
    data = call.document("UserDocument")
    if data.get("userName") not in (None, "", name):
        raise not_yet_implemented("another name for a user")
    with call.site.lock:
        person = known_user(call, name)
        _keep(call, person, data)
        return _user(call, person)


def _keep(call: Call, person: Person, data: Mapping[str, Any]) -> None:
    _only_plain(call.text("passwordType"))
    if data.get("disabled"):
        not_the_last_administrator(call, person.name)
    people = call.site.people
    groups = data.get("groupList")
    rows = [row for row in (groups or {}).get("group", []) if not row.get("remove")]
    wanted = [known_group(call, row.get("groupName", "")) for row in rows]
    person.password = data.get("password", person.password)
    person.real_name = data.get("realName", person.real_name)
    person.disabled = data.get("disabled", person.disabled)
    person.metadata = read_metadata(data) or person.metadata
    if "alias" in data:
        person.aliases = [free_alias(call, person.name, alias) for alias in data["alias"]]
    people.keep_user(person)
    if groups is not None:
        people.put_into_groups(person.name, [team.name for team in wanted])


def _only_plain(kind: str) -> None:
    """Refuse passwords that were hashed before they were sent."""
    if kind.lower() not in ("", "raw"):
        raise not_yet_implemented(f"passwords of the type {kind!r}; this server takes them as they are")


def _user(call: Call, person: Person) -> Response:
    groups = call.site.people.groups_of(person.name, indirect=False)
    return document(call, "UserDocument", user_document(person, groups))


def disable_user(call: Call, name: str) -> Response:
    """The user cannot come in any more; with ``hard`` a job makes them be forgotten, but not what names them.

    The last administrator stays.
    """
    _set_disabled(call, name, disabled=True)
    steps = [Step(FORGET, {"user": name}, "Deleting user")] if call.flag("hard") else []
    return job_answer(call, start_job(call, "DELETE_USER", "", steps, data={"userName": name}))


def _forget(
    site: Site,
    record: JobRecord,  # noqa: ARG001  # all steps are called alike
    orders: Mapping[str, Any],
    stop: threading.Event,  # noqa: ARG001  # as above; this takes no time
) -> Mapping[str, str]:
    with site.lock:
        if site.people.user(orders["user"]) is not None:  # the server may have been ended in between
            _forget_what_lets_in(site, orders["user"])
            site.people.remove_user(orders["user"])
    return {}


def _forget_what_lets_in(site: Site, user: str) -> None:
    """Another user of the name gets nothing that was this one's: tokens, keys of Portal, access by itself."""
    for kind in (TOKEN, PORTAL_KEY):
        for key, known in site.keeping.all(kind).items():
            if known["user"] == user:
                site.keeping.delete(kind, key)
    site.keeping.delete(DEFAULTS, user)


add_kind(FORGET, Kind(do=_forget))


def enable_user(call: Call, name: str) -> Response:
    """The user can come in again."""
    _set_disabled(call, name, disabled=False)
    return empty()


def _set_disabled(call: Call, name: str, *, disabled: bool) -> None:
    only_administrators(call)
    with call.site.lock:
        person = known_user(call, name)
        if disabled:
            not_the_last_administrator(call, name)
        person.disabled = disabled
        call.site.people.keep_user(person)


def real_name(call: Call, name: str) -> Response:
    """What a user is called by people."""
    return plain(known_user(call, name).real_name)


def set_real_name(call: Call, name: str) -> Response:
    """A user is called otherwise."""
    only_themselves(call, name)
    with call.site.lock:
        person = known_user(call, name)
        person.real_name = call.text_body().strip()
        call.site.people.keep_user(person)
    return empty()


def set_password(call: Call, name: str) -> Response:
    """A user gets another password."""
    only_themselves(call, name)
    _only_plain(call.text("type"))
    with call.site.lock:
        person = known_user(call, name)
        person.password = call.text_body().strip()
        call.site.people.keep_user(person)
    return empty()


def validate_password(call: Call, name: str) -> Response:
    """Whether a password is the user's: 200 or 403."""
    only_themselves(call, name)
    _only_plain(call.text("type"))
    if not has_password(known_user(call, name), call.text_body().strip()):
        raise forbidden("the password is wrong")
    return plain("")


ROUTES = (
    Route("GET", "/user", list_users),
    Route("PUT", "/user", search_users),
    Route("POST", "/user", create_user),
    Route("GET", "/user/<name>", get_user),
    Route("PUT", "/user/<name>", change_user),
    Route("DELETE", "/user/<name>", disable_user),
    Route("PUT", "/user/<name>/enable", enable_user),
    Route("GET", "/user/<name>/realname", real_name),
    Route("PUT", "/user/<name>/realname", set_real_name),
    Route("PUT", "/user/<name>/password", set_password),
    Route("PUT", "/user/<name>/validate", validate_password),
)
