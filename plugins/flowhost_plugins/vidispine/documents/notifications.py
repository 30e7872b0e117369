"""Notifications: what a site shall tell, and to whom."""

from __future__ import annotations

from typing import ClassVar

from flowhost_plugins.vidispine.documents.document import Document, Keys, Text


class HttpAction(Document):
    """Tell by HTTP. `timeout` is seconds, 0 for no limit; of one `group` one thing is told after the other.

    The schema has the time-out as a text, so what others wrote into it is kept.
    """

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"synchronous", "group"})

    synchronous: bool = False
    group: Text | None = None
    url: Text
    method: Text = "POST"
    timeout: Text = "30"
    retry: int = 0
    content_type: Text | None = None
    extradata: Text | None = None


class NotificationAction(Document):
    """How it is told."""

    http: HttpAction | None = None


class Notification(Document):
    """What is told, and how; the trigger is ``{"job": {"stop": ""}}`` and the like."""

    xml_root: ClassVar[str] = "NotificationDocument"

    action: NotificationAction | None = None
    trigger: Keys | None = None
