"""The commands `flowhost vidispine notifications ...`: what is registered at the site for a daemon."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

import flowhost
from flowhost_plugins.vidispine.client.errors import Conflicting, Refused
from flowhost_plugins.vidispine.notifications import registering
from flowhost_plugins.vidispine.resource import Vidispine

VARIABLE = "FLOWHOST_PROFILE"
"""The environment variable that names the profile when nothing else does, as for the commands about rules."""

SECTION = "vidispine notifications"
"""No section of a profile is called so: all that is needed of it is the resource."""

PROFILE = click.option(
    "-c",
    "--profile",
    metavar="PROFILE",
    type=click.Path(path_type=Path),
    help=f"The daemon's profile; else the variable {VARIABLE} names it.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Daemon:
    """The site of a daemon, and the name under which it registers there."""

    name = "vidispine-notifications-command"

    def __init__(self, *, library: Vidispine, info: flowhost.DaemonInfo) -> None:
        self.library = library
        self.daemon = info.name


@contextmanager
def _daemon(profile: Path | None) -> Iterator[Daemon]:
    """The daemon of a profile, with its library open."""
    named = profile or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is None:
        raise click.UsageError(f"say whose notifications are meant: --profile PROFILE, or {VARIABLE}")
    daemon = flowhost.part_of(named, Daemon, SECTION)
    client = daemon.library.notification_client
    client.open()  # not the library: what it does by itself a running daemon does
    try:
        yield daemon
    except (Refused, Conflicting) as error:
        raise flowhost.Unavailable(str(error)) from error
    finally:
        client.close()


@click.group("notifications")
def notifications_command() -> None:
    """What the site tells a daemon."""


@notifications_command.command("list")
@PROFILE
@AS_JSON
def list_command(profile: Path | None, *, as_json: bool) -> None:
    """List the notifications of a daemon."""
    with _daemon(profile) as daemon:
        found = list(registering.found(daemon.library.notification_client, daemon.daemon))
    _show(found, as_json=as_json)


@notifications_command.command("remove")
@PROFILE
@AS_JSON
def remove_command(profile: Path | None, *, as_json: bool) -> None:
    """Remove them.

    The daemon makes them again at its next start.
    """
    with _daemon(profile) as daemon:
        found = registering.remove(daemon.library.notification_client, daemon.daemon)
    _show(found, as_json=as_json)


def _show(found: list[registering.Found], *, as_json: bool) -> None:
    """Never with the secret."""
    if as_json:
        flowhost.print_json([_record(one) for one in found])
    else:
        rows = [(one.id, "/".join(one.resource), one.key, one.url) for one in found]
        flowhost.print_table(("Notification", "Of", "Kind", "Sent to"), rows)


def _record(one: registering.Found) -> dict[str, Any]:
    return {"id": one.id, "resource": "/".join(one.resource), "kind": one.key, "url": one.url}
