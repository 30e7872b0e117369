"""An event on its way through a daemon, with all that has to be known to conclude it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flowhost.delivery.telling import told
from flowhost.errors import Rejected
from flowhost.parts import ASK_AGAIN_HEADER, REJECT_HEADER, Event, Parser
from flowhost.pool.tasks import Task
from flowhost.roles import Claim, Letter


@dataclass(slots=True, eq=False, kw_only=True)
class Parcel(Task):
    """A task of a daemon.

    Args:
        source: name of the source section that emitted it.
        raw: the event as it was emitted, before its parser: what is parked if need be.
        rejection: why the parser did not take it; then it is parked instead of worked on.
        letter: what it was kept as in the ledger, when it comes from there.
        claim: the right to handle it, once it is taken.
        waits: how often it found its event busy with another process.
    """

    source: str
    raw: Event
    rejection: Rejected | None = None
    letter: Letter | None = None
    claim: Claim | None = None
    waits: int = 0

    @property
    def is_asked_again(self) -> bool:
        """Whether a sender waits who can ask again; nobody does for what comes out of the ledger."""
        return self.letter is None and ASK_AGAIN_HEADER in self.raw.headers


def parsed(event: Event, parser: Parser | None) -> tuple[Event, Rejected | None]:
    """The event with what its parser made of the data; or as it is, and why source or parser reject it."""
    if reason := event.headers.get(REJECT_HEADER):
        return event, Rejected(reason)
    if parser is None:
        return event, None
    try:
        return replace(event, data=parser.parse(event.data)), None
    except Rejected as error:
        return event, error
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code, which must not stop the source
        rejection = Rejected(f"the parser {parser.name!r} failed: {told(error)}")
        rejection.__cause__ = error
        return event, rejection
