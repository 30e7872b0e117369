"""The commands ``flowhost scripts ...``."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, cast

import click

import flowhost
from flowhost_plugins.scripts.folder import Script, ScriptFolder
from flowhost_plugins.scripts.resource import Scripts

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT = Path("scripts")
VARIABLE = "FLOWHOST_PROFILE"  # as the commands for rules have it


@click.group("scripts")
def scripts_command() -> None:
    """List, show, upload, replace and delete the scripts that rules run.

    They are in the folder scripts/, unless a profile says another one, or --directory does. The variable
    FLOWHOST_PROFILE names the profile when -c does not. Times are in UTC.
    """


def takes_folder(command: Command) -> Command:
    """Give a command the options ``--profile`` and ``--directory``, and the folder they mean."""

    @click.option(
        "-c",
        "--profile",
        metavar="PROFILE",
        type=click.Path(path_type=Path),
        help="Those of this daemon.",
    )
    @click.option(
        "--directory", metavar="FOLDER", type=click.Path(path_type=Path), help="Those in this folder."
    )
    @functools.wraps(command)
    def wrapped(*args: Any, profile: Path | None, directory: Path | None, **named: Any) -> Any:
        if profile and directory:
            raise click.UsageError("--profile goes without --directory")
        with _mistakes_told():
            return command(_folder(profile, directory), *args, **named)

    return cast(Command, wrapped)


def _folder(profile: Path | None, directory: Path | None) -> ScriptFolder:
    if directory:
        return ScriptFolder(directory)
    if named := profile or os.environ.get(VARIABLE):
        return flowhost.resource_of(Path(named), Scripts).folder
    return ScriptFolder(DEFAULT)


@scripts_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@takes_folder
def list_command(folder: ScriptFolder, *, as_json: bool) -> None:
    """List the scripts, and what keeps them from being run."""
    found = folder.listed()
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], indent=2, ensure_ascii=False))
        return
    if not found:
        click.echo(f"no scripts in {folder.directory}")
        return
    _print_table(found)


@scripts_command.command("show")
@click.argument("name")
@takes_folder
def show_command(folder: ScriptFolder, name: str) -> None:
    """Print what is in a script."""
    click.echo(folder.read(name), nl=False)


@scripts_command.command("upload")
@click.argument("file", type=click.File("rb"))
@click.option("--name", help="What it is called there; by default as the file.")
@takes_folder
def upload_command(folder: ScriptFolder, file: Any, name: str | None) -> None:
    """Add a FILE (- for standard input), and let it be run.

    A script that is there already is not replaced.
    """
    _tell("uploaded", folder.upload(_name_of(file, name), file.read()))


@scripts_command.command("replace")
@click.argument("file", type=click.File("rb"))
@click.option("--name", help="What it is called there; by default as the file.")
@takes_folder
def replace_command(folder: ScriptFolder, file: Any, name: str | None) -> None:
    """Put FILE (- for standard input) in the place of a script."""
    _tell("replaced", folder.replace(_name_of(file, name), file.read()))


@scripts_command.command("delete")
@click.argument("name")
@takes_folder
def delete_command(folder: ScriptFolder, name: str) -> None:
    """Delete a script. The steps of rules that run it fail from then on."""
    folder.delete(name)
    click.echo(f"deleted {name}")


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except flowhost.Permanent as error:  # a mistake on the command line, as in other commands
        raise flowhost.ConfigError(str(error)) from error


def _name_of(file: Any, name: str | None) -> str:
    if name is not None:
        return name
    own = getattr(file, "name", "-")  # a stream need not have one
    if own in ("-", "<stdin>"):
        raise click.UsageError("standard input has no name; give one with --name")
    return Path(own).name


def _tell(what: str, script: Script) -> None:
    click.echo(f"{what} {script.name}")
    if script.problem:
        click.echo(f"warning: the script {script.name!r} {script.problem}", err=True)


def _plain(script: Script) -> dict[str, Any]:
    return asdict(script) | {"modified": script.modified.isoformat(), "executable": not script.problem}


def _print_table(scripts: list[Script]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    table = Table(
        "Script", "Bytes", "Modified", "Can be run", box=SIMPLE_HEAD if terminal else None, pad_edge=False
    )
    for one in scripts:
        runs = f"no: it {one.problem}" if one.problem else "yes"
        cells = (one.name, str(one.size), f"{one.modified:%Y-%m-%d %H:%M:%S}", runs)
        table.add_row(
            *map(Text, cells)
        )  # Text, because a name may hold "[red]", which rich would take for a style
    console = Console(
        width=None if terminal else 100_000, highlight=False
    )  # off a terminal a row is one line
    with console.capture() as capture:
        console.print(table)
    for line in capture.get().splitlines():
        click.echo(line.rstrip())
