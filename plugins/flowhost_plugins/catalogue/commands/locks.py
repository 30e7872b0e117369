"""The commands `locks ...`: what keeps items from being deleted."""

from __future__ import annotations

from datetime import UTC, datetime

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, to_read, user_of
from flowhost_plugins.catalogue.commands.items import AS_JSON
from flowhost_plugins.catalogue.commands.showing import moment


@click.group("locks")
def locks_command() -> None:
    """Keep items from being deleted, and from the recycle bin."""


@locks_command.command("list")
@click.argument("item")
@AS_JSON
@takes_catalogue
def list_locks_command(item: str, *, as_json: bool) -> None:
    """List the deletion locks of an item."""
    with to_read() as catalogue:
        found = catalogue.deletion_locks(item)
    if as_json:
        flowhost.print_json(found)
    else:
        rows = [(one.id, one.user, one.reason, one.expires or "never", one.created) for one in found]
        flowhost.print_table(("Lock", "By", "Reason", "Expires", "Made"), rows)


@locks_command.command("add")
@click.argument("item")
@click.option("--reason", default="", help="Why, for others to read.")
@click.option("--expires", type=click.DateTime(), metavar="MOMENT", help="Until when, in UTC.")
@takes_catalogue
def add_lock_command(item: str, reason: str, expires: datetime | None) -> None:
    """Lock an item."""
    until = None if expires is None else expires.replace(tzinfo=UTC)
    with to_change() as catalogue:
        lock = catalogue.lock_deletion(item, user=user_of(), reason=reason, expires=until)
    click.echo(f"{lock.id}: {lock.item} is locked" + (f" until {moment(until)} UTC" if until else ""))


@locks_command.command("remove")
@click.argument("item")
@click.argument("lock")
@takes_catalogue
def remove_lock_command(item: str, lock: str) -> None:
    """Remove a lock of an item."""
    with to_change() as catalogue:
        if not catalogue.unlock_deletion(item, lock):
            raise flowhost.Permanent(f"the item {item} has no deletion lock {lock!r}")
