"""``flowhost demo``: a hot folder at work, in a folder of its own, without any server."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowhost import demo as stage
from flowhost import logs
from flowhost.cli import Choices
from flowhost.command_groups import Extendable, below_word, complete_folder
from flowhost.commands.profiles import registry_for
from flowhost.config import read_profile
from flowhost.fleet import Fleet
from flowhost.hookspecs import hookimpl
from flowhost.options import nearest
from flowhost.parts import Job

if TYPE_CHECKING:
    from rich.table import Table

PATIENCE = 60.0  # seconds; the demo takes about five


class _Audience:
    """A plugin that notes how each job ended, and knows when all have."""

    def __init__(self, expected: int) -> None:
        self.jobs: list[Job] = []
        self.all_ended = threading.Event()
        self._expected = expected

    @hookimpl
    def flowhost_finished(self, job: Job) -> None:
        self.jobs.append(job)
        if len(self.jobs) == self._expected:
            self.all_ended.set()


def _new_folder(ctx: click.Context, _: click.Parameter, written: str | None) -> Path | None:
    """The folder; a single word is taken for the demo of a plugin that is not installed, or is misspelt."""
    if written is None:
        return None
    if os.sep not in written:
        others = below_word(ctx, "demo")
        there = f"there are: {', '.join(others)}" if others else "none is installed"
        raise click.UsageError(
            f"no plugin has a demo called {written!r} ({there}); "
            f"for a folder of that name write ./{written}{nearest(written, others)}",
            ctx,
        )
    if Path(written).exists():
        raise click.UsageError(f"{written} exists already; the demo wants a folder of its own", ctx)
    return Path(written)


@click.command(cls=Extendable)
@click.argument(
    "folder",
    required=False,
    callback=_new_folder,
    shell_complete=complete_folder,
)
@click.pass_obj
def demo(choices: Choices | None, folder: Path | None) -> int:
    """See a hot folder at work: clips arrive, are described, retried, dead-lettered.

    FOLDER, a path such as ./demo that must not exist yet, is where the demo lives; a temporary folder by
    default. It is kept, so that you can go on playing with it.
    """
    folder = folder or Path(tempfile.mkdtemp(prefix="flowhost-demo-")) / "library"
    profile = stage.lay_out(folder.resolve())
    click.echo(f"A media library in {profile.parent}, run by this profile:\n")
    click.echo("".join(f"    {line}\n" for line in profile.read_text().splitlines()))
    audience = _Audience(len(stage.CLIPS) + 1)
    ended = _run(profile, audience, choices)
    _tell(profile.parent, audience.jobs)
    return 0 if ended else 1


def _run(profile: Path, audience: _Audience, choices: Choices | None) -> bool:
    os.chdir(profile.parent)
    config = read_profile(profile)
    registry = registry_for([config], choices, extra=[("demo", audience)])
    fleet = Fleet([profile], registry)
    made = fleet.blueprints[profile]
    logs.configure(replace(made.logging, level="warning"), name=made.info.name)
    running = threading.Thread(target=fleet.run, name="fleet")
    running.start()
    try:
        names = stage.deliver(profile.parent / "inbox")
        click.echo(f"Four files arrive in inbox/: {', '.join(names)}\n")
        return audience.all_ended.wait(PATIENCE)
    finally:  # also after Ctrl-C
        fleet.stop()
        running.join()


def _tell(folder: Path, jobs: list[Job]) -> None:
    from rich.console import Console

    console = Console()
    console.print()
    console.print(_table(jobs))
    console.print(
        "\nNothing is lost: what cannot work waits as a dead letter, with its reason.\n\n"
        "What to do next\n\n"
        f"  look at the dead letter:\n    flowhost dead-letters list -c {folder}/demo.ini\n"
        f"  let it run, and drop a file into {folder}/inbox:\n    flowhost run {folder}/demo.ini\n"
        "  see what else can be used:\n    flowhost list-plugins\n"
        f"  read the worker behind all this:\n    {folder}/library.py\n",
        soft_wrap=True,
        highlight=False,
    )


def _table(jobs: list[Job]) -> Table:
    from rich.table import Table

    table = Table(title="What became of the files", title_justify="left")
    for column in ("file", "outcome", "tries", "what happened"):
        table.add_column(column, justify="right" if column == "tries" else "left")
    for job in jobs:
        assert job.receipt
        done = job.receipt.outcome == "done"
        what = f"{job.receipt.value['seconds']:.0f} s of sound, described" if done else job.receipt.error
        style, outcome = ("green", "done") if done else ("red", f"dead letter {job.receipt.letter}")
        table.add_row(Path(str(job.event.subject)).name, f"[{style}]{outcome}[/]", str(job.attempt), what)
    return table
