"""``flowhost run``: the daemons of one process, until they end or a signal ends them."""

from __future__ import annotations

import logging
import os
import pydoc
import sys
from collections.abc import Iterable, Sequence
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

log = logging.getLogger(__name__)

FOLDERS = ("PYTHON_CONFIG_ROOT", "FLOWHOST_STATE")
"""Variables that name folders; a relative one starts where the program was started."""

_NUMBER = click.IntRange(max=MOST_WORKERS)
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
    profiles = tuple(profile.resolve() for profile in profiles)
    _go_beside(profiles)
    settings = _ProcessSettings(debug=debug)
    fleet = Fleet(profiles, registry, overrides=Overrides(instance_name, workers), reloaded=settings.follow)
    settings.apply(list(fleet.blueprints.values()))
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


class _ProcessSettings:
    """What the profiles say about the process as a whole, and not about one of its daemons.

    Args:
        debug: log everything, whatever a profile says.
    """

    def __init__(self, *, debug: bool) -> None:
        self._debug = debug
        self._logging: Blueprint | None = None
        self._lasting: dict[str, object] = {}

    def apply(self, blueprints: Sequence[Blueprint]) -> None:
        """Log as the first profile says.

        Raises:
            ConfigError: its log file cannot be opened; the place is that which names the file.
        """
        made = self._logging = blueprints[0]
        self._lasting = _lasting(blueprints)
        try:
            logs.configure(made.logging, name=made.info.name, debug=self._debug)
        except ConfigError as error:
            named = made.config.value("Logging", "file name")
            place = named.place if named else made.config.place
            raise ConfigError([Problem(p.message, place) for p in error.problems]) from None

    def follow(self, blueprints: Sequence[Blueprint]) -> None:
        """Adapt to a reload; say what cannot be adapted."""
        lasting = _lasting(blueprints)
        for name, value in lasting.items():
            if value != self._lasting[name]:
                log.warning("%s: takes effect at the next start", name)
        if blueprints[0] is self._logging:
            self._lasting = lasting
            return
        try:
            self.apply(blueprints)
        except ConfigError as error:
            log.error("%s; logging goes on as before", error)


def _lasting(blueprints: Sequence[Blueprint]) -> dict[str, object]:
    """What does not change before the next start, by what it is called in a profile."""
    return {
        "monitoring address and monitoring port": _monitoring(blueprints),
        "disable plugins": {name for made in blueprints for name in made.flow.disable_plugins},
    }


def _monitoring(blueprints: Iterable[Blueprint]) -> set[tuple[str, int]]:
    """Where the monitoring pages are wanted; several daemons that name one port share it."""
    flows = [made.flow for made in blueprints]
    return {(flow.monitoring_address, flow.monitoring_port) for flow in flows if flow.monitoring_port}


def _go_beside(profiles: Iterable[Path]) -> None:
    """Make the profiles' folder the working folder, as Flow did, when they have one in common.

    Args:
        profiles: absolute paths.
    """
    for name in FOLDERS:
        if folder := os.environ.get(name):
            os.environ[name] = str(Path(folder).absolute())
    folders = {profile.parent for profile in profiles}
    if len(folders) == 1:
        os.chdir(folders.pop())
