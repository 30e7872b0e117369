"""``flowhost check``: everything that is wrong with profiles, without starting anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from flowhost.cli import Choices
from flowhost.commands.profiles import readable, registry_for
from flowhost.errors import ConfigError, FlowhostError, Unavailable
from flowhost.wiring import Blueprint, blueprint


@click.command()
@click.argument("profiles", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--connect", is_flag=True, help="Also try the endpoints: brokers, databases, folders, ports.")
@click.pass_obj
def check(choices: Choices | None, profiles: tuple[Path, ...], connect: bool) -> None:
    """Report every mistake in each profile FILE as file:line:column: message.

    Exit code 78 when there is any; 69 when --connect found something that cannot be reached.
    """
    configs, problems = readable(profiles)
    registry = registry_for(configs, choices)
    made: list[Blueprint] = []
    for config in configs:
        try:
            made.append(blueprint(config, registry))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    failures = [failure for one in made if connect for failure in _unreachable(one)]
    if failures:
        raise Unavailable("\n".join(failures))
    for one in made:
        click.echo(
            f"{one.config.profile}: ok" + (", and everything it uses can be reached" if connect else "")
        )


def _unreachable(made: Blueprint) -> Iterator[str]:
    """What of this daemon cannot be reached: resources are opened and closed, other parts asked to `probe`."""
    opened: list[Callable[[], None]] = []
    try:
        for resource in made.resources:
            failure = _tried(resource.open)
            if failure:
                yield f"{made.config.profile}: resource {resource.name!r}: {failure}"
                return  # what stands on it cannot be tried
            opened.append(resource.close)
        parts = [("worker", made.worker), *((f"source {one.name!r}", one.source) for one in made.sources)]
        for called, part in parts:
            failure = _tried(getattr(part, "probe", None))
            if failure:
                yield f"{made.config.profile}: {called}: {failure}"
    finally:
        for close in reversed(opened):
            close()


def _tried(action: Callable[[], None] | None) -> str | None:
    try:
        if action:
            action()
    except FlowhostError as error:
        return str(error)
    return None
