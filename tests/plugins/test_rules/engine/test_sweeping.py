"""The engine sweeps, fires schedules, tidies up, and tells the monitoring."""

from __future__ import annotations

import threading

import pytest

import flowhost

Outcome = flowhost.Outcome
PATIENCE = 60  # seconds until a test gives up
ONE = "actions: [do: {text: one}]"
SEARCH = "{saved-search: {query: fresh}}"


def test_a_sweep_finds_what_no_notification_told_of(site) -> None:
    site.rule(ONE, trigger=SEARCH)
    for number in range(3):
        site.item(f"VX-{number}")
    site.assets.found["fresh"] = ["VX-0", "VX-1"]
    site.open()
    site.elapse(1)
    assert sorted(context.item for _, context in site.stage.calls) == ["VX-0", "VX-1"]
    site.assets.found["fresh"] = ["VX-0", "VX-1", "VX-2"]
    site.elapse(28)
    assert len(site.stage.calls) == 2
    site.elapse(3)
    assert [context.item for _, context in site.stage.calls[2:]] == ["VX-2"]
    assert site.journal.summary("R").swept == 1, "the first sweep finds what was there; this one was missed"


def test_a_rule_has_its_own_interval(site) -> None:
    site.rule(ONE + "\npolling-interval: 2 min", trigger=SEARCH)
    site.item("VX-0")
    site.open()
    site.elapse(1)
    site.assets.found["fresh"] = ["VX-0"]
    site.elapse(117)
    assert site.stage.calls == []
    site.elapse(4)
    assert len(site.stage.calls) == 1


def test_a_new_revision_is_swept_at_once(site) -> None:
    site.rule(ONE, trigger="manual")
    site.item("VX-0")
    site.assets.found["fresh"] = ["VX-0"]
    site.open()
    site.elapse(2)
    assert site.stage.calls == []
    site.rule(ONE, trigger=SEARCH)
    site.engine.reload()
    site.elapse(2)
    assert len(site.stage.calls) == 1


def test_a_library_that_is_down_stops_no_sweep_for_good(site, caplog) -> None:
    caplog.set_level("INFO")
    site.rule(ONE, trigger=SEARCH)
    site.item("VX-0")
    site.assets.found["fresh"] = ["VX-0"]
    site.assets.down = True
    site.open()
    site.elapse(65)
    assert [r.message for r in caplog.records if "the library is down" in r.message] == [
        "the sweep of rule 'R': the library is down"
    ], "told once"
    site.assets.down = False
    site.elapse(31)
    assert len(site.stage.calls) == 1
    assert "it works again" in caplog.text


def test_a_schedule_starts_a_run_when_its_time_has_come(site) -> None:
    site.rule(ONE, trigger="{schedule: {cron: '30 0 * * *', time-zone: UTC}}")
    site.open()
    site.elapse(1790)
    assert site.stage.calls == []
    site.elapse(12)
    assert [(context.item, context.step) for _, context in site.stage.calls] == [(None, 1)]
    site.elapse(3600)
    assert len(site.stage.calls) == 1


def test_a_long_sweep_holds_up_no_schedule(site) -> None:
    sweeping, go_on = threading.Event(), threading.Event()

    def search(query: str, **_: object) -> flowhost.Ids:
        sweeping.set()
        assert go_on.wait(PATIENCE)
        return flowhost.Ids(())

    site.assets.search_ids = search
    site.rule(ONE, name="Slow", trigger=SEARCH)
    site.rule(ONE, name="Daily", trigger="{schedule: {cron: '30 0 * * *', time-zone: UTC}}")
    site.open()
    assert sweeping.wait(PATIENCE)
    site.clock.elapse(1802, waiters=3, patience=PATIENCE)  # all but the sweeper
    assert [context.rule for _, context in site.stage.calls] == ["Daily"]
    go_on.set()


def test_with_a_total_of_0_nothing_is_swept(site) -> None:
    site.options = {"maximum_total_concurrency": 0}
    site.rule(ONE, trigger=SEARCH)
    site.item("VX-0")
    site.assets.found["fresh"] = ["VX-0"]
    site.open()
    site.elapse(31)
    assert site.journal.summary("R").pending == 0


def test_what_is_old_is_forgotten(site) -> None:
    site.options = {"keep_runs": 600}
    site.rule(ONE)
    site.open()
    (run,) = site.happen("VX-1")
    site.ended(run)
    site.elapse(590)
    assert site.journal.run(run) is not None
    site.elapse(80)
    assert site.journal.run(run) is None


