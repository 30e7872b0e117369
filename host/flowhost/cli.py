"""The `flowhost` program: global options, and where each command lives."""

from __future__ import annotations

import difflib
import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from flowhost.errors import ConfigError, FlowhostError

COMMANDS = {
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
"""Command → where it is; imported only when it is used, so that each starts fast."""

FLOW_FLAGS = ("-n", "--instance-name", "-w", "--workers", "-g", "--debug", "--man")
"""Flags of the old command line, which had no commands: ``python -m flow -g PROFILE``."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the global options say: plugins not to load."""

    disabled: tuple[str, ...] = ()


class _Commands(click.Group):
    """A group whose commands are imported when they are named; a profile in a command's place is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and (args[0].startswith(FLOW_FLAGS) or _is_profile(args[0])):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and (close := difflib.get_close_matches(args[0], COMMANDS, 1)):
            raise click.UsageError(f"No such command {args[0]!r}; did you mean {close[0]!r}?", ctx)
        return super().resolve_command(ctx, args)


def _is_profile(word: str) -> bool:
    return (
        word not in COMMANDS and not word.startswith("-") and (word.endswith(".ini") or Path(word).is_file())
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-p",
    "plugins",
    multiple=True,
    metavar="no:NAME",
    help="Do not load this plugin or distribution; repeatable.",
)
@click.version_option(package_name="flowhost", prog_name="flowhost")
@click.pass_context
def program(ctx: click.Context, plugins: tuple[str, ...]) -> None:
    """Automate a media library with sources, workers and rules composed from config.

    `flowhost PROFILE` is short for `flowhost run PROFILE`.
    """
    for word in plugins:
        if not word.startswith("no:"):
            raise click.UsageError(f"-p takes no:NAME, not {word!r}")
    ctx.obj = Choices(tuple(word.removeprefix("no:") for word in plugins))


def main(arguments: list[str] | None = None) -> None:
    """Run the program and end the process.

    Expected errors end in their sentence on stderr and the exit code of their class; only a bug shows a traceback.
    """
    try:
        sys.exit(program.main(arguments, prog_name="flowhost", standalone_mode=False) or 0)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except FlowhostError as error:
        lines = error.problems if isinstance(error, ConfigError) else [error]
        for line in lines:
            click.echo(f"flowhost: {line}" if not getattr(line, "place", None) else str(line), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
