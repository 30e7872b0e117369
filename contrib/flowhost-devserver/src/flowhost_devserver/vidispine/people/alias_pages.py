"""Pages: other names that users come in with."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.rights import known_user, new_name, only_administrators
from flowhost_devserver.vidispine.refusals import conflict, not_found
from flowhost_devserver.vidispine.routing import Route


def add_alias(call: Call, name: str, alias: str) -> Response:
    """Another name that the user may come in with."""
    only_administrators(call)
    with call.site.lock:
        person = known_user(call, name)
        person.aliases = [*dict.fromkeys((*(person.aliases or ()), free_alias(call, name, alias)))]
        call.site.people.keep_user(person)
    return empty()


def remove_alias(call: Call, name: str, alias: str) -> Response:
    """No such alias any more."""
    only_administrators(call)
    with call.site.lock:
        person = known_user(call, name)
        if alias not in (person.aliases or ()):
            raise not_found("alias", alias)
        person.aliases = [one for one in person.aliases or () if one != alias]
        call.site.people.keep_user(person)
    return empty()


def free_alias(call: Call, name: str, alias: str) -> str:
    """The alias.

    Raises:
        Refusal: somebody else is called so, or nobody can be.
    """
    other = call.site.people.called(new_name("alias", alias))
    if other is not None and (other.name != name or alias == name):
        raise conflict("User", alias, explanation=f"{other.name!r} is called so already")
    return alias


ROUTES = (
    Route("PUT", "/user/<name>/alias/<alias>", add_alias),
    Route("DELETE", "/user/<name>/alias/<alias>", remove_alias),
)
