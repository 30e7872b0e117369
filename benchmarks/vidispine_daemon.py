"""A whole daemon whose rule acts on Vidispine: prepared events start runs, which take three steps each."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from vidispine_site import PASSWORD, USER, Site
from viz_one_metering import Metered, metered

import flowhost
from flowhost.testing.harness import RunningDaemon
from flowhost_plugins.rules import Journal
from flowhost_plugins.vidispine import Vidispine

LIMIT = 600.0  # seconds for one run
STEPS = ("item", "set_metadata", "add_to_collection", "grant_access")
"""What the three actions call of the library."""

NOTIFICATION = "item_restore"
FIELD, GRANTEE = "portal_mf10002", USER
DIRECTOR = "Ada, collected in {collection}"

PROFILE = """
[Flow]
app name = benchmark
worker = rules
[Rules]
directory = rules
maximum total concurrency = 1000
keep events = 0
[Threads]
threads = {threads}
[Source]
type = prepared
[Vidispine]
url = {url}
username = {user}
password = {password}
connections = {threads}
"""

RULE = """
name: Three actions
trigger: {{notification: {{name: {name}}}}}
max-concurrency: 1000
actions:
  - set-metadata: {{fields: {{{field}: "{director}"}}}}
  - add-to-collection: {{collection: {collection}}}
  - set-access: {{users: {{{grantee}: READ}}}}
"""


@dataclass(slots=True)
class Shares:
    """Where the time of a daemon's run went.

    Args:
        metered: requests, and the seconds in them.
        library_seconds: of all threads together, in the calls of the library, HTTP among them.
    """

    metered: Metered
    library_seconds: float = 0.0


def run_daemon(site: Site, items: Sequence[str], collection: str, threads: int) -> Shares:
    """Let a daemon do the work; count from the first event until the end of the last run is recorded.

    Args:
        site: the server.
        items: ids of those that the rule acts on.
        collection: name of the one they are put into.
        threads: that act, and connections to the server.

    Raises:
        RuntimeError: not every run finished.
    """
    ended = threading.Semaphore(0)
    with metered() as counted, _watched(ended), _timed_library(shares := Shares(counted)):

        class Prepared:
            """Emits the events, and is exhausted when the last run has ended."""

            name: ClassVar[str] = "prepared"

            def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:  # noqa: ARG002 - ends by itself
                """Emit everything, and wait for the end of the runs."""
                events = [_event(item) for item in items]
                with counted.timed():
                    wait([emit(event) for event in events])
                    if not all(ended.acquire(timeout=LIMIT) for _ in items):
                        raise RuntimeError(f"not all of {len(items)} runs finished")

        class Plugin:
            """What a distribution with the source would register."""

            @flowhost.hookimpl
            def flowhost_sources(self) -> list[type]:
                """The source."""
                return [Prepared]

        with tempfile.TemporaryDirectory() as folder:
            os.environ["FLOWHOST_STATE"] = f"{folder}/state"
            running = RunningDaemon(_profile(Path(folder), site, collection, threads), plugins=[Plugin()])
            try:
                running.start().wait_until_exhausted(timeout=LIMIT)
            finally:
                running.stop()
    return shares


def _event(item: str) -> flowhost.Event:
    """What the source `vidispine-notifications` would make of a notification."""
    headers = {"notifications": NOTIFICATION}
    return flowhost.Event(NOTIFICATION, {"itemId": item}, subject=item, id=item, key=item, headers=headers)


def _profile(folder: Path, site: Site, collection: str, threads: int) -> Path:
    rules = folder / "rules"
    rules.mkdir()
    director = DIRECTOR.format(collection=collection)
    words = {
        "name": NOTIFICATION,
        "field": FIELD,
        "director": director,
        "collection": collection,
        "grantee": GRANTEE,
    }
    (rules / "three.yaml").write_text(RULE.format(**words))
    path = folder / "benchmark.ini"
    path.write_text(PROFILE.format(url=site.url, user=USER, password=PASSWORD, threads=threads))
    return path


@contextmanager
def _watched(ended: threading.Semaphore) -> Iterator[None]:
    """Release the semaphore for each run that is recorded as finished."""
    record = Journal.record

    def recording(self: Journal, *arguments: Any, **words: Any) -> bool:
        ours = record(self, *arguments, **words)
        if words["state"] == "finished":
            ended.release()
        return ours

    Journal.record = recording  # type: ignore[method-assign]  # put back below; it hands all on
    try:
        yield
    finally:
        Journal.record = record  # type: ignore[method-assign]  # as above


@contextmanager
def _timed_library(shares: Shares) -> Iterator[None]:
    """Add up the seconds in the calls of the library."""
    lock, originals = threading.Lock(), {name: getattr(Vidispine, name) for name in STEPS}

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def calling(*arguments: Any, **words: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*arguments, **words)
            finally:
                seconds = time.perf_counter() - began
                with lock:
                    shares.library_seconds += seconds

        return calling

    for name, call in originals.items():
        setattr(Vidispine, name, timed(call))
    try:
        yield
    finally:
        for name in originals:
            delattr(Vidispine, name)  # what it inherits shows again
