"""``flowhost demo viz-one``: XML files and clips become assets, on a server and with a daemon of this machine."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowhost_devserver.folders import make_folder
from flowhost_devserver.staging import daemon, wait
from flowhost_devserver.viz_one import demo as stage

if TYPE_CHECKING:
    from rich.table import Table

    from flowhost_devserver.viz_one.server import VizOneServer
    from flowhost_plugins.catalogue import CatalogueItem

LOCATION = "xmlimport"
LOG = "xmlimport.log"


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def demo(folder: Path | None) -> int:
    """See XML files and clips become assets, on a Viz One of this machine.

    FOLDER, which must not exist yet, is where the demo lives; a temporary folder by default. It is kept, so
    that you can go on playing with it.
    """
    from flowhost_devserver.viz_one.server import VizOneServer

    if folder and folder.exists():
        raise click.UsageError(f"{folder} exists already; the demo wants a folder of its own")
    folder = (folder or Path(tempfile.mkdtemp(prefix="flowhost-demo-")) / "newsroom").resolve()
    make_folder(folder)
    with VizOneServer(folder / "viz-one", locations={LOCATION: folder / "inbox"}) as server:
        profile = stage.lay_out(folder, server.url.removeprefix("http://"))
        click.echo(f"A Viz One at {server.url}/thirdparty, and a daemon for it, {profile}:\n")
        click.echo("".join(f"    {line}\n" for line in profile.read_text().splitlines()))
        with daemon(profile, LOG) as running:
            done = all(_tell(server, story, running) for story in stage.STORIES)
        _show(server, folder, done)
    return 0 if done else 1


def _tell(server: VizOneServer, story: stage.Story, running: Callable[[], bool]) -> bool:
    """Let the two files of a story arrive one after the other; return whether it became an asset with media."""
    first, second = story.files
    inbox = server.location(LOCATION)
    stage.deliver(inbox, story, first)
    click.echo(f"{first} arrives in inbox/; {second} is not there yet")
    if story.xml_first:
        wait(lambda: _asset(server, story) is not None, running)
        click.echo("  the asset is a placeholder that waits for its media")
    else:
        wait(lambda: _taken(server, first), running)
        click.echo("  the clip is remembered until an XML file names it")
    stage.deliver(inbox, story, second)
    click.echo(f"{second} arrives, too")
    return wait(lambda: _online(server, story), running)


def _asset(server: VizOneServer, story: stage.Story) -> CatalogueItem | None:
    item = server.catalogue.item(story.identity)
    return server.catalogue.record(item.id) if item else None


def _taken(server: VizOneServer, name: str) -> bool:
    """Whether the daemon has noted the file on the server."""
    return any(name in key for key in server.site.keeping.all("client-config"))


def _online(server: VizOneServer, story: stage.Story) -> bool:
    record = _asset(server, story)
    return record is not None and bool(record.media_type) and bool(record.title)


def _show(server: VizOneServer, folder: Path, done: bool) -> None:
    from rich.console import Console

    console = Console()
    console.print()
    console.print(_table(server))
    address, typed = server.url.removeprefix("http://").partition(":")[2], shlex.quote(str(folder))
    if not done:
        console.print(f"\nThis is not all that was to come; what the daemon says is in {folder / LOG}\n")
        return
    console.print(
        "\nEach XML file and its clip became one asset, whichever came first.\n\n"
        "What to do next\n\n"
        "  let the server and the daemon run, each in a terminal of its own:\n"
        f"    flowhost-devserver viz-one --root {typed}/viz-one --location {LOCATION}={typed}/inbox --port {address}\n"
        f"    FLOWHOST_STATE={typed}/state flowhost run {typed}/{stage.PROFILE}\n"
        f"  drop files into {folder}/inbox, and look at the assets:\n"
        f"    curl -u user:user {server.url}/thirdparty/asset/item\n"
        f"  read what the daemon did:\n    {folder / LOG}\n",
        soft_wrap=True,
        highlight=False,
    )


def _table(server: VizOneServer) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.filesize import decimal
    from rich.table import Table

    # narrow enough for 80 columns: only titles are wrapped
    table = Table(
        title="What became of the files\n",
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    for column in ("first file", "asset", "title", "owner", "produced", "media"):
        table.add_column(column, no_wrap=column != "title", overflow="fold")
    for story in stage.STORIES:
        record = _asset(server, story)
        if record is None:
            table.add_row(story.files[0], "[red]none[/]", "", "", "", "")
            continue
        fields = {name: values[0] for name, values in record.fields.items() if values}
        files = [file for shape in record.shapes for file in shape.files]
        media = f"[green]{record.media_type}, {decimal(files[0].size)}[/]" if files else "[red]none yet[/]"
        owner, day = fields.get("asset.owner", ""), fields.get("asset.productionDate", "")
        table.add_row(story.files[0], story.identity, record.title, owner, day, media)
    return table
