"""Events that ask for a rule to be started by hand: a button somewhere, told by a source."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.matcher import Matcher
from flowhost_plugins.rules.records import Run
from flowhost_plugins.rules.rule import Manual

START = "rule.start"
"""Type of such an event; its data has ``rule``, and may have ``itemId`` and ``user``."""


def started(matcher: Matcher, rules: Iterable[DeployedRule], event: flowhost.Event) -> list[Run]:
    """Start what an event asks for.

    Returns:
        The run; none when the rule is at work on the item, or was started by this event before.

    Raises:
        Permanent: there is no such rule, none that is started by hand, or no such item.
    """
    told = notified.texts(notified.variables(event))
    name = told.get("rule", "")
    manual = {
        one.name: one for one in rules if any(isinstance(trigger, Manual) for trigger in one.rule.triggers)
    }
    if name not in manual:
        hint = flowhost.nearest(name, manual)
        raise flowhost.Permanent(f"there is no rule {name!r} with the trigger 'manual'{hint}")
    item, user = notified.item_of(event), told.get("user", "")
    answer = matcher.start(manual[name], item, user, identity=event.identity or "")
    return [answer] if isinstance(answer, Run) else []
