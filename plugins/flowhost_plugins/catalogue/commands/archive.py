"""The commands `archive` and `restore`."""

from __future__ import annotations

from collections.abc import Callable

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change
from flowhost_plugins.catalogue.commands.items import AS_JSON
from flowhost_plugins.catalogue.commands.waiting import waited
from flowhost_plugins.catalogue.records import Job
from flowhost_plugins.catalogue.resource import Catalogue

ITEMS = click.argument("items", nargs=-1, required=True)


@click.command("archive")
@ITEMS
@click.option(
    "--storage", required=True, metavar="STORAGE", help="Id or name of a storage of the kind ARCHIVE."
)
@click.option("--purge", is_flag=True, help="Remove the files online once the copies are safe.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only shapes with this tag; repeatable.")
@AS_JSON
@takes_catalogue
def archive_command(
    items: tuple[str, ...], storage: str, tags: tuple[str, ...], *, purge: bool, as_json: bool
) -> None:
    """Copy the media of ITEMS into the archive, one after another."""
    _each(
        items,
        lambda catalogue, item: catalogue.archive_item(item, storage, purge=purge, tags=tags),
        as_json=as_json,
    )


@click.command("restore")
@ITEMS
@AS_JSON
@takes_catalogue
def restore_from_archive_command(items: tuple[str, ...], *, as_json: bool) -> None:
    """Bring the media of ITEMS back from the archive."""
    _each(items, Catalogue.restore_from_archive, as_json=as_json)


def _each(items: tuple[str, ...], start: Callable[[Catalogue, str], Job], *, as_json: bool) -> None:
    """Run a job for each item; those that cannot be done do not keep the others from it."""
    jobs: list[Job] = []
    problems: list[str] = []
    with to_change() as catalogue:
        for item in items:
            try:
                jobs.append(waited(catalogue, start(catalogue, item), item))
            except (flowhost.Permanent, flowhost.Conflict) as error:
                problems.append(str(error))
    if as_json:
        flowhost.print_json(jobs)
    elif jobs:
        flowhost.print_table(
            ("Item", "Job", "Status", ""), [(one.item, one.id, one.status, one.error) for one in jobs]
        )
    problems += [f"{one.item}: {one.error or one.status}" for one in jobs if one.status not in DONE]
    if problems:
        raise click.ClickException("; ".join(problems))


DONE = ("FINISHED", "FINISHED_WARNING")
"""Jobs that did what was asked; what a warning is about is in the table."""
