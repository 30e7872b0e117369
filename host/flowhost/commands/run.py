"""``flowhost run``: the daemons of one process, until they end or a signal ends them."""

from __future__ import annotations

import os
import pydoc
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from flowhost import logs
from flowhost.cli import Choices
from flowhost.commands.profiles import readable, registry_for, wired
from flowhost.config.settings import MOST_WORKERS
from flowhost.errors import ConfigError
from flowhost.fleet import Fleet, Overrides
from flowhost.monitoring.pages import Monitoring
from flowhost.places import Problem
from flowhost.wiring import Blueprint, worker_class

_NUMBER = click.IntRange(0, MOST_WORKERS)
_NUMBER.name = "whole number"  # click's message would speak of an "integer range"


@click.command()
@click.argument("profiles", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("-n", "--instance-name", help="Use this name instead of the profile's app name.")
@click.option("-w", "--workers", type=_NUMBER, default=0, metavar="N", help="Work on so many events at once.")
@click.option("--man", is_flag=True, help="Show the Python help of the worker class and end.")
@click.option("-g", "--debug", is_flag=True, help="Log everything, with tracebacks.")
@click.option("--plain", is_flag=True, help="No live view, only log lines, also on a terminal.")
@click.pass_obj
def run(
    choices: Choices | None,
    profiles: tuple[Path, ...],
    instance_name: str | None,
    workers: int,
    man: bool,
    debug: bool,
    plain: bool,
) -> int:
    """Run daemons, one from each profile FILE, until they are exhausted or stopped.

    SIGTERM and Ctrl-C stop the sources, finish the work and end; SIGHUP reloads what changed.
    """
    if instance_name and len(profiles) > 1:
        raise click.UsageError("--instance-name goes with one FILE only")
    if len({profile.resolve() for profile in profiles}) < len(profiles):
        raise click.UsageError("the same FILE is given twice")
    configs, problems = readable(profiles, instance_name)
    registry = registry_for(configs, choices)
    if problems:
        raise ConfigError([*problems, *wired(configs, registry)[1]])
    if man:
        click.echo(pydoc.plain(pydoc.render_doc(worker_class(configs[0], registry))))
        return 0
    _go_beside(profiles)
    fleet = Fleet(
        [config.profile.resolve() for config in configs],
        registry,
        overrides=Overrides(instance_name, workers),
    )
    _configure_logging(next(iter(fleet.blueprints.values())), debug=debug)
    registry.complain()
    return _run(fleet, live=not plain and sys.stdout.isatty())


def _run(fleet: Fleet, *, live: bool) -> int:
    with ExitStack() as stack:
        for address, port in _monitoring(fleet.blueprints.values()):
            monitoring = Monitoring(address, port, fleet.snapshots)
            monitoring.start()
            stack.callback(monitoring.close)
        if live:
            from flowhost.live import live_view

            stack.enter_context(live_view(fleet.snapshots))
        return fleet.run()


def _configure_logging(made: Blueprint, *, debug: bool) -> None:
    """Log as the first profile says; what is wrong with its log file is told with the place that names it."""
    try:
        logs.configure(made.logging, name=made.info.name, debug=debug)
    except ConfigError as error:
        named = made.config.value("Logging", "file name")
        place = named.place if named else made.config.place
        raise ConfigError([Problem(p.message, place) for p in error.problems]) from None


def _monitoring(blueprints: Iterable[Blueprint]) -> set[tuple[str, int]]:
    """Where the monitoring pages are wanted; several daemons that name one port share it."""
    flows = [made.flow for made in blueprints]
    return {(flow.monitoring_address, flow.monitoring_port) for flow in flows if flow.monitoring_port}


def _go_beside(profiles: Iterable[Path]) -> None:
    """Make the profiles' folder the working folder, as Flow did, when they have one in common."""
    folders = {profile.resolve().parent for profile in profiles}
    if len(folders) == 1:
        os.chdir(folders.pop())
