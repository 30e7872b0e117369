"""Whether an item has been left alone for long enough."""

from __future__ import annotations

from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.records import Check
from flowhost_plugins.rules.rule import Rule
from flowhost_plugins.rules.timing import length


def settling(rule: Rule, facts: Facts) -> tuple[Check, datetime | None] | None:
    """Whether the item has not changed for the rule's `settle`, and the moment when it will have; None: it need not.

    The check holds either way, as a run may be kept until that moment; it does not when the item is gone.
    """
    if not rule.settle or facts.item is None:
        return None
    try:
        changed = facts.item.updated
    except flowhost.Permanent as error:
        return Check("settle", False, str(error)), None
    if changed is None:
        return Check("settle", None, "the asset system does not tell when the item last changed"), None
    quiet = (facts.now - changed).total_seconds()
    if quiet >= rule.settle:
        said = f"it has not changed for {length(quiet)}, {length(rule.settle)} is enough"
        return Check("settle", True, said), None
    ready = changed + timedelta(seconds=rule.settle)
    said = f"it changed {length(max(quiet, 0))} ago; the run waits until {ready:%H:%M:%S} UTC"
    return Check("settle", True, said), ready
