"""How a daemon is doing at one instant: what metrics, the monitoring pages, status and the live view show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from flowhost.delivery.tally import DeliveryStats
from flowhost.parts import Metric

FAILING = frozenset({"backing-off", "quarantined"})
"""States of a source that does not work just now."""


@dataclass(frozen=True, slots=True)
class SourceSnapshot:
    """How one source is doing.

    Args:
        name: of its section.
        state: starting, running, backing-off, quarantined, exhausted or stopped.
        restarts: failures since the daemon started.
        error: the last failure, for people; empty when there was none, or the source has run steadily since.
    """

    name: str
    state: str
    restarts: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class DaemonSnapshot:
    """How one daemon is doing.

    Args:
        name: the app name, or the instance name.
        state: starting, running or stopping.
        ready: whether it takes in events: resources open, no source failing, the ledger writable.
        stats: its deliveries.
        sources: each of its sources.
        alive: whether its pool still turns.
        dead_letters: how many letters wait for a person; None when that is not known.
        measure: what its parts measure themselves, looked up when it is called.
    """

    name: str
    state: str
    ready: bool
    stats: DeliveryStats = field(default_factory=DeliveryStats)
    sources: tuple[SourceSnapshot, ...] = ()
    alive: bool = True
    dead_letters: int | None = None
    measure: Callable[[], Iterable[Metric]] = tuple

    @property
    def reasons(self) -> list[str]:
        """Why it is not ready; empty when it is."""
        if self.ready:
            return []
        found = [f"it is {self.state}"] if self.state != "running" else []
        found += [self.stats.degraded] if self.stats.degraded else []
        found += [
            f"source {source.name} is {source.state}: {source.error or 'no reason known'}"
            for source in self.sources
            if source.state in FAILING
        ]
        return found or ["no reason known"]

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        stats = asdict(self.stats)
        stats["last_errors"] = [
            {"time": failure.time.isoformat(), "subject": failure.subject, "error": failure.error}
            for failure in self.stats.last_errors
        ]
        return {
            "name": self.name,
            "state": self.state,
            "ready": self.ready,
            "alive": self.alive,
            "reasons": self.reasons,
            "dead_letters": self.dead_letters,
            "stats": stats,
            "sources": [asdict(source) for source in self.sources],
        }


Snapshots: TypeAlias = Callable[[], Iterable[DaemonSnapshot]]
"""Looks at every daemon of the process."""
