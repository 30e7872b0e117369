"""What a daemon has its ledger record of a parcel."""

from __future__ import annotations

import logging
from typing import Literal

from flowhost.delivery.parcels import Parcel
from flowhost.delivery.patience import Patience
from flowhost.errors import FlowhostError, StateUnavailable, Unavailable
from flowhost.parts import Clock, Receipt
from flowhost.roles import Claim, Ledger, Letter, LetterState

log = logging.getLogger(__name__)

SHOWN_CHARACTERS = 500  # of an event that cannot be kept: enough to recognise it

DUPLICATES_TOLD = 20  # enough to notice ids that are none


class Keeping:
    """The ledger as one daemon uses it: every operation is insisted on while the ledger is down.

    Args:
        ledger: the ledger.
        daemon: the daemon's name.
        patience: insists.
        clock: the time.
    """

    def __init__(self, ledger: Ledger, *, daemon: str, patience: Patience, clock: Clock) -> None:
        self._ledger = ledger
        self._daemon = daemon
        self._patience = patience
        self._clock = clock
        self._duplicates = 0  # about: a thread may miss another's, which only moves the end of the log lines

    def claim(self, parcel: Parcel) -> Literal["ours", "handled", "busy"]:
        """Take the right to handle the parcel's event; without an id, or from a letter, it is ours anyway."""
        identity = parcel.raw.identity
        if identity is None or parcel.letter is not None or parcel.claim is not None:
            return "ours"
        answer = self._patience.insist(lambda: self._ledger.claim(self._daemon, identity))
        if not isinstance(answer, Claim):
            if answer == "handled":
                self._tell_duplicate(parcel)
            return answer
        parcel.claim = answer
        return "ours"

    def _tell_duplicate(self, parcel: Parcel) -> None:
        """Log the first duplicates; a folder that is looked through at each start brings thousands."""
        self._duplicates += 1
        level = logging.INFO if self._duplicates <= DUPLICATES_TOLD else logging.DEBUG
        log.log(level, "%s was handled before, and is dropped as a duplicate", parcel.label)
        if self._duplicates == DUPLICATES_TOLD:
            log.info(
                "further duplicates are logged at level debug; the count is in `flowhost status` and the metrics"
            )

    def settle(self, parcel: Parcel) -> None:
        """Record the event as handled, or its letter as delivered.

        When the claim had passed to somebody else (this process seemed dead for a while) the work is done all
        the same: to acknowledge it loses nothing, and not to would have it done once more.
        """
        if (letter := parcel.letter) is not None:
            self._patience.insist(lambda: self._ledger.delivered(letter.number))
        elif (claim := parcel.claim) is not None:
            if not self._patience.insist(lambda: self._ledger.settle(claim)):
                log.warning(
                    "%s was done, but its claim had passed to another process, which may do it again",
                    parcel.label,
                )
            parcel.claim = None

    def release(self, parcel: Parcel) -> None:
        """Give the event back: it was neither done nor parked."""
        if (claim := parcel.claim) is None:
            return
        parcel.claim = None
        try:
            self._patience.insist(lambda: self._ledger.release(claim))
        except StateUnavailable as error:
            log.debug("the claim on %s ends with this process: %s", parcel.label, error)
        except Exception:  # a ledger is a stranger's code, and its failure must not hide why the event failed
            log.exception("the claim on %s could not be released; it ends with this process", parcel.label)

    def park(self, parcel: Parcel, *, state: LetterState, error: str, attempts: int) -> int:
        """Keep the event as it was emitted; return the number of its letter.

        Raises:
            FlowhostError: it cannot be kept: its data is no JSON, or another process has it now.
        """
        if (kept := parcel.letter) is not None:
            tries = kept.attempts + attempts
            self._patience.insist(
                lambda: self._ledger.returned(kept.number, state=state, error=error, attempts=tries)
            )
            return kept.number
        now = self._clock.now()
        letter = Letter(self._daemon, parcel.source, parcel.raw, state, error, attempts, parked=now)
        try:
            number = self._patience.insist(lambda: self._ledger.park(letter, parcel.claim))
        except (TypeError, ValueError, RecursionError) as cause:  # what json.dumps raises
            log.error("this event cannot be kept: %.*s", SHOWN_CHARACTERS, repr(parcel.raw))
            kind = type(parcel.raw.data).__name__
            raise FlowhostError(
                f"{parcel.label} cannot be kept in the ledger, because its data ({kind}) is not bytes, text "
                f"or a JSON value; have source {parcel.source!r} emit such data: {cause}"
            ) from cause
        lost = parcel.claim is not None and not number
        parcel.claim = None
        if lost:
            raise Unavailable(f"{parcel.label} has passed to another process, which sees to it")
        return number

    def keep_waiting(self, parcel: Parcel, *, error: str = "", attempts: int = 0) -> Receipt:
        """Keep the event for a later delivery, unless it was handled before.

        Raises:
            FlowhostError: it cannot be kept (see `park`), or another process has it.
        """
        answer = self.claim(parcel)
        if answer == "handled":
            return Receipt("duplicate")
        if answer == "busy":
            raise Unavailable(
                f"{parcel.label} is being handled by another process and was not kept by this one"
            )
        number = self.park(parcel, state="waiting", error=error, attempts=attempts)
        return Receipt("parked", letter=number, error=error or None)

    def take(self, limit: int) -> list[Letter]:
        """Take letters that wait for delivery."""
        return self._patience.insist(lambda: self._ledger.take(self._daemon, limit))

    def hand_back(self, letter: Letter) -> None:
        """Let a letter that was taken wait on, untried."""
        self._patience.insist(
            lambda: self._ledger.returned(
                letter.number, state="waiting", error=letter.error, attempts=letter.attempts
            )
        )
