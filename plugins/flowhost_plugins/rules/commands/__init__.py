"""The commands `flowhost rules ...`, `flowhost runs ...` and `flowhost item`.

A file for each topic; `choosing` says whose rules a command is about, `showing` prints. They use `Administration` like
anybody.
"""

from __future__ import annotations

from flowhost_plugins.rules.commands.group import rules_commands
from flowhost_plugins.rules.commands.item import item_command
from flowhost_plugins.rules.commands.runs import runs_commands

__all__ = ["item_command", "rules_commands", "runs_commands"]
