"""Whether Portal is there, and who asks."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import json_document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.routing import Route

PORTAL_ADMINISTRATOR = "portal_administrator"
"""The role of those who may do everything in Portal."""


def healthcheck(_call: Call) -> Response:
    """It is there; nobody is asked who they are."""
    return json_document({"status": "OK"})


def whoami(call: Call) -> Response:
    """The user, with their groups and roles."""
    people = call.site.people
    person = people.user(call.run_as)
    first, _, last = (person.real_name if person else "").partition(" ")
    groups = [team.name for team in people.groups_of(call.run_as)]
    return json_document(
        {
            "username": call.run_as,
            "first_name": first,
            "last_name": last,
            "is_superuser": people.is_administrator(call.run_as),
            "groups": [name for name in groups if not name.startswith("_")],
            "roles": [PORTAL_ADMINISTRATOR] if people.is_administrator(call.run_as) else [],
        }
    )


ROUTES = (
    Route("GET", "/healthcheck/simple", healthcheck),
    Route("GET", "/whoami", whoami),
)
