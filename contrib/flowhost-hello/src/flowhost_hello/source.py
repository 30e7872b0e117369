"""A source: where events come from."""

from __future__ import annotations

import threading
from typing import Annotated, ClassVar

import flowhost


class Hello:
    """Says hello so many times, so often. Its event: type ``hello``, subject and data the name."""

    name: ClassVar[str] = "hello"

    def __init__(
        self,
        *,
        who: Annotated[str, "name to say hello to"] = "world",
        count: Annotated[int, "how many times; 0 until the daemon stops"] = 0,
        every: Annotated[flowhost.Seconds, "time from one to the next"] = 1,
        clock: flowhost.Clock,
    ) -> None:
        # only keep and check the arguments here: `flowhost check` makes parts too, and that must open nothing
        if count < 0:
            raise ValueError(f"'count' is {count}, expected 0 or more")
        self._who = who
        self._count = count
        self._every = every
        self._clock = clock

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit until the count is reached, or the daemon stops.

        `emit` blocks while the daemon has enough to do. A source that acknowledges what it receives does so
        when the Future that `emit` returns has a result; this one has nobody to tell.
        """
        said = 0
        while not stop.is_set():
            emit(flowhost.Event("hello", data=self._who, subject=self._who, source="flowhost-hello"))
            said += 1
            if said == self._count:
                return  # exhausted: when all its sources are, a daemon finishes its work and ends
            self._clock.wait(stop, self._every)
