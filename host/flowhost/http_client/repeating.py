"""Which requests are worth another try, and after how long. Pure.

Only 502, 503 and 504 are tried again, and a connection that was refused or broke before any answer. GET, HEAD, PUT and
DELETE do the same when done twice (RFC 9110, 9.2.2). A POST would make a second thing, so it is tried again only when
nothing was done: the connection was refused, or the server answered 503, with a Retry-After unless it is known to do
nothing then in any case.
"""

from __future__ import annotations

import email.utils
import random
from collections.abc import Mapping
from datetime import UTC, datetime

PASSING = frozenset({502, 503, 504})
"""Status codes of a server, or of the proxy before it, that may be well again in a moment."""

SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""Methods that do the same when they are done twice."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before the first and before later tries; each is up to twice as long as the one before."""

LONGEST_WISH = 30.0
"""Seconds of Retry-After that are waited for here; who wants more is better asked by the daemon's own later try."""

LONGEST_WISH_TOLD = 86_400.0
"""Seconds of Retry-After that anybody is told of: who wants more has made a mistake."""


def again_after(
    method: str,
    status: int,
    headers: Mapping[str, str],
    attempt: int,
    now: datetime,
    *,
    busy_is_undone: bool = False,
) -> float | None:
    """Seconds to wait before the request is sent again; None when it must not be.

    Args:
        method: of the request.
        status: of the answer.
        headers: of the answer.
        attempt: 1 after the first try.
        now: the time of day, for a Retry-After that names a date.
        busy_is_undone: whether this server has done nothing when it answers 503, also without a Retry-After.
    """
    wish = wished(headers.get("Retry-After"), now)
    harmless = method in SAFE or is_undone(status, headers, now, busy_is_undone=busy_is_undone)
    if status not in PASSING or not harmless:
        return None
    if wish is None:
        return pause(attempt)
    return wish if wish <= LONGEST_WISH else None


def is_undone(
    status: int, headers: Mapping[str, str], now: datetime, *, busy_is_undone: bool = False
) -> bool:
    """Whether an answer says that nothing was done; the arguments are those of `again_after`."""
    return status == 503 and (busy_is_undone or wished(headers.get("Retry-After"), now) is not None)


def pause(attempt: int) -> float:
    """Seconds before another try, when nobody said how many; spread, so that many clients do not come together."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
    return random.uniform(longest / 2, longest)  # noqa: S311  # spreads load, guards no secret


def wished(text: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for: a number, or the time until a date; None when it cannot be read.

    No more than a day.
    """
    if not text:
        return None
    try:
        if text.strip().isdigit():
            return min(float(text), LONGEST_WISH_TOLD)
        then = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    seconds = ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(0.0, seconds), LONGEST_WISH_TOLD)
