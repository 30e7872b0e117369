"""A plugin of the daemons: the source that tells of one thing."""

import sqlite3
import time
from contextlib import closing

import flowhost

PATIENCE = 120  # seconds for a run on a busy machine


class Once:
    """Tells of one thing, at each start under the same id, and waits for the end of the run."""

    name = "once"

    def __init__(self, *, item: str = "", path: str = ""):
        self._item, self._path = item, path

    def run(self, emit, stop):
        emit(
            flowhost.Event(
                "go", {"path": self._path}, source="once", subject=self._item or None, id=self._path
            )
        )
        until = time.monotonic() + PATIENCE
        while not self._ended():
            if stop.wait(0.02) or time.monotonic() > until:
                return

    def _ended(self):
        with closing(sqlite3.connect("file:state/rules.db?mode=ro", uri=True, timeout=10)) as connection:
            states = [state for (state,) in connection.execute("SELECT state FROM rules_runs")]
        return states and set(states) <= {"finished", "failed", "cancelled"}


@flowhost.hookimpl
def flowhost_sources():
    return [Once]
