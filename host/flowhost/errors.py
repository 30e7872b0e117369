"""The errors flowhost raises, as one tree.

* FlowhostError: everything below; ``exit_code`` is what the process ends with when nobody handles it.
    * ConfigError: an operator's input is wrong. Carries every problem found, each with its place (exit 78).
    * Unavailable: something outside (broker, database, server, port) cannot be used just now (exit 69).
        * StateUnavailable: the ledger or store cannot read or write; nothing may be acknowledged meanwhile.
    * Retry: raised by a worker: try this event again, optionally after a given time.
    * Permanent: raised by a worker: trying again cannot help; the event goes to the dead letters at once.
        * Rejected: raised by a parser: this payload is not what the parser reads.
    * Conflict: somebody else changed the thing first (HTTP 409 and 412); see `retry_on_conflict`.
    * TimedOut: the work took longer than its limit.

Exit codes follow sysexits.h: 78 EX_CONFIG, 69 EX_UNAVAILABLE, 70 EX_SOFTWARE.
"""

from __future__ import annotations

from collections.abc import Iterable

from flowhost.places import Problem


class FlowhostError(Exception):
    """Any error flowhost raises on purpose. Its text is one sentence an operator can act on."""

    exit_code = 70


class ConfigError(FlowhostError):
    """The operator's input is wrong; nothing was started.

    Args:
        problems: every problem found, in the order of the file; a plain sentence stands for one without a place.
    """

    exit_code = 78

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Unavailable(FlowhostError):
    """Something outside the process cannot be used just now; trying later may help."""

    exit_code = 69


class StateUnavailable(Unavailable):
    """The database behind the ledger or store cannot read or write (disk full, locked, corrupt, gone)."""


class Retry(FlowhostError):
    """Raised by a worker: do this event again.

    Args:
        reason: why, for the log.
        after: seconds to wait first; None leaves it to the daemon's back-off.
    """

    def __init__(
        self, reason: str = "the worker asked for another try", *, after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.after = after


class Permanent(FlowhostError):
    """Raised by a worker: this event can never succeed; it goes to the dead letters without more tries."""


class Rejected(Permanent):
    """Raised by a parser: the payload is not what this parser reads."""


class Conflict(FlowhostError):
    """Somebody else changed the thing first; fetch it again and retry."""


class TimedOut(FlowhostError):
    """The work took longer than its limit."""
