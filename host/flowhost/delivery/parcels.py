"""An event on its way through a daemon, with all that has to be known to conclude it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flowhost.errors import FlowhostError, Rejected
from flowhost.parts import REJECT_HEADER, Event, Parser
from flowhost.pool.tasks import Task
from flowhost.roles import Claim, Letter

LONGEST_ERROR = 2000  # characters; an error may quote a whole message, a ledger and a log need not


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


def told(error: BaseException) -> str:
    """The error in words: ours are sentences, a stranger's needs its class in front."""
    try:
        text = str(error) if isinstance(error, FlowhostError) else f"{type(error).__name__}: {error}"
    except Exception as second:  # noqa: BLE001 - a stranger's __str__ may fail too; the event must not suffer for it
        text = f"{type(error).__name__}, whose text cannot be made ({type(second).__name__})"
    return text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR]} …"


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
