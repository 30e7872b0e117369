"""What flowhost finds: the commands ``flowhost demo viz-one`` and ``flowhost demo vidispine``."""

from __future__ import annotations

from collections.abc import Mapping

import click

import flowhost


@flowhost.hookimpl
def flowhost_commands() -> Mapping[str, click.Command]:
    """The commands ``flowhost demo viz-one`` and ``flowhost demo vidispine``."""
    from flowhost_devserver.vidispine.demonstrating import demo as vidispine
    from flowhost_devserver.viz_one.demonstrating import demo as viz_one

    return {"demo viz-one": viz_one, "demo vidispine": vidispine}
