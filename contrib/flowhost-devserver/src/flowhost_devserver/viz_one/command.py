"""``flowhost-devserver viz-one``: a Viz One until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flowhost_devserver.foreground import read_folders, serve


@click.command(name="viz-one")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8100, show_default=True, help="0 takes any free one."
)
@click.option("--interface", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the state; a temporary one, removed at the end, by default.",
)
@click.option(
    "--broker",
    default="none",
    show_default=True,
    metavar="URL",
    help="Where to tell changes: stomp://user:password@host:port, or none.",
)
@click.option("--user", help="Who may come in; by default the broker's user, or 'user'.")
@click.option("--password", help="The user's password; by default that of the broker's user, or 'user'.")
@click.option(
    "--location",
    "locations",
    multiple=True,
    metavar="NAME=FOLDER",
    callback=read_folders,
    help="An import storage; one called 'inbox' by default. May be repeated.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A VDF model; the form is named after the file. May be repeated.",
)
@click.option(
    "--dictionary",
    "dictionaries",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A dictionary, named after the file: a line for each term, 'key = label'. May be repeated.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    help="What goes wrong, e.g. '503:path=/api/*,count=3' or 'latency:seconds=0.5'. May be repeated.",
)
@click.option("--seed", default=0, show_default=True, help="Of the probabilities of faults.")
@click.option("--require-etags", is_flag=True, help="Refuse a PUT without If-Match (428).")
def viz_one(
    models: tuple[Path, ...],
    dictionaries: tuple[Path, ...],
    faults: tuple[str, ...],
    broker: str,
    require_etags: bool,
    **options: Any,
) -> None:
    """Serve what behaves like Viz One, until Ctrl-C."""
    from flowhost_devserver.viz_one.server import VizOneServer

    try:
        server = VizOneServer(
            broker_url=None if broker == "none" else broker,
            models={file.stem: file.read_bytes() for file in models},
            dictionaries={file.stem: read_dictionary(file) for file in dictionaries},
            etags_required=require_etags,
            **{name: value for name, value in options.items() if value not in (None, {})},
        )
        for fault in faults:
            server.faults.add(fault)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    serve(server, _tell)


def read_dictionary(file: Path) -> dict[str, str]:
    """The terms in a file: ``key = label`` on each line; empty lines and those that begin with ``#`` say nothing.

    Raises:
        ValueError: it is no text in UTF-8.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"the dictionary {file} is no UTF-8 text: {error.reason}") from None
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {key.strip(): label.strip() or key.strip() for key, _, label in pairs}


def _tell(server: Any) -> None:
    click.echo(f"Viz One development server at {server.url}/thirdparty (user {server.user!r})")
    for location in server.locations():
        click.echo(f"  import storage {location.name}: {location.path}")
    click.echo(f"  notifications: {'yes' if server.site.sender else 'none'}; state in {server.root}")
