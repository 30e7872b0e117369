"""The rules engine: rules as YAML files, run durably for each item.

`rule` and `records` hold what everything is made of. `files` reads rules, `matching` says which runs an event or a sweep
starts, `journal` keeps them, `engine` takes them through their steps, `worker` brings the events. `administration` is the
library for whoever looks at them from outside, and changes what becomes of them; `commands` stand on it,
`bpmn` draws rules.
"""

from __future__ import annotations

import click

import flowhost
from flowhost_plugins.rules.engine import RulesEngine
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.worker import RulesWorker

__all__ = ["Journal", "RulesEngine", "RulesWorker"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """Provide the resources ``rules-engine`` and ``rules-journal``."""
    return [RulesEngine, Journal]


@flowhost.hookimpl
def flowhost_workers() -> list[type[RulesWorker]]:
    """Provide the worker ``rules``."""
    return [RulesWorker]


@flowhost.hookimpl
def flowhost_commands() -> dict[str, click.Command]:
    """Provide the commands ``rules ...``, ``runs ...`` and ``item``."""
    # only who uses them pays for them
    from flowhost_plugins.rules.commands import item_command, rules_commands, runs_commands

    return {"item": item_command, "rules": rules_commands, "runs": runs_commands}
