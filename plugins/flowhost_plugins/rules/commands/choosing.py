"""What commands share: whose rules they are about, and how they end."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import click

import flowhost
from flowhost_plugins.rules.administration import Administration, administration_of

Command = TypeVar("Command", bound=Callable[..., Any])

VARIABLE = "FLOWHOST_PROFILE"
"""The environment variable that names the profile when nothing else does."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
YES = click.option("--yes", is_flag=True, help="Do not ask.")


def takes_profile(command: Command) -> Command:
    """Give a command the option ``--profile``; what it says wins over what its group was told."""

    @click.option(
        "-c",
        "--profile",
        "profile",
        metavar="PROFILE",
        type=click.Path(path_type=Path),
        help=f"The profile of the daemon that runs the rules; else the variable {VARIABLE} names it.",
    )
    @functools.wraps(command)
    def wrapped(*args: Any, profile: Path | None, **named: Any) -> Any:  # noqa: ARG001  # it is looked up in the context
        return command(*args, **named)

    return cast(Command, wrapped)


@contextmanager
def administration() -> Iterator[Administration]:
    """The administration of the rules that the command line is about."""
    with administration_of(_profile()) as opened:
        try:
            yield opened
        except flowhost.Permanent as error:  # a mistake on the command line, as in other commands
            raise flowhost.ConfigError(str(error)) from error


def tell_if_nobody_runs(opened: Administration) -> None:
    """Say when there is no daemon that would do what was asked for."""
    if not opened.daemons():
        click.echo("No daemon runs these rules now; it is done as soon as one does.", err=True)


def ends_with(problems: list[str]) -> None:
    """End the command with what went wrong, if anything did: some of several things were not done."""
    if problems:
        for problem in problems:
            click.echo(problem, err=True)
        raise click.exceptions.Exit(1)


def read_moment(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    """A moment in an option: ISO 8601, in UTC unless it says otherwise."""
    if text is None:
        return None
    try:
        moment: datetime = flowhost.value_reader("iso")(text.strip())
    except ValueError:
        raise click.BadParameter(f"{text!r} is no moment; expected e.g. 2026-11-21 14:00, in UTC") from None
    return moment.astimezone(UTC)


def read_since(context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """A moment in an option: so long ago, e.g. ``7d``, or as `read_moment` takes it."""
    if text is None:
        return None
    from pydantic import TypeAdapter, ValidationError

    try:
        seconds: float = TypeAdapter(flowhost.Seconds).validate_python(text)
        return flowhost.SystemClock().now() - timedelta(seconds=seconds)
    except (ValidationError, OverflowError):
        try:
            return read_moment(context, option, text)
        except click.BadParameter:
            said = "expected a length of time such as 7d, 12h, 30min, or a moment such as 2026-11-21 14:00"
            raise click.BadParameter(f"{text!r} is neither; {said}") from None


def _profile() -> Path:
    context: click.Context | None = click.get_current_context()
    while context is not None:
        if profile := context.params.get("profile"):
            return cast(Path, profile)
        context = context.parent
    if named := os.environ.get(VARIABLE):
        return Path(named)
    raise click.UsageError(f"whose rules? Name the daemon's profile: -c PROFILE, or set {VARIABLE}")
