"""``flowhost completion``: the script that lets a shell complete flowhost's commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from flowhost.errors import ConfigError

PROGRAM = "flowhost"
VARIABLE = "_FLOWHOST_COMPLETE"
"""The variable by which click's script asks the program; click makes it of the program's name."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a SHELL.

    \b
    For bash:
    flowhost completion bash > ~/.local/share/bash-completion/completions/flowhost
    """  # noqa: D301  # click wants the character itself: it keeps the lines after it apart
    kind = get_completion_class(shell)
    if kind is None:
        raise ConfigError(f"this version of click has no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())
