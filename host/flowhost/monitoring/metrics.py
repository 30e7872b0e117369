"""Prometheus metrics, read from the daemons at the moment they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeAlias

from flowhost.monitoring.snapshots import FAILING, DaemonSnapshot, Snapshots, SourceSnapshot

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    Family: TypeAlias = CounterMetricFamily | GaugeMetricFamily

__all__ = ["DaemonSnapshot", "SourceSnapshot", "metrics_registry", "metrics_text"]

Reading = Callable[[DaemonSnapshot], float | None]

EVENTS: dict[str, Reading] = {
    "done": lambda one: one.stats.done,
    "duplicate": lambda one: one.stats.duplicates,
    "parked": lambda one: one.stats.parked,
    "unsafe": lambda one: one.stats.unsafe,
}
JOBS: dict[str, Reading] = {
    "running": lambda one: one.stats.running,
    "queued": lambda one: one.stats.queued,
    "delayed": lambda one: one.stats.delayed,
    "hung": lambda one: one.stats.hung,
}
COUNTERS: dict[str, tuple[str, Reading]] = {
    "flowhost_emitted": ("Events that sources handed over.", lambda one: one.stats.emitted),
    "flowhost_journalled": ("Events kept in the ledger before their work.", lambda one: one.stats.journalled),
    "flowhost_retries": ("Tries that failed and were followed by another.", lambda one: one.stats.retried),
    "flowhost_timeouts": ("Events whose work took too long.", lambda one: one.stats.timed_out),
}
GAUGES: dict[str, tuple[str, Reading]] = {
    "flowhost_dead_letters": ("Letters that wait for a person.", lambda one: one.dead_letters),
    "flowhost_ready": ("1 while the daemon takes in events.", lambda one: one.ready),
    "flowhost_degraded": ("1 while nothing can be recorded.", lambda one: one.stats.degraded is not None),
}
SOURCE_STATES = ("starting", "running", "backing-off", "quarantined", "exhausted", "stopped")


def metrics_registry(snapshots: Snapshots) -> CollectorRegistry:
    """A registry of its own, with the daemons and the process (CPU, memory, open files).

    Args:
        snapshots: looks at the daemons; called once for each scrape.
    """
    from prometheus_client import CollectorRegistry, ProcessCollector

    registry = CollectorRegistry()
    registry.register(_Daemons(snapshots))
    ProcessCollector(registry=registry)
    return registry


def metrics_text(registry: CollectorRegistry, accept: str = "") -> tuple[bytes, str]:
    """The metrics as text, and its content type.

    Args:
        registry: see `metrics_registry`.
        accept: the scraper's Accept header; it may ask for OpenMetrics.
    """
    from prometheus_client.exposition import choose_encoder

    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


class _Daemons:
    """A collector: makes the metrics of all daemons from one look at them.

    Args:
        snapshots: looks at the daemons.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._build = {"version": version("flowhost")}

    def describe(self) -> Iterable[Metric]:
        """Nothing: so that registering does not look at the daemons."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric, with a sample for each daemon."""
        from prometheus_client.core import InfoMetricFamily

        daemons = list(self._snapshots())
        yield InfoMetricFamily("flowhost_build", "The running version.", self._build)
        yield from _counts(daemons)
        yield from _work(daemons)
        yield from _sources(daemons)
        yield from _of_parts(daemons)


def _counts(daemons: list[DaemonSnapshot]) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    events = CounterMetricFamily("flowhost_events", "What became of events.", labels=["daemon", "outcome"])
    jobs = GaugeMetricFamily("flowhost_jobs", "Events inside the daemon now.", labels=["daemon", "state"])
    for family, readings in ((events, EVENTS), (jobs, JOBS)):
        for word, read in readings.items():
            _add(family, daemons, read, word)
        yield family
    for name, (text, read) in COUNTERS.items():
        counter = CounterMetricFamily(name, text, labels=["daemon"])
        yield _add(counter, daemons, read)
    for name, (text, read) in GAUGES.items():
        yield _add(GaugeMetricFamily(name, text, labels=["daemon"]), daemons, read)


def _work(daemons: list[DaemonSnapshot]) -> Iterator[Metric]:
    from prometheus_client.core import SummaryMetricFamily

    text = "Seconds of work; the count is of tries that ended as done, retried or parked."
    family = SummaryMetricFamily("flowhost_work_seconds", text, labels=["daemon"])
    for one in daemons:
        tries = one.stats.done + one.stats.retried + one.stats.parked
        family.add_metric([one.name], count_value=tries, sum_value=one.stats.work_seconds_sum)
    yield family


def _sources(daemons: list[DaemonSnapshot]) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    labels = ["daemon", "source"]
    up = GaugeMetricFamily("flowhost_source_up", "0 while the source fails.", labels=labels)
    state = GaugeMetricFamily("flowhost_source_state", "1 for the state it is in.", labels=[*labels, "state"])
    restarts = CounterMetricFamily("flowhost_source_restarts", "Failures of the source.", labels=labels)
    for one in daemons:
        for source in one.sources:
            up.add_metric([one.name, source.name], source.state not in FAILING)
            restarts.add_metric([one.name, source.name], source.restarts)
            for word in SOURCE_STATES:
                state.add_metric([one.name, source.name, word], source.state == word)
    yield from (up, state, restarts)


def _of_parts(daemons: list[DaemonSnapshot]) -> Iterator[Metric]:
    """What the parts of the daemons measure: one family for each name, whoever measured it."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    families: dict[str, tuple[Family, tuple[str, ...]]] = {}
    for one in daemons:
        for metric in one.measure():
            if metric.name not in families:
                kind = CounterMetricFamily if metric.counter else GaugeMetricFamily
                labels = tuple(metric.labels)
                families[metric.name] = (kind(metric.name, metric.help, labels=["daemon", *labels]), labels)
            family, labels = families[metric.name]
            family.add_metric([one.name, *(metric.labels.get(label, "") for label in labels)], metric.value)
    for family, _ in families.values():
        yield family


def _add(family: Family, daemons: list[DaemonSnapshot], read: Reading, *labels: str) -> Family:
    for one in daemons:
        value = read(one)
        if value is not None:
            family.add_metric([one.name, *labels], float(value))
    return family
