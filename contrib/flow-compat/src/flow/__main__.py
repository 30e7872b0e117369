"""``python -m flow PROFILE [-n NAME] [-w WORKERS] [-g] [--man]``: runs the profile with flowhost."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

import click

NAME = "python -m flow"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("-n", "--instance-name", help="Use this name instead of the profile's app name.")
@click.option("-w", "--workers", type=int, metavar="N", help="Work on so many objects at once.")
@click.option("--man", is_flag=True, help="Show the Python help of the worker class and end.")
@click.option("-g", "--debug", is_flag=True, help="Log everything, with tracebacks.")
@click.option("--plain", is_flag=True, help="No live view, only log lines, also on a terminal.")
@click.pass_obj
def flow(arguments: list[str], /, **_options: Any) -> None:
    """Run each PROFILE until it is exhausted or stopped: the same as `flowhost run`."""
    (program,) = entry_points(group="console_scripts", name="flowhost")
    program.load()(["run", *arguments])


def main(arguments: list[str]) -> None:
    """Run ``flowhost run`` with these arguments; ends the process.

    What is wrong with the arguments, and the help, speak of the program that was called.
    """
    flow.main(arguments, prog_name=NAME, obj=arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
