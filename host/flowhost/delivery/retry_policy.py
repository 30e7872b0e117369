"""When an event that failed is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from flowhost.errors import Permanent, Retry, TimedOut


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter: a random delay up to a limit that grows with each try.

    Full jitter spreads the tries of many events that failed together (a server that was away) better than any
    fixed delay: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Args:
        attempts: tries in all, the first included.
        first: longest delay before the second try, in seconds.
        factor: what that grows by with each further try.
        limit: the most it grows to, in seconds.
        between: gives a random number between two.
    """

    attempts: int = 4
    first: float = 1.0
    factor: float = 2.0
    limit: float = 60.0
    between: Callable[[float, float], float] = random.uniform

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < 0 or self.factor < 1 or self.limit < 0:
            raise ValueError(
                f"{self.attempts} tries after {self.first} s times {self.factor} up to {self.limit} s cannot "
                "work; tries and factor are 1 or more, the delays 0 or more"
            )

    def delay(self, attempt: int, error: BaseException) -> float | None:
        """Seconds until the next try, or None when there is none.

        Args:
            attempt: number of the try that failed, from 1.
            error: how it failed. `Permanent` is not tried again, nor `TimedOut`: that work may still go on.
                `Retry` may name its own delay; it counts as a try like any other.
        """
        if attempt >= self.attempts or isinstance(error, (Permanent, TimedOut)):
            return None
        if isinstance(error, Retry) and error.after is not None:
            return max(0.0, error.after)
        return self.between(0.0, self.longest(attempt))

    def longest(self, attempt: int) -> float:
        """The longest delay after the try with this number."""
        try:
            grown = self.first * self.factor ** (attempt - 1)
        except OverflowError:  # after hundreds of tries; then it is beyond any limit
            return self.limit
        return min(self.limit, grown)
