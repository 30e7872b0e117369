"""A whole daemon: the prepared events come from a source, and pass the pool and the ledger in SQLite."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import wait
from pathlib import Path
from typing import ClassVar

from viz_one_metering import Metered, metered

import flowhost
from flowhost.testing.harness import RunningDaemon

LIMIT = 600.0  # seconds for one run


def run_daemon(profile: str, events: Sequence[flowhost.Event]) -> Metered:
    """Let a daemon do the work; count from the first `emit` until the last event is recorded as handled.

    Args:
        profile: of the daemon, with the source ``prepared``.
        events: the work.

    Raises:
        RuntimeError: an event did not come to a good end.
    """
    with metered() as counted:

        class Prepared:
            """Emits the events, then is exhausted."""

            name: ClassVar[str] = "prepared"

            def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:  # noqa: ARG002 - ends by itself
                """Emit everything, and wait for its end."""
                with counted.timed():
                    wait([emit(event) for event in events])

        class Plugin:
            """What a distribution with the source would register."""

            @flowhost.hookimpl
            def flowhost_sources(self) -> list[type]:
                """The source."""
                return [Prepared]

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "benchmark.ini"
            path.write_text(profile)
            os.environ["FLOWHOST_STATE"] = folder
            running = RunningDaemon(path, plugins=[Plugin()]).start()
            try:
                running.wait_until_exhausted(timeout=LIMIT)
            finally:
                running.stop()
        failed = [job for job in running.jobs if not job.receipt or job.receipt.outcome != "done"]
        if failed or len(running.jobs) != len(events):
            raise RuntimeError(f"{len(running.jobs)} of {len(events)} jobs ended, these badly: {failed[:3]}")
    return counted
