"""What a sender is told of its event: 2xx only when it need not send it again."""

from __future__ import annotations

import json
import logging
from concurrent.futures import Future, wait
from typing import Any

from flowhost.parts import Emit, Event, Receipt
from flowhost.web.exchange import Answer

STOPPING = "the daemon is stopping; send it again"
LATER = (("Retry-After", "10"), ("Connection", "close"))  # seconds; a restarted daemon is back by then

log = logging.getLogger(__name__)


def handed_over(event: Event, emit: Emit, patience: float) -> Answer:
    """Emit an event, and wait until it is done or safe.

    Args:
        event: what was received.
        emit: where it goes.
        patience: seconds until the sender is told that it takes longer.

    Returns:
        200 when it is done, 202 when it is safely kept, else 503: then it must be sent again.
    """
    try:
        receipt = emit(event)
    except RuntimeError:  # what emit raises once the daemon stops
        return not_now(STOPPING)
    return _outcome(event, receipt, patience)


def not_now(reason: str) -> Answer:
    """The answer to a sender who shall try again later.

    Args:
        reason: one sentence.
    """
    return Answer("503 Service Unavailable", {"error": reason}, LATER)


def _outcome(event: Event, receipt: Future[Receipt], patience: float) -> Answer:
    wait([receipt], patience)
    if not receipt.done():
        log.warning("event %s at %r is not done after %g s", event.id, event.subject, patience)
        return not_now(f"not done after {patience:g} s, but under way; repeat it only with the same id")
    error = receipt.exception()
    if error is not None:
        log.error("event %s at %r is not safe: %s", event.id, event.subject, error)
        return not_now("the event could not be kept; send it again")
    return _receipt(receipt.result())


def _receipt(receipt: Receipt) -> Answer:
    content: dict[str, Any] = {"outcome": receipt.outcome}
    if receipt.letter is not None:
        content["letter"] = receipt.letter
    if receipt.value is not None and _is_json(receipt.value):
        content["value"] = receipt.value
    return Answer("202 Accepted" if receipt.outcome == "parked" else "200 OK", content)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
