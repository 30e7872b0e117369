"""Whom and what a request about people may be about."""

from __future__ import annotations

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.records import Person, Team
from flowhost_devserver.vidispine.refusals import conflict, forbidden, invalid_input, not_found

LONGEST = 255  # characters of a name


def only_administrators(call: Call) -> None:
    """Let nobody else do this.

    Raises:
        Refusal: they are none.
    """
    if not call.site.people.is_administrator(call.run_as):
        raise forbidden(f"{call.run_as!r} is no administrator")


def only_themselves(call: Call, name: str) -> None:
    """Let only the user of this name do this, and administrators.

    Raises:
        Refusal: it is somebody else.
    """
    if call.run_as != name:
        only_administrators(call)


def not_the_last_administrator(call: Call, name: str) -> None:
    """Let somebody stay who may do everything, when a user goes.

    Raises:
        Refusal: it is only this one.
    """
    people = call.site.people
    others = (one for one in people.users() if one.name != name and not one.disabled)
    if people.is_administrator(name) and not any(people.is_administrator(one.name) for one in others):
        raise conflict("User", name, explanation="nobody else is administrator")


def known_user(call: Call, name: str) -> Person:
    """The user of this name.

    Raises:
        Refusal: there is none.
    """
    person = call.site.people.user(name)
    if person is None:
        raise not_found("User", name)
    return person


def known_group(call: Call, name: str) -> Team:
    """The group of this name.

    Raises:
        Refusal: there is none.
    """
    team = call.site.people.group(name)
    if team is None:
        raise not_found("Group", name)
    return team


def new_name(kind: str, name: str) -> str:
    """The name, if a user or group can have it.

    Raises:
        Refusal: they cannot.
    """
    if not 0 < len(name) <= LONGEST:
        raise invalid_input(
            kind, explanation=f"expected a name of 1 to {LONGEST} characters", value=name[:80]
        )
    return name
