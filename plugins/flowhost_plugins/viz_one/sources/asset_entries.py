"""The source `asset-entries`: assets that are made, changed or deleted."""

from __future__ import annotations

import threading
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.viz_one.client import VizOne
from flowhost_plugins.viz_one.sources.assets import Assets
from flowhost_plugins.viz_one.sources.following import Following, Ways
from flowhost_plugins.viz_one.sources.newest import Newest
from flowhost_plugins.viz_one.sources.occurrences import Occurrences

SWEEP_SECONDS = 600.0
"""A lost message is made up for after ten minutes at most; an undisturbed sweep costs the server a page or two."""


class AssetEntries:
    """Emits an event for each change of an asset: ``asset.changed``, and ``asset.deleted`` when it is gone.

    The data is the asset's Atom entry in bytes, ``Item(event.data)``. Of a deleted asset only the id is left, in an
    entry whose media status is ``deleted``. The key is the atom id, the subject the title.

    The user needs the permission Asset/Admin: without it the server tells of no broker.

    Changes are learnt of in two ways. The broker's messages tell of each at once. A sweep goes through the feed of
    assets, the ones changed last first, down to where the last sweep ended: after each start and each lost
    connection, and every ``sweep`` besides. It finds what no message told of. How far sweeps have come is kept in the
    store, for each server, so changes while the daemon was down are found, too. The first sweep of all only takes note
    of what is there, unless ``initial = yes``.

    Each change once: a message and a sweep give the same state of an asset (its id and ``updated``) the same event id,
    and the ledger lets one of them pass. Of several messages about one state, which happens because servers write
    whole seconds, each further one has a number behind its id, so none is taken for a copy. A message that is
    delivered again keeps its id if it can be known again: by ``amqp-message-id``, by ActiveMQ's ``message-id``, or,
    where the broker gives none, by its header ``redelivered`` and its text. The numbers are kept in the store.

    A message is acknowledged when the work for everything in it is done. One that cannot be understood becomes a dead
    letter.

    What cannot be promised: a sweep sees the last of several changes only, and not even that one when ``updated`` says
    what it said before. When a sweep saw the first of two changes in one second, and no message told of that one, the
    message about the second is taken for it. Hosts that share one queue number its messages each for itself, so of two
    about one second that go to two hosts one is taken for a copy; a topic brings both to every host. A deletion that no
    message told of is found only where the server's feed has tombstones. When a sweep is quicker than a message, the
    message's event holds an older state than the one before it. After a ``kill -9`` the second message about one second
    may be taken for the first one, if it arrives only then.

    Args:
        initial: whether the assets that are there at the first start are emitted, too.
        notifications: whether messages of the broker are received; with no, sweeps alone find the changes.
        sweep: time between two sweeps. 0: only after a start or a lost connection; and with
            ``notifications = no`` one sweep, and then the source is exhausted, as a batch job wants it.
        prefetch: how many messages may be on their way or in work.
        sort: what the server is asked to sort by for sweeps, the last changes first. Empty, or on a server that
            cannot sort: every sweep reads the whole feed.
        viz_one: the server.
        broker: delivers the messages.
        store: keeps how far sweeps have come.
        clock: time.

    Raises:
        ValueError: ``prefetch`` is not positive.
    """

    name: ClassVar[str] = "asset-entries"

    def __init__(
        self,
        *,
        initial: Annotated[bool, "emit also what is there at the first start"] = False,
        notifications: Annotated[bool, "receive the broker's messages"] = True,
        sweep: Annotated[flowhost.Seconds, "time between two sweeps of the feed; 0 for none"] = SWEEP_SECONDS,
        prefetch: Annotated[int, "messages on their way or in work"] = 100,
        sort: Annotated[str, "sort order that has the last changes first"] = "-search.modificationDate",
        viz_one: VizOne,
        broker: flowhost.Broker,
        store: flowhost.Store,
        clock: flowhost.Clock,
    ) -> None:
        if prefetch < 1:
            raise ValueError(f"'prefetch' is {prefetch}, expected 1 or more")
        place = f"asset-entries.{viz_one.settings.host}"
        self._following = Following(
            Assets(viz_one, sort),
            Newest(store, f"{place}.progress", initial=initial, clock=clock),
            Occurrences(store, f"{place}.messages"),
            broker=broker,
            clock=clock,
            ways=Ways(notifications, sweep, prefetch),
        )

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit changes until `stop` is set; then wait until the work in flight is acknowledged.

        Raises:
            Unavailable: the server or its broker cannot be used, or tells of no broker.
        """
        self._following.run(emit, stop)

    def probe(self) -> None:
        """Look for the feed of assets and its broker.

        Raises:
            Unavailable: one of them cannot be used.
        """
        self._following.probe()
