"""Groups of commands, and how the commands that plugins provide join flowhost's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from flowhost.discovery.command_words import BUILT_IN, above, named

if TYPE_CHECKING:
    from flowhost.registry import Registry

GROUPS = {"new": "Write the first files of something new."}
"""First word of commands of plugins → what they do together."""

_REGISTRY = f"{__name__}.registry"  # where a context keeps it: plugins are loaded once for one call


class Group(click.Group):
    """A group whose help has the first sentence of each command, however long it is."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands; click's own cuts sentences off."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(limit=1000)) for name, command in commands if command]
            )


class PluginGroup(Group):
    """The commands of plugins that share their first word.

    Args:
        first: that word.
        commands: the commands by their second word.
    """

    def __init__(self, first: str, commands: Mapping[str, click.Command]) -> None:
        text = GROUPS.get(first, f"Commands of plugins: {', '.join(commands)}.")
        super().__init__(first, dict(commands), help=text)


class Extendable(click.Command):
    """A command of flowhost's own that plugins may put others below; its help shows them."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands below it."""
        below = below_word(ctx, self.name or "")
        if below:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(
                    [(name, command.get_short_help_str(limit=1000)) for name, command in below.items()]
                )
        super().format_epilog(ctx, formatter)


def complete_folder(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a begun first argument can become, of an `Extendable` whose first argument is a folder."""
    below = below_word(ctx, ctx.command.name or "")
    items = [
        CompletionItem(name, help=command.get_short_help_str())
        for name, command in below.items()
        if name.startswith(incomplete)
    ]
    return [*items, CompletionItem(incomplete, type="dir")]


def added_commands(ctx: click.Context) -> Iterator[str]:
    """What plugins add to the program's list: words, first words of groups, both words below flowhost's own."""
    for words in _registry(ctx).commands():
        first = above(words)
        yield first if first and first not in BUILT_IN else words


def added_command(ctx: click.Context, words: str) -> click.Command | None:
    """The command or group of this name that plugins provide; None when there is none."""
    if command := _registry(ctx).commands().get(words):
        return named(words, command)
    below = below_word(ctx, words) if words not in BUILT_IN else {}
    return PluginGroup(words, below) if below else None


def below_word(ctx: click.Context, first: str) -> dict[str, click.Command]:
    """The commands of plugins below this first word, by their second."""
    return {
        words.partition(" ")[2]: named(words, command)
        for words, command in sorted(_registry(ctx).commands().items())
        if above(words) == first
    }


def explain(ctx: click.Context, words: Iterable[str]) -> None:
    """Say why a command that a plugin offers cannot be used.

    Args:
        ctx: the context of the call.
        words: names it may have been called by.

    Raises:
        ConfigError: several plugins provide one of these, or the plugin that does is broken.
    """
    for one in words:
        _registry(ctx).check_command(one)


def _registry(ctx: click.Context) -> Registry:
    """The plugins, with a warning for each broken one, unless a shell is only asking for completions."""
    from flowhost.registry import Registry, disabled_names  # flowhost's own commands start faster without

    if _REGISTRY not in ctx.meta:
        options: tuple[str, ...] = ctx.find_root().params.get("plugins") or ()
        disabled = disabled_names(os.environ, options)
        ctx.meta[_REGISTRY] = Registry.load(disabled=disabled, quiet=ctx.resilient_parsing)
    registry: Registry = ctx.meta[_REGISTRY]
    return registry
