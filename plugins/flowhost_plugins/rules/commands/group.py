"""The group `flowhost rules`, and what goes into it."""

from __future__ import annotations

import click

from flowhost_plugins.rules.commands.changing import (
    clear_command,
    delete_command,
    redeploy_command,
    resume_command,
    start_command,
    suspend_command,
)
from flowhost_plugins.rules.commands.choosing import takes_profile
from flowhost_plugins.rules.commands.explaining import explain_command
from flowhost_plugins.rules.commands.files import bpmn_command, check_command, schema_command
from flowhost_plugins.rules.commands.listing import list_command, show_command
from flowhost_plugins.rules.commands.trying import test_command


@click.group("rules")
@takes_profile
def rules_commands() -> None:
    """Look at the rules of a daemon, and administrate them.

    They work beside a running daemon, which notices changes within a second, and without one. Times are in UTC.
    """


for _command in (
    bpmn_command,
    check_command,
    clear_command,
    delete_command,
    explain_command,
    list_command,
    redeploy_command,
    resume_command,
    schema_command,
    show_command,
    start_command,
    suspend_command,
    test_command,
):
    rules_commands.add_command(_command)
