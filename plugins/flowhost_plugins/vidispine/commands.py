"""The group `flowhost vidispine`, and what goes into it."""

from __future__ import annotations

import click

from flowhost_plugins.vidispine.notifications.commands import notifications_command


@click.group("vidispine")
def vidispine_commands() -> None:
    """Look at what daemons have at a site of Vidispine."""


vidispine_commands.add_command(notifications_command)
