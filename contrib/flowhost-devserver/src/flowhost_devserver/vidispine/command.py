"""``flowhost-devserver vidispine``: a Vidispine until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flowhost_devserver.foreground import read_folders, serve


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any free one."
)
@click.option("--interface", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the state; a temporary one, removed at the end, by default.",
)
@click.option(
    "--user", default="admin", show_default=True, help="The administrator, made at the first start."
)
@click.option("--password", default="admin", show_default=True, help="Theirs.")
@click.option(
    "--storage",
    "storages",
    multiple=True,
    metavar="NAME=FOLDER",
    callback=read_folders,
    help="A storage; one called 'media' in the root by default. May be repeated.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    help="What goes wrong, e.g. '503:path=/API/item*,count=3' or 'latency:seconds=0.5'. May be repeated.",
)
@click.option(
    "--portal-token",
    "portal_tokens",
    multiple=True,
    metavar="KEY",
    help="A key that Portal's header AUTH-TOKEN lets the administrator in with. May be repeated.",
)
@click.option("--seed", default=0, show_default=True, help="Of the probabilities of faults.")
def vidispine(
    user: str,
    password: str,
    storages: dict[str, Path],
    faults: tuple[str, ...],
    portal_tokens: tuple[str, ...],
    **options: Any,
) -> None:
    """Serve what behaves like Vidispine, until Ctrl-C."""
    from flowhost_devserver.vidispine.server import VidispineServer

    try:
        keys = dict.fromkeys(portal_tokens, user)
        server = VidispineServer(
            users={user: password}, storages=storages or None, portal_tokens=keys, **options
        )
        for fault in faults:
            server.faults.add(fault)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    serve(server, _tell)


def _tell(server: Any) -> None:
    click.echo(f"Vidispine development server at {server.url}/API (user {server.user!r})")
    click.echo(f"  Portal's API at {server.url}/API/v2")
    for storage in server.catalogue.storages():
        click.echo(f"  storage {storage.id} ({storage.name}): {storage.path}")
    click.echo(f"  state in {server.root}")
