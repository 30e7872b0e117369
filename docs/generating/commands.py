"""The page of commands, from the program itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from flowhost.cli import program
from generating.docstrings import markdown
from generating.tables import table

INTRODUCTION = """# Commands

`flowhost PROFILE` is short for `flowhost run PROFILE`, and `python -m flowhost` is the same
program. Every command has `--help`. The exit codes are on the page [Operating](../operating.md#exit-codes).
"""


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its full name, the program itself first."""
    yield from _below(program, click.Context(program, info_name="flowhost"))


def commands_page() -> str:
    """One entry for each command."""
    blocks = [INTRODUCTION]
    for name, command, context in commands():
        level = "##" if name.count(" ") < 2 else "###"
        blocks.append(f"{level} {name} {{: #{name.replace(' ', '-')} }}")
        blocks.append(f"```text\n{' '.join(command.get_usage(context).split()).removeprefix('Usage: ')}\n```")
        blocks.append(markdown(inspect.cleandoc(command.help or "").replace("\b\n", "")))
        if rows := _rows(command, context):
            blocks.append(table(("Option", "Meaning"), rows))
    return "\n\n".join(blocks) + "\n"


def _below(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _below(inner, click.Context(inner, info_name=name, parent=context))


def _rows(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    records = filter(None, (option.get_help_record(context) for option in options))
    return [(f"`{names}`", meaning) for names, meaning in records if "--help" not in names]
