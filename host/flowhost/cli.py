"""The `flowhost` program: global options, and where each command lives."""

from __future__ import annotations

import difflib
import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from flowhost.errors import ConfigError, FlowhostError
from flowhost.service.ending import end_soon

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


class Group(click.Group):
    """A group whose help has the first sentence of each command, however long it is."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands; click's own cuts sentences off."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(limit=1000)) for name, command in commands if command]
            )


class _Commands(Group):
    """A group whose commands are imported when they are named; a profile in a command's place is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # how click calls it
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = _after_plugins(args)
        if at < len(args) and (args[at].startswith(FLOW_FLAGS) or _is_profile(args[at])):
            args = [*args[:at], "run", *args[at:]]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and (close := difflib.get_close_matches(args[0], COMMANDS, 1)):
            raise click.UsageError(f"No such command {args[0]!r}; did you mean {close[0]!r}?", ctx)
        return super().resolve_command(ctx, args)


def _after_plugins(words: list[str]) -> int:
    """Where the words after the leading ``-p no:NAME`` begin."""
    at = 0
    while at < len(words) and words[at].startswith("-p"):
        at += 2 if words[at] == "-p" else 1
    return at


def _is_profile(word: str) -> bool:
    return (
        word not in COMMANDS and not word.startswith("-") and (word.endswith(".ini") or Path(word).is_file())
    )


def _names(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001  # how click calls it
    for word in words:
        if not word.startswith("no:"):
            raise click.UsageError(f"-p takes no:NAME, not {word!r}", ctx)
    return tuple(word.removeprefix("no:") for word in words)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-p",
    "plugins",
    multiple=True,
    metavar="no:NAME",
    callback=_names,
    help="Do not load this plugin or distribution; repeatable.",
)
@click.version_option(package_name="flowhost", prog_name="flowhost")
@click.pass_context
def program(ctx: click.Context, plugins: tuple[str, ...]) -> None:
    """Automate a media library with sources, workers and rules composed from config.

    `flowhost PROFILE` is short for `flowhost run PROFILE`.
    """
    ctx.obj = Choices(plugins)


def main(arguments: list[str] | None = None) -> None:
    """Run the program and end the process, also when threads were left behind in it.

    Expected errors end in their sentence on stderr and the exit code of their class; only a bug shows a
    traceback.
    """
    code = 1  # of a bug
    try:
        code = _exit_code(arguments)
    finally:
        end_soon(code)
    sys.exit(code)


def _exit_code(arguments: list[str] | None) -> int:
    try:
        return int(program.main(arguments, prog_name="flowhost", standalone_mode=False) or 0)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except FlowhostError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _tell(error: FlowhostError) -> None:
    from flowhost.logs import masked  # only needed here, and takes a while

    for line in error.problems if isinstance(error, ConfigError) else [error]:
        text = str(line) if getattr(line, "place", None) else f"flowhost: {line}"
        click.echo(masked(text), err=True)
