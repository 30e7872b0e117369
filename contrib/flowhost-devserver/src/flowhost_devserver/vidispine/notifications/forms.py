"""The form of the notification document, and the events of each entity that can be triggers."""

from __future__ import annotations

from flowhost_devserver.vidispine.forms import Form, add_forms

EVENTS: dict[str, tuple[str, ...]] = {
    "item": ("create", "modify", "delete"),
    "metadata": ("modify",),
    "access": ("create", "modify", "delete"),
    "shape": ("create", "modify", "delete"),
    "job": ("create", "update", "stop", "finished", "fail"),
    "collection": ("create", "modify", "delete", "metadata", "item", "content"),
    "storage": ("create", "delete", "filename"),
    "file": ("new", "change", "hash", "close", "delete"),
    "group": ("create", "modify", "delete"),
    "document": ("create", "modify", "delete"),
    "quota": ("create", "modify", "delete", "warning", "exceeded"),
    "deletionLock": ("create", "modify", "delete", "expire"),
}
"""Entity of a trigger → its events."""

UNTOLD = {"storage": ("filename",)}
"""Entity of a trigger → events of the vendor's schema of which nothing public says when they happen."""

WITHIN = ("add", "remove", "modify")
"""Events within events: ``collection/item/add``, ``collection/metadata/modify``."""

NARROWING = {"file": ("storage",)}
"""Entity of a trigger → what narrows it besides `FILTERS`: files of one storage, by its id."""

NAMING = "type"
"""What some clients add to a trigger to say which kind it is; it says nothing more."""

OTHER_ACTIONS = ("ejb", "jms", "sqs", "sns", "javascript")
"""What Vidispine can do besides HTTP, and this server cannot."""

_OF_METADATA: Form = {**dict.fromkeys(("field", "language", "track"), "text*"), "interval": "text"}

FILTERS: Form = {
    "filter": "NotificationFilter",
    "contentFilters": "NotificationContentFilters",
    **_OF_METADATA,
}
"""What narrows a trigger; beside its event or within it."""

_TYPES: dict[str, Form] = {
    "Notification": {"action": "NotificationAction", "trigger": "NotificationTrigger"},
    "NotificationAction": {"http": "NotificationHttp", **dict.fromkeys(OTHER_ACTIONS, "NotificationOther")},
    "NotificationOther": {},
    "NotificationHttp": {
        "synchronous": "@bool",
        "group": "@text",
        "url": "text",
        "method": "text",
        "timeout": "text",
        "retry": "int",
        "contentType": "text",
        "extradata": "text",
    },
    "NotificationTrigger": {entity: f"NotificationOf-{entity}" for entity in EVENTS},
    **{
        f"NotificationOf-{entity}": {
            **dict.fromkeys(events, "NotificationEvent"),
            **FILTERS,
            **dict.fromkeys((NAMING, *NARROWING.get(entity, ())), "text"),
            "placeholder": "bool",
        }
        for entity, events in EVENTS.items()
    },
    "NotificationEvent": {**FILTERS, **dict.fromkeys(WITHIN, "NotificationEvent")},
    "NotificationFilter": {
        "type": "text*",
        "step": "int",
        "jobdata": "NotificationJobData*",
        **_OF_METADATA,
    },
    "NotificationJobData": dict.fromkeys(("key", "value", "key-regex", "value-regex"), "text"),
    "NotificationContentFilters": {"contentFilter": "text*"},
}

add_forms(_TYPES, {"NotificationDocument": "Notification"})
