"""Messages too large for the worker: moved to another destination, or left at the broker."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import replace

import flowhost
from flowhost_plugins.stomp.url import Address

log = logging.getLogger(__name__)

WAYS_OUT = "raise 'max size', or name a destination for such messages with 'oversized'"

_OF_THE_DELIVERY = {
    "ack",
    "content-length",
    "destination",
    "message-id",
    "receipt",
    "redelivered",
    "subscription",
    "transaction",
}
"""Headers that say how a message came; what the publisher gave goes on."""


class Oversized:
    """Sees to messages above the limit, on one connection.

    Args:
        limit: largest body that is handed to the worker, in bytes.
        destination: where larger ones are moved; empty: they stay unacknowledged, in the broker's keeping.
        prefetch: the window; when it holds nothing but such messages, nothing can arrive any more.
        address: where the messages come from.
        broker: sends the ones to move.
    """

    def __init__(
        self, limit: int, destination: str, prefetch: int, address: Address, broker: flowhost.Broker
    ) -> None:
        self._limit, self._prefetch, self._broker, self._address = limit, prefetch, broker, address
        self._target = replace(address, destination=destination) if destination else None
        self._held = 0

    def catches(self, message: flowhost.Message) -> bool:
        """Whether the message is too large."""
        return len(message.body) > self._limit

    def handle(self, message: flowhost.Message) -> Future[flowhost.Receipt] | None:
        """Move the message: the Future is complete. Or leave it: None.

        Raises:
            Unavailable: it could not be moved, or the window is full of such messages.
        """
        size = f"{len(message.body):,} bytes"
        what = f"a message of {size} from {self._address} is above the 'max size' of {self._limit:,} bytes"
        if self._target is not None:
            headers = {name: value for name, value in message.headers.items() if name not in _OF_THE_DELIVERY}
            self._broker.send(self._target.url(), message.body, {**headers, "persistent": "true"})
            log.error("%s; it was moved to %s", what, self._target.destination)
            moved: Future[flowhost.Receipt] = Future()
            moved.set_result(flowhost.Receipt("done"))
            return moved
        self._held += 1
        log.error("%s; it stays at the broker, unacknowledged: %s", what, WAYS_OUT)
        if self._held >= self._prefetch:
            raise flowhost.Unavailable(
                f"{self._held} messages at {self._address} are above the 'max size' of {self._limit:,} bytes "
                f"and fill the whole prefetch window, so that no other can arrive: {WAYS_OUT}"
            )
        return None
