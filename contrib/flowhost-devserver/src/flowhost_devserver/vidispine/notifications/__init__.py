"""Notifications: what clients want to hear of, and telling them.

From the bottom: the form of the document (`forms`), what is wrong with one (`checking`), what is registered
(`registrations`) and the pages for it (`pages`); what happened (`happenings`, and what it is called in `changes`),
who wants to hear of it (`matching`), what is said (`bodies`), saying it (`endpoints`), and all of it at work
(`notifier`).
"""

from flowhost_devserver.vidispine.notifications.notifier import Notifier

__all__ = ["Notifier"]
