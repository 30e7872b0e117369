"""Mail: the resource `mail`, which hands letters to an SMTP server, and the action `send-email` of rules."""

from __future__ import annotations

import flowhost
from flowhost_plugins.mail.action import SendEmail
from flowhost_plugins.mail.resource import Mail

__all__ = ["Mail", "SendEmail"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """Provide the resource."""
    return [Mail]


@flowhost.hookimpl
def flowhost_actions() -> list[type[flowhost.Action]]:
    """Provide the action."""
    return [SendEmail]
