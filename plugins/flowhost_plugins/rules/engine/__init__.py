"""Runs rules: claims runs, takes each through its steps, waits without holding threads."""

from flowhost_plugins.rules.engine.resource import RulesEngine

__all__ = ["RulesEngine"]
