"""The command ``flowhost new transfer-plugin``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from flowhost_plugins.viz_one.new_transfer_plugin.model import Setting, all_settings
from flowhost_plugins.viz_one.new_transfer_plugin.naming import problem_of
from flowhost_plugins.viz_one.new_transfer_plugin.tree import files, write


def _name(_context: click.Context, _argument: click.Parameter, name: str) -> str:
    if problem := problem_of(name):
        raise click.BadParameter(problem)
    return name


def _settings(_context: click.Context, _argument: click.Parameter, texts: tuple[str, ...]) -> list[Setting]:
    try:
        return all_settings(map(Setting.parse, texts))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("transfer-plugin")
@click.argument("name", callback=_name)
@click.argument("settings", nargs=-1, metavar="[NAME:LABEL:DEFAULT]...", callback=_settings)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder in which the plugin's own folder is made; the current one by default.",
)
def transfer_plugin(name: str, settings: list[Setting], into: Path) -> None:
    """Write the files of a new transfer plugin of Viz One into a folder of its NAME.

    Each NAME:LABEL:DEFAULT is a setting that an administrator fills in on Viz One; plugin.user and
    plugin.password are there in any case.
    """
    folder = into / name
    texts = files(name, settings)
    try:
        write(folder, texts)
    except FileExistsError:
        raise click.UsageError(f"{folder} exists already; a new plugin wants a folder of its own") from None
    except OSError as error:
        raise click.ClickException(f"the plugin cannot be written: {error}") from None
    click.echo(f"A transfer plugin in {folder}:")
    for path in sorted(texts):
        click.echo(f"  {path}")
    click.echo(
        f"\nIts work is done in apps/{name}/{name}.py. Try it:\n  python -m pytest {shlex.quote(str(folder / 'tests'))}"
    )
