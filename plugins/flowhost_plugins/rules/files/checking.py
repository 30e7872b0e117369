"""What can be wrong with rules that could be read: with their actions, with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import flowhost
from flowhost_plugins.rules.files.distributions import contradictions
from flowhost_plugins.rules.files.known import LibraryCheck
from flowhost_plugins.rules.rule import SWEPT, Rule, Schedule

DESTRUCTIVE_MATCHES = 100
"""The `max_matches` of a rule that destroys things and may find any number of them, unless its file says another."""

_STOP = "stop"


def check_rules(
    rules: Sequence[Rule], workbench: flowhost.Workbench, library: flowhost.MediaLibrary | None = None
) -> list[flowhost.Problem]:
    """Everything that is wrong with rules that shall be in force together, in the order of their files.

    Args:
        rules: as they were read.
        workbench: makes the actions.
        library: knows what there is: searches, collections, formats, storages, fields. It must be open. None: whether
            there is such a thing is not checked.

    Raises:
        Unavailable: the library cannot be reached.
    """
    problems = [*_same_names(rules)]
    for rule in rules:
        problems += [*_actions(rule, workbench), *_never_taken(rule)]
    if library is None:
        problems += contradictions(rules)
    else:
        check = LibraryCheck(library)
        problems += contradictions(rules, check.storage_ids)
        problems += [problem for rule in rules for problem in check.problems(rule)]
    return sorted(problems, key=lambda problem: problem.place or flowhost.Place(""))


def with_brake(rule: Rule, actions: Iterable[flowhost.Action]) -> Rule:
    """The rule, with the number of matches above which a person is asked.

    A rule that may find any number of items, and destroys something, waits to be approved above `DESTRUCTIVE_MATCHES`
    when its file names no other number.

    Args:
        rule: as it was read.
        actions: those of its steps, made.
    """
    finds_any = any(isinstance(one, (*SWEPT, Schedule)) for one in rule.triggers)
    destroys = any(getattr(action, "destructive", False) for action in actions)
    if rule.max_matches is None and finds_any and destroys:
        return replace(rule, max_matches=DESTRUCTIVE_MATCHES)
    return rule


def _same_names(rules: Iterable[Rule]) -> Iterator[flowhost.Problem]:
    first: dict[str, Rule] = {}
    for rule in rules:
        if known := first.get(rule.name):
            message = f"the rule {rule.name!r} is there twice, first at {known.place}; names must differ"
            yield flowhost.Problem(message, rule.place)
        else:
            first[rule.name] = rule


def _actions(rule: Rule, workbench: flowhost.Workbench) -> Iterator[flowhost.Problem]:
    for step in rule.steps:
        try:
            workbench.make("action", step.action, step.parameters, place=step.place, places=step.places)
        except flowhost.ConfigError as error:
            yield from error.problems


def _never_taken(rule: Rule) -> Iterator[flowhost.Problem]:
    """Steps after one that always ends the run."""
    ends = [number for number, step in enumerate(rule.steps) if step.action == _STOP and step.when is None]
    if ends and ends[0] + 1 < len(rule.steps):
        after = rule.steps[ends[0] + 1]
        message = f"step {after.action!r} is never taken: the step 'stop' before it ends every run"
        yield flowhost.Problem(f"{message}; give that a 'when', or put it last", after.place)
