"""What came of one try of a step: an outcome, or that it is to be tried again. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypeAlias

import flowhost
from flowhost_plugins.rules.rule import Patience

DEATHS = 10
"""How often the process may end under a step, beyond the tries of its rule, before the step itself is blamed."""


@dataclass(frozen=True, slots=True)
class Again:
    """The step failed, and is tried once more.

    Args:
        reason: why it failed.
        after: seconds until then.
    """

    reason: str
    after: float


Verdict: TypeAlias = flowhost.Outcome | Again


def sentence_of(error: BaseException) -> str:
    """Why something failed, for people."""
    if isinstance(error, flowhost.FlowhostError):
        return str(error)
    said = str(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def verdict_of(error: BaseException, patience: Patience, attempt: int) -> Verdict:
    """What an exception means for the step that raised it.

    Args:
        error: the exception.
        patience: of the rule.
        attempt: number of this try, from 1.
    """
    reason = sentence_of(error)
    if isinstance(error, flowhost.Permanent) or attempt >= patience.attempts:
        tried = f" ({attempt} tries)" if attempt > 1 else ""
        return flowhost.Outcome.failed(f"{reason}{tried}")
    after = error.after if isinstance(error, flowhost.Retry) else None
    return Again(reason, back_off(patience, attempt) if after is None else max(0.0, after))


def back_off(patience: Patience, attempt: int) -> float:
    """Seconds before the try that follows this one: random, up to a bound that doubles ("full jitter").

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    doublings = min(attempt - 1, 60)  # beyond that a float would not grow sensibly any more
    return random.uniform(0, min(patience.limit, patience.delay * 2**doublings))  # noqa: S311  # no secret
