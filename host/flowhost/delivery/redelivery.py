"""Delivers the letters that wait in the ledger: journalled, interrupted, requeued by a person."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from flowhost.delivery.keeping import Keeping
from flowhost.errors import StateUnavailable
from flowhost.parts import Clock
from flowhost.pool import PoolClosedError
from flowhost.roles import Letter

log = logging.getLogger(__name__)

LETTERS_AT_ONCE = 50  # one transaction for so many; no more than fit into memory when each has megabytes
POLL_SECONDS = 5.0  # a person who requeued a letter, or another process that parked one, does not tell us
JOIN_SECONDS = 10.0  # it ends when the pool is closed; this only keeps a stop from hanging


class Redelivery:
    """A thread that takes waiting letters and submits them.

    Args:
        keeping: where the letters are.
        submit: hands one to the pool; blocks while that is full; PoolClosedError when the daemon stops.
        clock: the time.
        poll: seconds between two looks when nobody wakes it.
    """

    def __init__(
        self,
        keeping: Keeping,
        submit: Callable[[Letter], None],
        *,
        clock: Clock,
        poll: float = POLL_SECONDS,
    ) -> None:
        self._keeping = keeping
        self._submit = submit
        self._clock = clock
        self._poll = poll
        self._stopping = False
        self._woken = threading.Event()
        self._none_wait = False  # as of the last look
        self._swept = threading.Event()
        self._thread = threading.Thread(target=self._run, name="redelivery", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Have it look now: there is a new letter."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether the last look, later than the last `wake`, left no letter behind, here or in the ledger."""
        # in this order: the flag is lowered before the event is cleared, so a letter shows in one of them
        return not self._woken.is_set() and self._none_wait

    def hold(self) -> None:
        """Block until what waited at the start is in the pool, or until `stop`: newer events queue up behind.

        A look that fails counts too: a ledger with a bug must not stop everything else.
        """
        if not self._swept.is_set():
            self._swept.wait()

    def stop(self) -> None:
        """Have it end, once the pool is closed."""
        self._stopping = True
        self._woken.set()
        self._swept.set()

    def join(self) -> None:
        """Wait for its end."""
        if self._thread.ident is not None:
            self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stopping:
            self._none_wait = False
            self._woken.clear()
            try:
                full = self._deliver()
                self._none_wait = not full
            except StateUnavailable as error:
                log.debug("given up, the daemon stops: %s", error)
                continue
            except Exception:  # a ledger is a stranger's code, and letters must be delivered for months
                log.exception("letters could not be delivered; next look in %.0f s", self._poll)
                full = False
            if not full and not self._stopping:
                self._swept.set()
                self._clock.wait(self._woken, self._poll)

    def _deliver(self) -> bool:
        """Submit the letters that wait; return whether there may be more."""
        letters = self._keeping.take(LETTERS_AT_ONCE)
        for position, letter in enumerate(letters):
            try:
                self._submit(letter)
            except PoolClosedError:
                for left in letters[position:]:
                    self._keeping.hand_back(left)
                return False
        return len(letters) == LETTERS_AT_ONCE
