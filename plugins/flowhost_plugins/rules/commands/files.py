"""The commands about rule files: `rules check`, `rules schema`, `rules bpmn`."""

from __future__ import annotations

from pathlib import Path

import click

import flowhost
from flowhost_plugins.rules.commands.choosing import administration, takes_profile


@click.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--connect", is_flag=True, help="Also ask the asset system for what they name.")
@takes_profile
def check_command(files: tuple[Path, ...], *, connect: bool) -> None:
    """Say everything that is wrong with rule files.

    Without FILE those in the folder of the profile. Nothing is deployed. With --connect also searches, collections,
    storages, formats and fields that are not there.
    """
    with administration() as opened:
        problems = opened.check(files, connect=connect)
        checked = ", ".join(map(str, files)) or str(opened.directory)
    if problems:
        raise flowhost.ConfigError(problems)
    click.echo(f"{checked}: ok")


@click.command("schema")
@takes_profile
def schema_command() -> None:
    """Print the JSON Schema of rule files.

    It has the actions of all installed plugins; an editor completes and checks with it.
    """
    with administration() as opened:
        flowhost.print_json(opened.schema())


@click.command("bpmn")
@click.argument("rule", metavar="RULE|FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it here; else it is printed.",
)
@takes_profile
def bpmn_command(rule: str, output: Path | None) -> None:
    """Export a rule as BPMN 2.0 with its diagram, for a modeller."""
    with administration() as opened:
        document = opened.bpmn(rule)
    if output is None:
        click.echo(document, nl=False)
        return
    try:
        output.write_bytes(document)
    except OSError as error:
        raise flowhost.ConfigError(
            f"cannot write {output}: {(error.strerror or str(error)).lower()}"
        ) from None
