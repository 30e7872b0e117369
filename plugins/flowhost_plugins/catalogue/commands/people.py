"""The commands `users ...` and `groups ...`."""

from __future__ import annotations

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, to_read
from flowhost_plugins.catalogue.commands.items import AS_JSON


@click.group("users", invoke_without_command=True)
@AS_JSON
@takes_catalogue
@click.pass_context
def users_command(context: click.Context, *, as_json: bool) -> None:
    """List the users."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.users()
    if as_json:
        flowhost.print_json(found)
    else:
        flowhost.print_table(
            ("User", "Name", "Groups"), [(one.name, one.real_name, ", ".join(one.groups)) for one in found]
        )


@users_command.command("add")
@click.argument("name")
@click.option("--real-name", default="", help="For people.")
@takes_catalogue
def add_user_command(name: str, real_name: str) -> None:
    """Add a user, or give one another real name."""
    with to_change() as catalogue:
        catalogue.add_user(name, real_name=real_name)


@users_command.command("remove")
@click.argument("name")
@takes_catalogue
def remove_user_command(name: str) -> None:
    """Remove a user, not the access entries that name it."""
    with to_change() as catalogue:
        if not catalogue.remove_user(name):
            raise flowhost.Permanent(f"there is no user {name!r}")


@click.group("groups", invoke_without_command=True)
@AS_JSON
@takes_catalogue
@click.pass_context
def groups_command(context: click.Context, *, as_json: bool) -> None:
    """List the groups of users."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.groups()
    if as_json:
        flowhost.print_json(found)
    else:
        rows = [(one.name, one.description, ", ".join(one.members)) for one in found]
        flowhost.print_table(("Group", "Description", "Members"), rows)


@groups_command.command("add")
@click.argument("name")
@click.option("--description", default="", help="For people.")
@click.option(
    "--member", "members", multiple=True, metavar="USER", help="Who is in it, all of them; repeatable."
)
@takes_catalogue
def add_group_command(name: str, description: str, members: tuple[str, ...]) -> None:
    """Add a group, or change one.

    Without --member those who are in it stay.
    """
    with to_change() as catalogue:
        catalogue.add_group(name, description=description, members=members or None)


@groups_command.command("remove")
@click.argument("name")
@takes_catalogue
def remove_group_command(name: str) -> None:
    """Remove a group, not the access entries that name it."""
    with to_change() as catalogue:
        if not catalogue.remove_group(name):
            raise flowhost.Permanent(f"there is no group {name!r}")
