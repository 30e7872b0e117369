"""The words of the command line: which are the host's own, and which a plugin may take for its commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flowhost.discovery.fitting import shown

if TYPE_CHECKING:
    import click

BUILT_IN = {
    "check": "flowhost.commands.check:check",
    "completion": "flowhost.commands.completion:completion",
    "dead-letters": "flowhost.commands.letters:dead_letters",
    "demo": "flowhost.commands.demo:demo",
    "describe": "flowhost.commands.plugins:describe",
    "list-plugins": "flowhost.commands.plugins:list_plugins",
    "run": "flowhost.commands.run:run",
    "schema": "flowhost.commands.plugins:schema",
    "status": "flowhost.commands.status:status",
    "store": "flowhost.commands.store:store",
    "systemd-unit": "flowhost.commands.systemd:systemd_unit",
}
"""Command → where it is."""

EXTENDABLE = ("demo",)
"""Commands of the host that plugins may put commands of their own under."""

_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_WORDS = 2


def misnamed(words: object, command: Any) -> str | None:
    """Why a plugin cannot have a command of this name, as a sentence about the plugin's own; None when it can.

    Args:
        words: what a plugin wants its command to be called.
        command: what it has for it.
    """
    import click  # every program has it imported by now; whoever only loads parts need not

    called = f"its command {words!r}"
    if not isinstance(words, str) or not _readable(words):
        return f"{called} has no name that can be typed; expected one or two words of small letters, digits and -"
    if not isinstance(command, click.Command):
        return f"{called} is {shown(command)}, expected a click.Command"
    first = words.partition(" ")[0]
    if words in BUILT_IN:
        return f"{called} has the name of a command of flowhost's own"
    if first in BUILT_IN and first not in EXTENDABLE:
        return f"{called} is below {first!r}, a command of flowhost's own that takes no others"
    return None


def above(words: str) -> str | None:
    """The first of two words; None when there is only one."""
    first, _, second = words.partition(" ")
    return first if second else None


def _readable(words: str) -> bool:
    parts = words.split(" ")
    return len(parts) <= _MOST_WORDS and all(_WORD.fullmatch(part) for part in parts)


def named(words: str, command: click.Command) -> click.Command:
    """The command, called by the last of its words: what click writes above its help."""
    command.name = words.split(" ")[-1]
    return command
