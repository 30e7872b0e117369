"""The journal: the only place where the state of rules, runs and items is kept."""

from flowhost_plugins.rules.journal.resource import Journal

__all__ = ["Journal"]
