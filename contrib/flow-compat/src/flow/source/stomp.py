"""Messages of a STOMP destination."""

from __future__ import annotations

from typing import ClassVar

from flow.needs import NeedsStomp
from flow.source.native import Native


class GenericStompListener(Native, NeedsStomp):
    """Gives a `vizone.net.message_queue.Message` for each message; flowhost's source ``stomp``, with its options.

    Args:
        stomp_url: e.g. ``stomp://one.test:61613/?destination=/queue/name``.
    """

    native: ClassVar[str] = "stomp"

    def __init__(self, stomp_url: str) -> None:
        self.stomp_url = stomp_url
