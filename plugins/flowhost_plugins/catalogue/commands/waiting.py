"""Waiting for jobs, with a look at how far they are."""

from __future__ import annotations

import sys

import flowhost
from flowhost_plugins.catalogue.records import Job
from flowhost_plugins.catalogue.resource import Catalogue

LOOK_SECONDS = 0.5
"""Between two looks at a job, so that a key on the keyboard is noticed."""


def waited(catalogue: Catalogue, job: Job, what: str) -> Job:
    """The job when it has ended; it is cancelled when somebody interrupts the command.

    On a terminal a bar shows how far it is. A job of a guest whose owner leaves is run here.

    Args:
        catalogue: whose job it is.
        job: the job.
        what: it is about, for the bar.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    terminal = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not terminal) as bar:
        task = bar.add_task(what, total=100)
        try:
            while True:
                try:
                    return catalogue.wait_for_job(job.id, LOOK_SECONDS)
                except flowhost.TimedOut:
                    catalogue.take_over()
                    now = catalogue.job(job.id) or job
                    shown = f"{what}: {now.step or now.status}"
                    bar.update(task, completed=now.progress, description=shown)
        except KeyboardInterrupt:
            catalogue.cancel_job(job.id)
            raise
