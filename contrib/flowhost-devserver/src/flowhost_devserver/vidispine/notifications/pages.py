"""Registering notifications."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.notifications.checking import FOR, checked
from flowhost_devserver.vidispine.notifications.naming import external_ids, give, own_id, take
from flowhost_devserver.vidispine.notifications.registrations import Registration
from flowhost_devserver.vidispine.notifications.showing import as_shown
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import NotFound

DOCUMENT = "NotificationDocument"


def listed(call: Call, resource: str, entity: str = "") -> Response:
    """The ids of the notifications of a resource, or of one entity; with ``url=true`` their URLs."""
    _check_entity(call, resource, entity)
    found = [
        one
        for one in call.site.notifier.registrations.all()
        if (one.resource, one.entity) == (resource, entity)
    ]
    urls = call.flag("url")
    return uri_list(call, [_url(call, one) if urls else one.id for one in found])


def registered(call: Call, resource: str, entity: str = "") -> Response:
    """A new notification."""
    _check_entity(call, resource, entity)
    made = call.site.notifier.registrations.add(resource, entity, checked(resource, call.document(DOCUMENT)))
    return uri_list(call, [_url(call, made) if call.flag("url") else made.id])


def shown(call: Call, resource: str, notification: str, entity: str = "") -> Response:
    """One notification."""
    return document(call, DOCUMENT, as_shown(_one(call, resource, entity, notification).document))


def replaced(call: Call, resource: str, notification: str, entity: str = "") -> Response:
    """Another document under the same id."""
    one = _one(call, resource, entity, notification)
    kept = checked(resource, call.document(DOCUMENT))
    call.site.notifier.registrations.replace(one, kept)
    return document(call, DOCUMENT, as_shown(kept))


def removed(call: Call, resource: str, notification: str, entity: str = "") -> Response:
    """No more of it."""
    _remove(call, _one(call, resource, entity, notification))
    return empty()


def all_removed(call: Call, resource: str, entity: str = "") -> Response:
    """No more of any."""
    _check_entity(call, resource, entity)
    for one in call.site.notifier.registrations.all():
        if (one.resource, one.entity) == (resource, entity):
            _remove(call, one)
    return empty()


def _remove(call: Call, one: Registration) -> None:
    take(call.site, one)
    call.site.notifier.registrations.remove(one)


def named(call: Call, resource: str, notification: str, entity: str = "") -> Response:
    """The external ids of a notification."""
    found = external_ids(call.site, _one(call, resource, entity, notification))
    text = "".join(one["externalId"] + LINE for one in found)
    return document(call, "ExternalIdentifierListDocument", {"id": found}, text=text)


def name_given(call: Call, resource: str, notification: str, external_id: str, entity: str = "") -> Response:
    """Another external id, which stands for its id from now on."""
    give(call, _one(call, resource, entity, notification), external_id)
    return empty()


def name_taken(call: Call, resource: str, notification: str, external_id: str, entity: str = "") -> Response:
    """No such external id any more."""
    take(call.site, _one(call, resource, entity, notification), external_id)
    return empty()


def names_taken(call: Call, resource: str, notification: str, entity: str = "") -> Response:
    """No external id any more."""
    take(call.site, _one(call, resource, entity, notification))
    return empty()


def _one(call: Call, resource: str, entity: str, notification: str) -> Registration:
    found = call.site.notifier.registrations.find(own_id(call.site, notification))
    if found is None or (found.resource, found.entity) != (resource, entity):
        raise not_found("notification", notification)
    return found


def _url(call: Call, one: Registration) -> str:
    return "/".join(filter(None, (call.site.api, one.resource, one.entity, "notification", one.id)))


def _check_entity(call: Call, resource: str, entity: str) -> None:
    """Refuse an entity that is not there; there are no documents and quotas, and locks are heard of together."""
    site = call.site
    looks = {
        "item": site.catalogue.record,
        "collection": site.catalogue.collection,
        "storage": site.catalogue.storage,
        "storage/file": site.catalogue.file,
        "file": site.catalogue.file,
    }
    if not entity:
        return
    try:
        if resource in looks:
            looks[resource](entity)
            return
    except NotFound:
        raise not_found(resource.rpartition("/")[2].capitalize(), entity) from None
    known = {"group": site.people.group, "job": site.jobs.find}
    if resource not in known or known[resource](entity) is None:
        raise not_found(resource.capitalize(), entity)


_NAMING: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("GET", "", named),
    ("DELETE", "", names_taken),
    ("PUT", "/<external_id>", name_given),
    ("DELETE", "/<external_id>", name_taken),
)


def _routes() -> tuple[Route, ...]:
    made = list[Route]()
    for resource in FOR:
        for entity in ("", "/<entity>") if resource else ("",):
            below = f"{f'/{resource}' if resource else ''}{entity}/notification"
            made += [
                Route(method, below, partial(page, resource=resource))
                for method, page in (("GET", listed), ("POST", registered), ("DELETE", all_removed))
            ]
            made += [
                Route(method, f"{below}/<notification>", partial(page, resource=resource))
                for method, page in (("GET", shown), ("PUT", replaced), ("DELETE", removed))
            ]
            if resource:
                made += [
                    Route(
                        method, f"{below}/<notification>/external-id{path}", partial(page, resource=resource)
                    )
                    for method, path, page in _NAMING
                ]
    return tuple(made)


ROUTES = _routes()
