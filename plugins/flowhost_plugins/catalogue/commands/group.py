"""The group `flowhost catalogue`, and what goes into it."""

from __future__ import annotations

import click

from flowhost_plugins.catalogue.commands.archive import archive_command, restore_from_archive_command
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue
from flowhost_plugins.catalogue.commands.collections import collections_command
from flowhost_plugins.catalogue.commands.importing import import_command
from flowhost_plugins.catalogue.commands.items import list_command, search_command, show_command
from flowhost_plugins.catalogue.commands.jobs import jobs_command
from flowhost_plugins.catalogue.commands.locks import locks_command
from flowhost_plugins.catalogue.commands.people import groups_command, users_command
from flowhost_plugins.catalogue.commands.shape_tags import shape_tags_command
from flowhost_plugins.catalogue.commands.storages import storages_command
from flowhost_plugins.catalogue.commands.trash import trash_command


@click.group("catalogue")
@takes_catalogue
def catalogue_commands() -> None:
    """Look into the embedded catalogue, and change it.

    Without --url and --profile it is the one in the state directory. All commands work while a daemon has it open;
    the jobs they start are run by the daemon then.
    """


for _command in (
    archive_command,
    collections_command,
    groups_command,
    import_command,
    jobs_command,
    list_command,
    locks_command,
    restore_from_archive_command,
    search_command,
    shape_tags_command,
    show_command,
    storages_command,
    trash_command,
    users_command,
):
    catalogue_commands.add_command(_command)
