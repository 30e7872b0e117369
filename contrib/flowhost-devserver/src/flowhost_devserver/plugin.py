"""What flowhost finds: the command ``flowhost demo viz-one``."""

from __future__ import annotations

from collections.abc import Mapping

import click

import flowhost


@flowhost.hookimpl
def flowhost_commands() -> Mapping[str, click.Command]:
    """The command ``flowhost demo viz-one``."""
    from flowhost_devserver.viz_one.demonstrating import demo

    return {"demo viz-one": demo}
