"""The program ``flowhost-devserver``."""

from __future__ import annotations

import click

from flowhost_devserver.vidispine.command import vidispine
from flowhost_devserver.viz_one.command import viz_one


@click.group()
@click.version_option(package_name="flowhost-devserver")
def main() -> None:
    """Media asset management systems to develop and test against, on this machine."""


main.add_command(vidispine)
main.add_command(viz_one)