def test_when_there_is_much_that_is_old_it_is_forgotten_without_a_pause(site) -> None:
    site.rule(ONE)
    left = [25_000]
    asked: list[float] = []

    def prune(*, number: int, **_: float) -> int:
        asked.append(site.clock.monotonic())
        pruned = min(number, left[0])
        left[0] -= pruned
        return pruned

    site.prune = prune
    site.open()
    site.elapse(65)
    assert left == [0]
    assert asked == [0.0, 1.0, 2.0, 62.0]


def test_a_run_that_waited_long_begins_only_if_its_reason_still_holds(site) -> None:
    site.rule(ONE + "\nwhen: item.fields['state'] == 'ready'\nwindows: [{from: '01:00', to: '02:00'}]")
    site.item("VX-1", state="ready")
    site.item("VX-2", state="ready")
    site.open()
    (gone,) = site.happen("VX-1")
    (still,) = site.happen("VX-2")
    site.item("VX-1", state="raw")
    site.elapse(3602)
    assert site.run(still).state == "finished"
    assert site.run(gone).state == "cancelled"
    assert "'raw'" in site.run(gone).errors[0]
    assert site.journal.item_record("R", "VX-1").state == "unmatched"
    assert [context.item for _, context in site.stage.calls] == ["VX-2"]


def test_whether_a_run_still_has_a_reason_is_looked_at_again_when_the_library_is_down(site) -> None:
    site.rule(ONE + "\nwhen: item.fields['state'] == 'ready'\nwindows: [{from: '01:00', to: '02:00'}]")
    site.item("VX-1", state="ready")
    site.open()
    (run,) = site.happen("VX-1")
    site.item("VX-1", state="raw")
    site.elapse(3598)
    site.assets.down = True
    site.elapse(63)
    assert site.run(run).state == "pending"
    site.assets.down = False
    site.elapse(31)
    assert site.run(run).state == "cancelled"
    assert site.stage.calls == []


def test_an_item_that_changes_is_left_alone_until_it_has_settled(site) -> None:
    site.rule(ONE + "\nsettle: 60 s")
    from dataclasses import replace

    site.item("VX-1")
    site.assets.things["VX-1"] = replace(site.assets.things["VX-1"], updated=site.clock.now())
    site.open()
    (run,) = site.happen("VX-1")
    site.elapse(50)
    site.assets.things["VX-1"] = replace(site.assets.things["VX-1"], updated=site.clock.now())
    site.elapse(50)
    assert site.stage.calls == []
    site.elapse(12)
    assert site.run(run).state == "finished"


def test_the_monitoring_is_told(site) -> None:
    site.rule(ONE)
    site.stage.on("one", Outcome.done(), Outcome.failed("no"), flowhost.Retry("later", after=3600))
    site.open()
    for number in range(3):
        site.happen(f"VX-{number}")
        site.settle()
    told = {(metric.name, *sorted(metric.labels.items())): metric.value for metric in site.engine.metrics()}
    rule = ("rule", "R")
    assert told["flowhost_rules_runs", rule, ("state", "finished")] == 1
    assert told["flowhost_rules_runs", rule, ("state", "failed")] == 1
    assert told["flowhost_rules_pending", rule] == 1
    assert told["flowhost_rules_running", rule] == 0
    assert told["flowhost_rules_items_handled", rule] == 1
    assert told["flowhost_rules_items_failed", rule] == 1
    assert told["flowhost_rules_items_processing", rule] == 1
    assert told["flowhost_rules_missed", rule] == 0
    site.close()


def test_what_notifications_missed_is_counted_and_never_shrinks(site) -> None:
    def missed() -> list[float]:
        return [one.value for one in site.engine.metrics() if one.name == "flowhost_rules_missed"]

    site.options = {"keep_runs": 600}
    site.rule(ONE, trigger=SEARCH)
    site.item("VX-0")
    site.open()
    site.elapse(1)
    assert missed() == [0]
    site.assets.found["fresh"] = ["VX-0"]
    site.elapse(40)
    assert missed() == [1]
    site.elapse(800)
    assert site.journal.runs() == [], "it is forgotten"
    assert missed() == [1]


def test_an_engine_that_is_not_open_takes_no_events(site) -> None:
    site.rule(ONE)
    site.open()
    engine = site.engine
    site.close()
    assert list(engine.metrics()) == []
    with pytest.raises(flowhost.StateUnavailable, match="the rules engine does not run"):
        engine.event(flowhost.Event("go"))
