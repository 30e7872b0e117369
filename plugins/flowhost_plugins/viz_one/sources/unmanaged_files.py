"""The source `unmanaged-files`: files that appear, grow or change in an import storage."""

from __future__ import annotations

import threading
from typing import Annotated, ClassVar, Literal

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.sources.files import Files
from flowhost_plugins.viz_one.sources.following import Following, Ways
from flowhost_plugins.viz_one.sources.listing import Listing
from flowhost_plugins.viz_one.sources.occurrences import Occurrences

SWEEP_SECONDS = 600.0
"""A lost message is made up for after ten minutes at most; a sweep reads the whole list of the storage."""


class UnmanagedFiles:
    """Emits an event ``file.changed`` for each unmanaged file of an import storage that appears or changes.

    The data is the file's Atom entry in bytes, ``UnmanagedFile(event.data)``. Key and subject are the file's name, so
    that nothing happens to two files of one name at once. One file causes several events while it grows. That a
    file has gone is no event.

    Changes are learnt of in two ways. The broker's messages tell of each at once. A sweep reads the list of the
    storage: after each start and each lost connection, and every ``sweep`` besides. It finds what no message told of.
    What it has seen is kept in the store, for each server and storage, so files that came while the daemon was down
    are found, too. The first sweep of all only takes note of what is there, unless ``initial = yes``.

    Each state once: a message and a sweep give the same state of a file (its id, size and ``updated``) the same event
    id, and the ledger lets one of them pass. Of several messages about one state each further one has a number
    behind its id, so none is taken for a copy. A message that is delivered again keeps its id if it can be known
    again: by ``amqp-message-id``, by ActiveMQ's ``message-id``, or, where the broker gives none, by its header
    ``redelivered`` and its text. The numbers are kept in the store.

    A message is acknowledged when the work for all files in it is done. One that cannot be understood becomes a dead
    letter.

    What cannot be promised: a sweep sees the last of several states only. When it is quicker than a message, the
    message's event holds an older state than the one before it. Hosts that share one queue number its messages each for
    itself, so of two about one state that go to two hosts one is taken for a copy; a topic brings both to every host.
    After a ``kill -9`` the second message about one state may be taken for the first one, if it arrives only then.

    Args:
        location: handle of the import storage.
        skip_empty_files: with ``yes`` files of no size are passed over: they are emitted when they have content
            (tail mode). A file whose size the server does not tell is never passed over.
        initial: whether the files that are there at the first start are emitted, too.
        notifications: whether messages of the broker are received; with no, sweeps alone find the files.
        sweep: time between two sweeps. 0: only after a start or a lost connection; and with
            ``notifications = no`` one sweep, and then the source is exhausted, as a batch job wants it.
        prefetch: how many messages may be on their way or in work.
        viz_one: the server.
        broker: delivers the messages.
        store: keeps what sweeps have seen.
        clock: time.

    Raises:
        ValueError: there is no ``location``, or ``prefetch`` is not positive.
    """

    name: ClassVar[str] = "unmanaged-files"

    def __init__(
        self,
        *,
        location: Annotated[str, "handle of the import storage"],
        skip_empty_files: Annotated[Literal["yes", "no"], "pass over files without content"] = "no",
        initial: Annotated[bool, "emit also what is there at the first start"] = False,
        notifications: Annotated[bool, "receive the broker's messages"] = True,
        sweep: Annotated[
            flowhost.Seconds, "time between two sweeps of the storage; 0 for none"
        ] = SWEEP_SECONDS,
        prefetch: Annotated[int, "messages on their way or in work"] = 100,
        viz_one: VizOne,
        broker: flowhost.Broker,
        store: flowhost.Store,
        clock: flowhost.Clock,
    ) -> None:
        if not location.strip():
            raise ValueError("'location' is empty, expected the handle of an import storage")
        if prefetch < 1:
            raise ValueError(f"'prefetch' is {prefetch}, expected 1 or more")
        handle = location.strip()
        place = f"unmanaged-files.{viz_one.settings.host}.{handle}"
        self._following = Following(
            Files(viz_one, handle, skip_empty=skip_empty_files == "yes"),
            Listing(store, f"{place}.progress", initial=initial),
            Occurrences(store, f"{place}.messages"),
            broker=broker,
            clock=clock,
            ways=Ways(notifications, sweep, prefetch),
        )

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit files until `stop` is set; then wait until the work in flight is acknowledged.

        Raises:
            ConfigError: there is no such storage; the sentence names those there are.
            Unavailable: the server or its broker cannot be used, or tells of no broker.
        """
        self._following.run(emit, stop)

    def probe(self) -> None:
        """Look for the storage and its broker.

        Raises:
            ConfigError, Unavailable: one of them cannot be used.
        """
        self._following.probe()
