"""``flowhost check``: everything that is wrong with profiles, without starting anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import click

from flowhost.cli import Choices
from flowhost.commands.profiles import readable, registry_for, wired
from flowhost.errors import ConfigError, FlowhostError, Unavailable
from flowhost.logs import masked
from flowhost.parts import Resource
from flowhost.wiring import Blueprint

Action: TypeAlias = Callable[[], None]


@click.command()
@click.argument("profiles", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--connect", is_flag=True, help="Also try the endpoints: brokers, databases, folders, ports.")
@click.pass_obj
def check(choices: Choices | None, profiles: tuple[Path, ...], connect: bool) -> int:
    """Report every mistake in each profile FILE as file:line:column: message.

    Exit code 78 when there is any; 69 when --connect found something that cannot be reached.
    """
    configs, problems = readable(profiles)
    registry = registry_for(configs, choices)
    made, wrong = wired(configs, registry)
    problems += wrong
    if problems:
        raise ConfigError(problems)
    registry.complain()
    return max([_report(one, connect=connect) for one in made])


def _report(made: Blueprint, *, connect: bool) -> int:
    profile, failures = made.config.profile, []
    if connect:
        with chdir(made.config.directory):  # where the daemon would work
            failures = list(_unreachable(made))
    for failure in failures:
        click.echo(masked(f"{profile}: {failure}"), err=True)
    if not failures:
        click.echo(f"{profile}: ok" + (_reached(made) if connect else ""))
    return Unavailable.exit_code if failures else 0


def _reached(made: Blueprint) -> str:
    sections = ", ".join(f"[{title}]" for title in made.unused)
    not_tried = f"; nothing in it uses {sections}, so that was not tried" if sections else ""
    return f", and everything it uses can be reached{not_tried}"


def _unreachable(made: Blueprint) -> Iterator[str]:
    """What of this daemon cannot be reached: resources are opened and closed, other parts are probed.

    A part that was given something which failed is not tried.
    """
    failed: list[object] = []
    with ExitStack() as opened:
        for called, part, attempt, undo in _attempts(made):
            if any(given is one for given in made.stands_on.get(id(part), ()) for one in failed):
                failed.append(part)
            elif failure := _tried(attempt):
                failed.append(part)
                yield f"{called}: {failure}"
            elif undo:
                opened.callback(undo)
        if failed and (process := _process_of(made, failed)):
            yield f"{made.info.name} runs just now (process {process}): a port it holds counts as taken"


def _attempts(made: Blueprint) -> Iterator[tuple[str, object, Action | None, Action | None]]:
    """What to try, in this order: how a message calls it, the part, how to try it, how to undo that."""
    for resource in made.resources:
        yield f"resource {resource.name!r}", resource, partial(_open, resource), resource.close
    yield "worker", made.worker, getattr(made.worker, "probe", None), None
    for action in made.actions:
        yield f"{action.called} ({action.place})", action.part, action.part.probe, None
    for one in made.sources:
        yield f"source {one.name!r}", one.source, getattr(one.source, "probe", None), None
    yield "[Flow]", made.flow, lambda: _serve_pages(made), None


def _open(resource: Resource) -> None:
    """Open a resource and, if it can tell more, ask what it depends on."""
    resource.open()
    try:
        getattr(resource, "probe", lambda: None)()
    except BaseException:
        resource.close()
        raise


def _tried(action: Action | None) -> str | None:
    try:
        if action:
            action()
    except FlowhostError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  # a part is a stranger's code
        return f"{type(error).__name__}: {error}"
    return None


def _serve_pages(made: Blueprint) -> None:
    if made.flow.monitoring_port:
        from flowhost.monitoring.pages import Monitoring  # takes a while, and few checks need it

        pages = Monitoring(made.flow.monitoring_address, made.flow.monitoring_port, list)
        pages.start()
        pages.close()


def _process_of(made: Blueprint, failed: list[object]) -> Any:
    """The process that runs this daemon just now, as its ledger knows; None when nobody does."""
    if made.ledger is None or any(one is made.ledger for one in failed):
        return None
    now = datetime.now(UTC)
    alive = (one for one in made.ledger.daemons() if one.daemon == made.info.name and one.alive_until > now)
    return next((one.status.get("pid") for one in alive), None)
