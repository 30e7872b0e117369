"""``flowhost demo``: a media library with rules, in a folder of its own, without any server."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from flowhost.cli import Choices
from flowhost.command_groups import Extendable, below_word, complete_folder
from flowhost.options import nearest

ENDING = (signal.SIGTERM, signal.SIGHUP)


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
    """See rules look after a media library, also when its daemon is killed in the middle.

    FOLDER, a path such as ./demo that must not exist yet, is where the demo lives; a temporary folder by
    default. It is kept, so that you can go on playing with it. It needs ffmpeg, and takes less than a minute.
    """
    from flowhost.demo import play  # what it shows with takes a while to import

    folder = folder or Path(tempfile.mkdtemp(prefix="flowhost-demo-")) / "library"
    with _ended_as_by_ctrl_c():
        return 0 if play(folder.resolve(), choices.disabled if choices else ()) else 1


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """As long as this lasts, SIGTERM and SIGHUP do what Ctrl-C does: nothing that was started stays behind."""

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # how Python calls it
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
