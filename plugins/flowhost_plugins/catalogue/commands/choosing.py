"""Which catalogue a command is about: options that commands share, and the opening and closing."""

from __future__ import annotations

import functools
import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import click

import flowhost
from flowhost_plugins.catalogue.records import InUse
from flowhost_plugins.catalogue.resource import Catalogue

Command = TypeVar("Command", bound=Callable[..., Any])

VARIABLE = "FLOWHOST_PROFILE"
"""The environment variable that names the profile when nothing else does, as for the commands about rules."""


def takes_catalogue(command: Command) -> Command:
    """Give a command the options ``--url`` and ``--profile``; what it says wins over what its group was told."""

    @click.option("--url", metavar="URL", help="Use this catalogue: sqlite:///PATH, postgresql://...")
    @click.option(
        "-c",
        "--profile",
        "profile",
        metavar="PROFILE",
        type=click.Path(path_type=Path),
        help=f"Use the catalogue of the daemon with this profile; else the variable {VARIABLE} names it.",
    )
    @functools.wraps(command)
    def wrapped(*args: Any, url: str | None, profile: Path | None, **named: Any) -> Any:
        if url and profile:
            raise click.UsageError("--url goes without --profile")
        return command(*args, **named)

    return cast(Command, wrapped)


@contextmanager
def to_read() -> Iterator[Catalogue]:
    """The catalogue, open for reading; a daemon may have it open."""
    catalogue = _chosen()
    catalogue.open_to_read()
    with _closing(catalogue):
        yield catalogue


@contextmanager
def to_change() -> Iterator[Catalogue]:
    """The catalogue, open to be changed: as a guest of the process that owns it, if one does."""
    catalogue = _chosen()
    try:
        catalogue.open()
    except InUse:
        catalogue.open_beside()
    with _closing(catalogue):
        yield catalogue


@contextmanager
def _closing(catalogue: Catalogue) -> Iterator[None]:
    try:
        yield
    except flowhost.Permanent as error:  # a mistake on the command line, as in other commands
        raise flowhost.ConfigError(str(error)) from error
    finally:
        catalogue.close()


def user_of() -> str:
    """The name of who gave the command; empty when this machine does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such variable is set, and the number of the user has no name
        return ""


def _chosen() -> Catalogue:
    context: click.Context | None = click.get_current_context()
    while context is not None:
        url, profile = context.params.get("url"), context.params.get("profile")
        if profile:
            return flowhost.resource_of(profile, Catalogue)
        if url:
            return _at(url)
        context = context.parent
    profile = os.environ.get(VARIABLE)
    return flowhost.resource_of(Path(profile), Catalogue) if profile else _at(None)


def _at(url: str | None) -> Catalogue:
    try:
        return Catalogue(url=flowhost.Secret(url) if url else None, clock=flowhost.SystemClock())
    except ValueError as error:
        raise flowhost.ConfigError(str(error)) from error
