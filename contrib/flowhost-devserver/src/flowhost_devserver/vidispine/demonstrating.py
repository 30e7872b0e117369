"""``flowhost demo vidispine``: clips are imported into a Vidispine of this machine, and rules look after them."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import flowhost
from flowhost_devserver.folders import make_folder
from flowhost_devserver.staging import daemon, wait
from flowhost_devserver.vidispine import demo as stage

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.server import VidispineServer
    from flowhost_plugins.catalogue import CatalogueItem

LOG = "newsroom.log"
BUTTONS = re.compile(r"buttons are taken at (\S+/start_process/)")  # what its log says
SECONDS = 30  # for one request


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def demo(folder: Path | None) -> int:
    """See rules look after the clips of a Vidispine of this machine.

    FOLDER, which must not exist yet, is where the demo lives; a temporary folder by default. It is kept, so
    that you can go on playing with it.
    """
    from flowhost_devserver.vidispine.server import VidispineServer

    if folder and folder.exists():
        raise click.UsageError(f"{folder} exists already; the demo wants a folder of its own")
    folder = (folder or Path(tempfile.mkdtemp(prefix="flowhost-demo-")) / "newsroom").resolve()
    make_folder(folder)
    profile = stage.lay_out(folder)
    storages = {name: folder / "media" / name for name in ("online", "nearline")}
    with VidispineServer(folder / "vidispine", storages=storages) as server:
        click.echo(f"A Vidispine at {server.url}/API (admin, admin), and a daemon for it, {profile}:\n")
        click.echo("".join(f"    {line}\n" for line in profile.read_text().splitlines()))
        with daemon(profile, LOG, {"VIDISPINE": server.url, "BUTTONS": "0"}) as running:
            done = _play(server, folder, running)
        _show(server)
    return _end(server, folder, done)


def _play(server: VidispineServer, folder: Path, running: Callable[[], bool]) -> bool:
    """Let it happen; return whether everything came out as it should."""
    if not wait(lambda: _runs(folder), running):
        return False
    items = {title: _import(server, folder, title) for title in stage.CLIPS}
    click.echo("The rules make proxies, collect what is new, and note each transcode ...")
    expected = [lambda item=item: _is_looked_after(server, item) for item in items.values()]
    if not all(wait(one, running) for one in expected):
        return False
    click.echo("  done")
    pressed = items["market"]
    click.echo(f"Somebody presses the button for the rule Nearline on {pressed} ...")
    _press(_buttons(folder), "Nearline", pressed)
    there = folder / "media" / "nearline" / "done" / "market"
    if not wait(lambda: any(there.rglob("*.wav")) and _files(server, pressed) == ["nearline"], running):
        return False
    click.echo("  its original is nearline, and nowhere else")
    return wait(lambda: len(list((folder / "notes").glob("*.txt"))) == len(items), running)


def _runs(folder: Path) -> bool:
    # what is told before the source is registered, it never hears of
    return "notifications at " in _log(folder) and bool(_buttons(folder))


def _buttons(folder: Path) -> str:
    """The URL that buttons are for; empty before the daemon listens there."""
    found = BUTTONS.search(_log(folder))
    return found[1] if found else ""


def _log(folder: Path) -> str:
    return (folder / LOG).read_text(errors="replace")


def _import(server: VidispineServer, folder: Path, title: str) -> str:
    """Import a clip as any client of Vidispine does; return the item's id."""
    import requests

    def ask(path: str, **options: Any) -> Any:
        login, accept = (server.user, server.password), {"Accept": "application/json"}
        answer = requests.post(
            f"{server.url}/API{path}", auth=login, headers=accept, timeout=SECONDS, **options
        )
        answer.raise_for_status()
        return answer.json()

    values = [{"name": "title", "value": [{"value": title}]}]
    metadata = {"timespan": [{"start": "-INF", "end": "+INF", "field": values}]}
    item: str = ask("/import/placeholder?container=1", json=metadata)["id"]
    job = ask(
        f"/import/placeholder/{item}/container",
        params={"uri": (folder / "clips" / f"{title}.wav").as_uri(), "tag": "original"},
    )
    click.echo(f"{title}.wav is imported: item {item}, job {job['jobId']}")
    return item


def _press(url: str, rule: str, item: str) -> None:
    """What a button of Portal sends."""
    import requests

    answer = requests.post(
        url,
        params={"selected_objects": item},
        data={"process_id": f"process_{rule}"},
        timeout=SECONDS,
    )
    answer.raise_for_status()


def _is_looked_after(server: VidispineServer, item: str) -> bool:
    """Whether every rule that runs by itself is done with an item."""
    catalogue = server.catalogue
    tags = {tag for shape in catalogue.shapes(item) for tag in shape.tags}
    readers = {entry.grantee for entry in catalogue.access(item)}
    return "lowaudio" in tags and "radio" in readers and catalogue.collection_names(item) == ("Ingest",)


def _files(server: VidispineServer, item: str) -> list[str]:
    """The names of the storages that hold the original."""
    originals = (shape for shape in server.catalogue.shapes(item) if "original" in shape.tags)
    return sorted(server.catalogue.storage(file.storage).name for one in originals for file in one.files)


def _show(server: VidispineServer) -> None:
    rows = []
    for record in _records(server):
        tags = ", ".join(tag for shape in record.shapes for tag in shape.tags)
        where = ", ".join(_files(server, record.id))
        rows.append(
            (record.id, record.title, tags, where, ", ".join(server.catalogue.collection_names(record.id)))
        )
    click.echo("\nWhat became of the clips")
    flowhost.print_table(("Item", "Title", "Shapes", "Original in", "Collection"), rows)


def _records(server: VidispineServer) -> Iterator[CatalogueItem]:
    for item in server.catalogue.items().items:
        yield server.catalogue.record(item.id)


def _end(server: VidispineServer, folder: Path, done: bool) -> int:
    if not done:
        click.echo(f"\nThis is not all that was to come; what the daemon says is in {folder / LOG}\n")
        return 1
    typed, port = shlex.quote(str(folder)), server.url.rpartition(":")[2]
    click.echo(
        "\nWhat to do next\n\n"
        "  let the server and the daemon run, each in a terminal of its own:\n"
        f"    flowhost-devserver vidispine --root {typed}/vidispine --port {port}\n"
        f"    cd {typed} && VIDISPINE={server.url} BUTTONS=8082 FLOWHOST_STATE=state flowhost run {stage.PROFILE}\n"
        "  look at the items:\n"
        f"    curl -u admin:admin -H 'Accept: application/json' '{server.url}/API/item?content=metadata&terse=true'\n"
        f"  change a file in {folder}/rules, and see what is wrong with it:\n"
        f"    cd {typed} && VIDISPINE={server.url} BUTTONS=8082 flowhost rules check -c {stage.PROFILE}\n"
        f"  read what the daemon did:\n    {folder / LOG}\n"
    )
    return 0
