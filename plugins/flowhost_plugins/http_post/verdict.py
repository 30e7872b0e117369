"""What a server's answer means for the event: done, try again, or never."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

import flowhost

WORTH_ANOTHER_TRY = {408, 425, 429}  # besides the 5xx: time-out, too early, too many requests
NEVER = {501, 505}  # the server does not know the method or the version, and will not learn it
LONGEST_WAIT = 3600.0  # seconds; no server's word keeps an event waiting for days


def judge(answered: str, status: int, retry_after: str | None, location: str | None, now: datetime) -> None:
    """Return when the answer means done.

    Args:
        answered: who answered what, for the error's sentence.
        status: of the answer.
        retry_after: that header.
        location: that header.
        now: the time, with time zone.

    Raises:
        Retry: another try may help, after the time the server asks for.
        Permanent: it cannot.
    """
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise flowhost.Permanent(f"{answered}; set 'url' to where it points: {location}")
    if status in WORTH_ANOTHER_TRY or (status >= 500 and status not in NEVER):
        raise flowhost.Retry(answered, after=_seconds(retry_after, now))
    raise flowhost.Permanent(answered)


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """The header in seconds from now; None when there is none, or it cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return min(max(0.0, (until - now).total_seconds()), LONGEST_WAIT) if until.tzinfo else None
