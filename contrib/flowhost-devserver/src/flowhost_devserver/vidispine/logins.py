"""Who asks, and for whom: HTTP Basic, tokens, and the header ``RunAs``."""

from __future__ import annotations

import hmac

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.people.records import RUN_AS, Person
from flowhost_devserver.vidispine.people.tokens import user_of
from flowhost_devserver.vidispine.refusals import Refusal, conflict, forbidden, not_authorized, not_found


def login(call: Call) -> tuple[str, str]:
    """The user who asks, and the one who is asked for.

    Raises:
        Refusal: nobody knows them, or they may not act for somebody else.
    """
    user = authenticated(call)
    return user, impersonated(call, user, call.request.headers.get("RunAs"))


def nobody(_call: Call) -> tuple[str, str]:
    """Nobody is asked who they are."""
    return "", ""


def authenticated(call: Call) -> str:
    """The user, by HTTP Basic, with their name or an alias, or by a token.

    Raises:
        Refusal: there is no such user, or the password or token is wrong.
    """
    scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "token":
        name = user_of(call.site, token.strip())
        person = call.site.people.user(name) if name else None
        if person is None or person.disabled:
            raise not_authorized("the token is wrong, or its time is over")
        return person.name
    given = call.request.authorization
    if given is None or given.type != "basic":
        raise not_authorized("this server wants a user and a password")
    person = call.site.people.called(given.username or "")
    if not (person and has_password(person, given.password or "")):
        raise not_authorized("the user or the password is wrong")
    if person.disabled:
        raise _disabled(call, person)
    return person.name


def _disabled(call: Call, person: Person) -> Refusal:
    """A user who is disabled is a conflict only to who wants a token."""
    if call.path.rstrip("/") == "/token":
        return conflict("User", person.name, explanation="the user is disabled")
    return not_authorized("the user is disabled")


def impersonated(call: Call, user: str, wanted: str | None) -> str:
    """For whom a user acts: `wanted`, or themselves when that is nobody.

    Raises:
        Refusal: they may not act for others, or there is no such user.
    """
    call.user, call.run_as = user, wanted or user  # what the log says, although they may be refused
    if not wanted or wanted == user:
        return user
    people = call.site.people
    if not (people.is_administrator(user) or people.has_role(user, RUN_AS)):
        raise forbidden(f"{user!r} may not act for other users")
    if people.user(wanted) is None:
        raise not_found("User", wanted)
    return wanted


def has_password(person: Person, password: str) -> bool:
    """Whether this is the user's password."""
    return bool(person.password) and hmac.compare_digest(
        person.password.encode(errors="surrogatepass"), password.encode(errors="surrogatepass")
    )
