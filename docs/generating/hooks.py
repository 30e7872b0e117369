"""The page of hooks, from the hook specifications."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from flowhost import hookspecs
from generating.docstrings import markdown
from generating.signatures import signature

INTRODUCTION = """# Hooks

A plugin is a module (or a class) registered under the entry-point group `flowhost`. It implements the
hooks it wants, each a function marked with `@flowhost.hookimpl`.
See [Writing a plugin](../writing-a-plugin.md).
"""
COLLECTING = """## Hooks that collect

They return classes. Each class has a `name`, which is how a profile calls it, and a constructor whose keyword
parameters are its options.
"""
COMMANDS = """## The hook for commands

It returns commands of the `flowhost` program, each an object of [click](https://click.palletsprojects.com/).
"""
OBSERVING = """## Hooks that observe

They tell a plugin what happened. An exception in one is logged and hurts nobody. They are called from the
daemon's own threads: be quick, or hand the news on.
"""


def hooks() -> dict[str, Callable[..., Any]]:
    """Every hook specification by name, in the order of the module."""
    marker = f"{hookspecs.PROJECT}_spec"
    return {name: value for name, value in vars(hookspecs).items() if hasattr(value, marker)}


def hooks_page() -> str:
    """One entry for each hook, with its example."""
    collecting = set(hookspecs.COLLECTING.values())
    blocks = [INTRODUCTION, COLLECTING]
    blocks += [_entry(name, hook) for name, hook in hooks().items() if name in collecting]
    blocks += [COMMANDS, _entry(hookspecs.COMMANDS, hooks()[hookspecs.COMMANDS])]
    blocks += [OBSERVING]
    observing = [name for name in hooks() if name not in {*collecting, hookspecs.COMMANDS}]
    blocks += [_entry(name, hooks()[name]) for name in observing]
    return "\n\n".join(blocks) + "\n"


def _entry(name: str, hook: Callable[..., Any]) -> str:
    heading = f"### {name} {{: #{name} }}"
    return f"{heading}\n\n```python\n{signature(name, hook)}\n```\n\n{markdown(inspect.getdoc(hook) or '')}"
