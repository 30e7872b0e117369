"""A revision of a rule with its actions made; those used last are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import flowhost
from flowhost_plugins.rules.files import with_brake
from flowhost_plugins.rules.rule import Rule

KEPT = 500  # revisions; the rules of a large site, some of them with runs of an older revision


@dataclass(frozen=True, slots=True, eq=False)
class MadeRule:
    """A revision of a rule that can be run.

    Args:
        rule: as it was read.
        revision: its number.
        actions: one for each step.
    """

    rule: Rule
    revision: int
    actions: tuple[flowhost.Action, ...]


def make_rule(rule: Rule, revision: int, workbench: flowhost.Workbench) -> MadeRule:
    """Make the actions of a rule.

    Raises:
        ConfigError: everything that is wrong with them.
    """
    actions: list[flowhost.Action] = []
    problems: list[flowhost.Problem] = []
    for step in rule.steps:
        try:
            made = workbench.make(
                "action",
                step.action,
                step.parameters,
                place=step.place,
                places=step.places,
                called=f"action {step.action!r}",
            )
        except flowhost.ConfigError as error:
            problems += error.problems
        else:
            actions.append(made)
    if problems:
        raise flowhost.ConfigError(problems)
    return MadeRule(with_brake(rule, actions), revision, tuple(actions))


class MadeRules:
    """Revisions of rules, by name and number.

    Args:
        make: makes one that is not here.
    """

    def __init__(self, make: Callable[[str, int], MadeRule]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], MadeRule] = OrderedDict()

    def get(self, rule: str, revision: int) -> MadeRule:
        """This revision.

        Raises:
            ConfigError: it cannot be made.
        """
        key = (rule, revision)
        with self._lock:
            if found := self._kept.get(key):
                self._kept.move_to_end(key)
                return found
        made = self._make(rule, revision)  # outside the lock: it is a stranger's code; twice at worst
        self.keep(made)
        return made

    def keep(self, made: MadeRule) -> None:
        """Keep one, and forget the one that was not used for longest when there are too many."""
        with self._lock:
            self._kept[made.rule.name, made.revision] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
