"""The page of metrics, from the collector itself."""

from __future__ import annotations

from flowhost.monitoring.metrics import metrics_registry
from flowhost.monitoring.snapshots import DaemonSnapshot, SourceSnapshot
from generating.tables import table

INTRODUCTION = """# Metrics

What `/metrics` says when `monitoring port` is set in `[Flow]`, in the format of Prometheus. Each metric but
`flowhost_build_info` has the label `daemon`; counters begin at 0 with the process. Besides these there are
the usual ones of a process: CPU time, memory, open files.
"""


def metrics_page() -> str:
    """One row for each metric of a daemon."""
    example = DaemonSnapshot(
        "example", "running", ready=True, sources=(SourceSnapshot("folder", "running"),), dead_letters=0
    )
    rows = []
    for family in metrics_registry(lambda: [example]).collect():
        if family.name.startswith("flowhost"):
            labels = {
                name: {s.labels.get(name, "") for s in family.samples}
                for s in family.samples
                for name in s.labels
            }
            rows.append(
                (_names(family.name, family.type), family.type, _labels(labels), family.documentation)
            )
    return f"{INTRODUCTION}\n{table(('Metric', 'Kind', 'Labels besides `daemon`', 'Meaning'), rows)}\n"


def _names(name: str, kind: str) -> str:
    if kind == "summary":
        return f"`{name}_sum`, `{name}_count`"
    return (
        f"`{name}_{'total' if kind == 'counter' else 'info'}`" if kind in ("counter", "info") else f"`{name}`"
    )


def _labels(values: dict[str, set[str]]) -> str:
    shown = [
        f"`{name}`: {', '.join(sorted(found))}" if name in ("outcome", "state") else f"`{name}`"
        for name, found in values.items()
        if name != "daemon"
    ]
    return "; ".join(shown)
