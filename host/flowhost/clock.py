"""The real clock; `flowhost.testing` has one that tests turn by hand."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed point; never goes back."""
        return time.monotonic()

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        """Wait until `flag` is set or `seconds` have passed; return whether it is set."""
        return flag.wait(seconds)
