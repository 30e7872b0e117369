"""The Prometheus metrics of daemons."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from flowhost import Metric
from flowhost.delivery.tally import DeliveryStats, Failure
from flowhost.monitoring.metrics import DaemonSnapshot, SourceSnapshot, metrics_registry, metrics_text

STATS = DeliveryStats(
    emitted=20,
    done=10,
    duplicates=2,
    journalled=4,
    parked=3,
    unsafe=1,
    retried=5,
    timed_out=6,
    running=7,
    queued=8,
    delayed=9,
    hung=1,
    work_seconds_sum=12.5,
)
SOURCES = (
    SourceSnapshot("in", "running", 1),
    SourceSnapshot("queue", "quarantined", 6, "refused"),
    SourceSnapshot("once", "exhausted"),
)
IMPORT = DaemonSnapshot("import", "running", False, STATS, SOURCES, dead_letters=3)
EXPORT = DaemonSnapshot("export", "starting", False)


def scraped(*daemons: DaemonSnapshot) -> dict[tuple[str, ...], float]:
    """Sample name and label values → value."""
    text, _ = metrics_text(metrics_registry(lambda: daemons))
    families = text_string_to_metric_families(text.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_every_number_of_a_daemon_is_there() -> None:
    found = scraped(IMPORT, EXPORT)
    expected = {
        ("flowhost_emitted_total", "import"): 20,
        ("flowhost_events_total", "import", "done"): 10,
        ("flowhost_events_total", "import", "duplicate"): 2,
        ("flowhost_events_total", "import", "parked"): 3,
        ("flowhost_events_total", "import", "unsafe"): 1,
        ("flowhost_journalled_total", "import"): 4,
        ("flowhost_retries_total", "import"): 5,
        ("flowhost_timeouts_total", "import"): 6,
        ("flowhost_jobs", "import", "running"): 7,
        ("flowhost_jobs", "import", "queued"): 8,
        ("flowhost_jobs", "import", "delayed"): 9,
        ("flowhost_jobs", "import", "hung"): 1,
        ("flowhost_work_seconds_sum", "import"): 12.5,
        ("flowhost_work_seconds_count", "import"): 18,
        ("flowhost_dead_letters", "import"): 3,
        ("flowhost_ready", "import"): 0,
        ("flowhost_degraded", "import"): 0,
        ("flowhost_source_up", "import", "in"): 1,
        ("flowhost_source_up", "import", "queue"): 0,
        ("flowhost_source_up", "import", "once"): 1,
        ("flowhost_source_restarts_total", "import", "queue"): 6,
        ("flowhost_source_state", "import", "queue", "quarantined"): 1,
        ("flowhost_source_state", "import", "queue", "running"): 0,
        ("flowhost_emitted_total", "export"): 0,
        ("flowhost_build_info", version("flowhost")): 1,
    }
    assert {key: found.get(key) for key in expected} == expected


def test_what_the_parts_measure_is_there() -> None:
    def measured(pending: float) -> tuple[Metric, ...]:
        ended = [
            Metric("shop_sales", 4, "Things sold.", labels={"thing": thing}, counter=True)
            for thing in ("a", "b")
        ]
        return (Metric("shop_waiting", pending, "Customers who wait."), *ended)

    daemons = [replace(IMPORT, measure=lambda: measured(7)), replace(EXPORT, measure=lambda: measured(8))]
    found = scraped(*daemons)
    assert found["shop_waiting", "import"] == 7
    assert found["shop_waiting", "export"] == 8
    assert found["shop_sales_total", "import", "a"] == 4
    assert found["shop_sales_total", "export", "b"] == 4


def test_labels_belong_to_their_names_whatever_their_order() -> None:
    def measured() -> tuple[Metric, ...]:
        orders = ({"thing": "a", "shop": "x"}, {"shop": "y", "thing": "b"})
        return tuple(Metric("shop_waiting", 1, "Customers who wait.", labels=labels) for labels in orders)

    registry = metrics_registry(lambda: [replace(IMPORT, measure=measured)])
    page = metrics_text(registry)[0].decode()
    assert 'shop_waiting{daemon="import",shop="y",thing="b"}' in page


@pytest.mark.parametrize(
    ("name", "label"),
    [("shop waiting", "thing"), ("", "thing"), ("shop_waiting", "my-thing"), ("shop_waiting", "daemon")],
)
def test_a_metric_that_would_spoil_the_page_cannot_be_made(name: str, label: str) -> None:
    with pytest.raises(ValueError, match="is no name for a metric or a label"):
        Metric(name, 1, "Customers who wait.", labels={label: "a"})


def test_what_is_not_known_is_left_out() -> None:
    assert ("flowhost_dead_letters", "export") not in scraped(EXPORT)


def test_each_scrape_looks_once_and_registering_does_not() -> None:
    looks: list[int] = []
    registry = metrics_registry(lambda: looks.append(1) or [IMPORT])  # type: ignore[func-returns-value]  # counts its calls
    assert looks == []
    metrics_text(registry)
    metrics_text(registry)
    assert len(looks) == 2


def test_counters_move_with_the_daemon() -> None:
    now = [DaemonSnapshot("d", "running", True, DeliveryStats(done=1))]
    registry = metrics_registry(lambda: now)
    assert b'flowhost_events_total{daemon="d",outcome="done"} 1.0' in metrics_text(registry)[0]
    now[0] = DaemonSnapshot("d", "running", True, DeliveryStats(done=2, degraded="disk full"))
    text, _ = metrics_text(registry)
    assert b'flowhost_events_total{daemon="d",outcome="done"} 2.0' in text
    assert b'flowhost_degraded{daemon="d"} 1.0' in text


def test_the_process_is_measured_and_the_global_registry_is_left_alone() -> None:
    found = scraped(IMPORT)
    assert found[("process_resident_memory_bytes",)] > 1_000_000
    assert found[("process_open_fds",)] > 0
    assert b"flowhost_" not in prometheus_client.generate_latest()
    assert scraped(IMPORT).keys() == found.keys(), "a second registry does not clash with the first"


def test_names_with_quotes_and_line_ends_are_escaped() -> None:
    name = 'a"b\\c\nd'
    assert scraped(DaemonSnapshot(name, "running", True))[("flowhost_ready", name)] == 1


def test_a_scraper_may_ask_for_openmetrics() -> None:
    registry = metrics_registry(lambda: [IMPORT])
    text, content_type = metrics_text(registry, "application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
    assert metrics_text(registry, "*/*")[1].startswith("text/plain")


# -- snapshots


@pytest.mark.parametrize(
    ("snapshot", "reasons"),
    [
        (DaemonSnapshot("d", "running", True), []),
        (DaemonSnapshot("d", "starting", False), ["it is starting"]),
        (
            DaemonSnapshot("d", "running", False, DeliveryStats(degraded="disk full"), SOURCES),
            ["disk full", "source queue is quarantined: refused"],
        ),
        (DaemonSnapshot("d", "running", False), ["no reason known"]),
    ],
)
def test_a_snapshot_says_why_the_daemon_is_not_ready(snapshot: DaemonSnapshot, reasons: list[str]) -> None:
    assert snapshot.reasons == reasons


def test_a_snapshot_as_json() -> None:
    failure = Failure(datetime(2026, 1, 1, tzinfo=UTC), "a.mxf", "no")
    stats = DeliveryStats(done=1, last_errors=(failure,))
    found = DaemonSnapshot("d", "running", False, stats, SOURCES[:1], dead_letters=2).as_json()
    assert json.loads(json.dumps(found)) == found
    assert found["stats"]["last_errors"] == [
        {"time": "2026-01-01T00:00:00+00:00", "subject": "a.mxf", "error": "no"}
    ]
    assert found["sources"] == [{"name": "in", "state": "running", "restarts": 1, "error": ""}]
    assert (found["name"], found["stats"]["done"], found["dead_letters"]) == ("d", 1, 2)
