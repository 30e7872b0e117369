"""The `flowhost` program: global options, and where each command lives."""

from __future__ import annotations

import difflib
import importlib
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from flowhost.command_groups import Group as Group  # the commands have it from here
from flowhost.command_groups import added_command, added_commands, explain
from flowhost.discovery.command_words import BUILT_IN, EXTENDABLE
from flowhost.errors import ConfigError, FlowhostError
from flowhost.service.ending import end_soon

COMMANDS = BUILT_IN
"""Command → where it is; imported only when it is used, so that each starts fast.

Plugins are loaded for a word that is not here, and for the whole list.
"""

FLOW_FLAGS = ("-n", "--instance-name", "-w", "--workers", "-g", "--debug", "--man")
"""Flags of the old command line, which had no commands: ``python -m flow -g PROFILE``."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the global options say: plugins not to load."""

    disabled: tuple[str, ...] = ()


class _Commands(Group):
    """A group whose commands are imported when they are named; a profile in a command's place is run.

    Commands of plugins join it, see `flowhost.hookspecs.flowhost_commands`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {*COMMANDS, *added_commands(ctx)}
        # a shell completes word by word
        return sorted(name for name in names if not (ctx.resilient_parsing and " " in name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return added_command(ctx, cmd_name)
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
        if args[0] in EXTENDABLE and len(args) > 1 and not args[1].startswith("-"):
            words = " ".join(args[:2])
            if command := self.get_command(ctx, words):
                return words, command, args[2:]
        if args[0] not in COMMANDS:
            self._complain(ctx, args)
        return super().resolve_command(ctx, args)

    def _complain(self, ctx: click.Context, args: list[str]) -> None:
        """Raise unless plugins provide this command."""
        explain(ctx, [args[0], " ".join(args[:2])])
        if added_command(ctx, args[0]):
            return
        if close := difflib.get_close_matches(args[0], self.list_commands(ctx), 1):
            raise click.UsageError(f"No such command {args[0]!r}; did you mean {close[0]!r}?", ctx)


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
    is_eager=True,  # before --help, whose list is made of the plugins
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
        code = program.main(arguments, prog_name="flowhost", standalone_mode=False)
        return code if isinstance(code, int) else 0  # a command of a plugin may return anything
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
