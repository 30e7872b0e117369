"""The conditions of a rule: each is worked out by itself, and told with the values it used."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.values_used import told
from flowhost_plugins.rules.records import Check


def holds(expression: flowhost.Expression, facts: Facts) -> bool:
    """Whether an expression holds; see `Expression.value` for what it raises."""
    return bool(expression.value(facts))


def condition_check(expression: flowhost.Expression, facts: Facts, what: str = "condition") -> Check:
    """What became of one condition. One that cannot be worked out does not hold.

    Raises:
        Unavailable: the asset system cannot be reached.
    """
    try:
        held = holds(expression, facts)
    except flowhost.ExpressionError as error:
        return Check(what, False, f"{expression.text} {error.reason}{_with(expression, facts)}")
    except flowhost.Permanent as error:
        return Check(what, False, f"{expression.text} could not be worked out: {error}")
    return Check(what, held, _sentence(expression, held, facts))


def condition_checks(conditions: Iterable[flowhost.Expression], facts: Facts) -> list[Check]:
    """What became of the conditions, up to the first that does not hold."""
    checks: list[Check] = []
    for expression in conditions:
        checks.append(condition_check(expression, facts))
        if not checks[-1].held:
            break
    return checks


def all_condition_checks(conditions: Iterable[flowhost.Expression], facts: Facts) -> list[Check]:
    """What became of every condition."""
    return [condition_check(expression, facts) for expression in conditions]


def _sentence(expression: flowhost.Expression, held: bool, facts: Facts) -> str:
    return f"{expression.text} {'holds' if held else 'does not hold'}{_with(expression, facts)}"


def _with(expression: flowhost.Expression, facts: Facts) -> str:
    values = told(expression.text, facts)
    return f": {values}" if values else ""
