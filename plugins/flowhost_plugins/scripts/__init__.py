r"""Programs of the site as steps of rules: the resource `scripts`, the action `run-script`, `flowhost scripts ...`.

A library besides::

    folder = ScriptFolder(Path("/srv/flowhost/scripts"))
    folder.upload("tell.sh", b"#!/bin/sh\necho $portal_itemId\n")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.scripts.action import RunScript
from flowhost_plugins.scripts.folder import Script, ScriptFolder
from flowhost_plugins.scripts.resource import Scripts

if TYPE_CHECKING:
    import click

__all__ = ["RunScript", "Script", "ScriptFolder", "Scripts"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """Provide the resource."""
    return [Scripts]


@flowhost.hookimpl
def flowhost_actions() -> list[type[flowhost.Action]]:
    """Provide the action."""
    return [RunScript]


@flowhost.hookimpl
def flowhost_commands() -> dict[str, click.Command]:
    """Provide the commands ``scripts ...``."""
    from flowhost_plugins.scripts.commands import scripts_command  # only who uses them pays for them

    return {"scripts": scripts_command}
