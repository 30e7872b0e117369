"""What notifications are called elsewhere: external ids, which stand for the id in every path."""

from __future__ import annotations

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.namespaces import namespace_of
from flowhost_devserver.vidispine.external_ids.namings import check_name, is_own
from flowhost_devserver.vidispine.notifications.registrations import Registration
from flowhost_devserver.vidispine.refusals import conflict, not_found
from flowhost_devserver.vidispine.site import Site

KIND = "external id of a notification"
"""Of what is kept: external id → id."""


def own_id(site: Site, name: str) -> str:
    """The id of the notification with this external id; what is none stays as it is."""
    return name if is_own(name) else str(site.keeping.get(KIND, name) or name)


def external_ids(site: Site, one: Registration) -> list[dict[str, str]]:
    """The external ids of a notification as documents have them, the oldest first."""
    return [
        {
            "externalId": name,
            "namespace": namespace_of(site, name),
            "entityType": "notification",
            "entityId": one.id,
        }
        for name, id_ in site.keeping.all(KIND).items()
        if id_ == one.id
    ]


def give(call: Call, one: Registration, name: str) -> None:
    """Let a notification be called so, too.

    Raises:
        Refusal: another one is, or none can be.
    """
    check_name(name)
    site = call.site
    with site.lock:
        other = site.notifier.registrations.find(own_id(site, name))
        if other is not None and other.id != one.id:
            raise conflict(
                "notification", name, explanation=f"the notification {other.id} is called so already"
            )
        site.keeping.put(KIND, name, one.id)


def take(site: Site, one: Registration, name: str | None = None) -> None:
    """Let a notification no longer be called so; without a name: nothing but its id.

    Raises:
        Refusal: it is not called so.
    """
    with site.lock:
        names = [known for known, id_ in site.keeping.all(KIND).items() if id_ == one.id]
        if name is not None and name not in names:
            raise not_found("external-id", name)
        for known in names if name is None else [name]:
            site.keeping.delete(KIND, known)
