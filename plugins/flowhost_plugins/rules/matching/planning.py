"""Asks an action what it would do."""

from __future__ import annotations

import logging

import flowhost

log = logging.getLogger(__name__)


def planned(action: flowhost.Action | None, context: flowhost.Context) -> str | None:
    """What an action would do, in a sentence, empty for nothing; None: it cannot tell.

    Raises:
        Permanent: it would fail.
        Unavailable: what it would have to ask cannot be reached.
    """
    plan = getattr(action, "plan", None)
    if plan is None:
        return None
    try:
        return str(plan(context))
    except flowhost.FlowhostError:
        raise
    except Exception as error:  # a stranger's code: its bug must not hold up other rules and items
        log.exception("the action %r cannot tell what it would do", getattr(action, "name", ""))
        raise flowhost.Permanent(f"what it would do cannot be told: {error!r}") from error
