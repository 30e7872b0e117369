"""A worker: what is done about an event."""

from __future__ import annotations

import logging
from typing import Annotated, ClassVar

import flowhost
from flowhost_hello.resource import Phrases

log = logging.getLogger(__name__)


class Greet:
    """Greets who is named by the event, and counts the greetings in the store."""

    name: ClassVar[str] = "greet"

    def __init__(
        self,
        *,
        formal: Annotated[bool, "be formal"] = False,
        phrases: Phrases,  # a need: its type is a resource, so the daemon wires one in
        store: flowhost.Store | None = None,  # a need that may stay open
    ) -> None:
        self._formal = formal
        self._phrases = phrases
        self._store = store

    def work(self, event: flowhost.Event) -> str:
        """Greet; called from several threads at once.

        Returns:
            The greeting; whoever emitted the event finds it in the receipt.

        Raises:
            Permanent: the event names nobody, and never will. Any other exception is tried again.
        """
        if not event.subject:
            raise flowhost.Permanent("the event names nobody to greet; expected a subject")
        greeting = self._phrases.greeting(event.subject, formal=self._formal)
        times = self._counted(event.subject)
        log.info("%s%s", greeting, f" (number {times})" if times else "")
        return greeting

    def _counted(self, who: str) -> int:
        if self._store is None:
            return 0
        with flowhost.Locked(f"greet {who}"):  # two threads must not count from the same number
            times = int(self._store.get(who) or 0) + 1
            self._store.put(who, times)
        return times
