"""The command `import`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, user_of
from flowhost_plugins.catalogue.commands.items import AS_JSON
from flowhost_plugins.catalogue.commands.waiting import waited
from flowhost_plugins.catalogue.records import ImportMode, Job


def _read_fields(
    _context: click.Context, _option: click.Parameter, texts: tuple[str, ...]
) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise click.BadParameter(f"{text!r} is no field, expected NAME=VALUE")
        fields.setdefault(name, []).append(value)
    return fields


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--item", metavar="ITEM", help="As a shape of this item; by default each file makes a new one.")
@click.option("--tag", default="original", show_default=True, help="Tag of the shape.")
@click.option("--storage", metavar="STORAGE", help="Id or name; the one with most room by default.")
@click.option(
    "--mode",
    type=click.Choice(get_args(ImportMode)),
    default="copy",
    show_default=True,
    help="Whether a file stays where it is.",
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_read_fields,
    help="Metadata; repeatable.",
)
@AS_JSON
@takes_catalogue
def import_command(
    files: tuple[Path, ...],
    item: str | None,
    tag: str,
    storage: str | None,
    mode: ImportMode,
    fields: dict[str, list[str]],
    *,
    as_json: bool,
) -> None:
    """Import FILES, each as an item of its own.

    They are imported one after another; a new item is called like its file, and made by you. A file that cannot be
    imported leaves no item behind; the others are imported all the same.
    """
    jobs: list[Job] = []
    problems: list[str] = []
    with to_change() as catalogue:
        if item is not None:
            catalogue.set_metadata(item, fields)
        for file in files:
            made = (
                None if item else catalogue.create_item({"title": [file.stem], **fields}, user=user_of()).id
            )
            try:
                started = catalogue.import_file(item or made or "", file, mode=mode, storage=storage, tag=tag)
                ended = waited(catalogue, started, file.name)
            except flowhost.Permanent as error:
                problems.append(str(error))
                ended = None
            if ended and ended.status.startswith("FINISHED"):
                jobs.append(ended)
            else:
                problems += [f"{file}: {ended.error or ended.status}"] if ended else []
                if made:
                    catalogue.delete_item(made)
    if as_json:
        flowhost.print_json(jobs)
    elif jobs:
        flowhost.print_table(
            ("Item", "File", "Job", "Status", ""),
            [(one.item, one.file, one.id, one.status, one.error) for one in jobs],
        )
    if problems:
        raise click.ClickException("; ".join(problems))
