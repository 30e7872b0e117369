"""The commands `jobs ...`."""

from __future__ import annotations

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, to_read
from flowhost_plugins.catalogue.commands.items import AS_JSON, NUMBER


@click.group("jobs", invoke_without_command=True)
@click.option("--item", metavar="ITEM", help="Only those for this item.")
@click.option("--running", is_flag=True, help="Only those that have not ended.")
@NUMBER
@AS_JSON
@takes_catalogue
@click.pass_context
def jobs_command(
    context: click.Context, item: str | None, number: int, *, running: bool, as_json: bool
) -> None:
    """List jobs, the newest first."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.jobs(item=item, ended=False if running else None, number=number)
    if as_json:
        flowhost.print_json(found)
        return
    rows = [
        (one.id, one.kind, one.item, one.status, f"{one.progress:.0f} %", one.step, one.created, one.error)
        for one in found
    ]
    flowhost.print_table(("Job", "Kind", "Item", "Status", "Progress", "Step", "Asked for", "Error"), rows)


@jobs_command.command("cancel")
@click.argument("job")
@takes_catalogue
def cancel_command(job: str) -> None:
    """Ask a job to stop."""
    with to_change() as catalogue:
        click.echo(f"{job}: {catalogue.cancel_job(job).status}, asked to stop")
