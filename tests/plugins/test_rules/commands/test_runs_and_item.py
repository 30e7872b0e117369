"""`flowhost runs ...` and `flowhost item`."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.records import Check, Decision


@pytest.fixture
def busy(office: Any) -> Any:
    """An office with a run that failed, one that is done, and one that is pending."""
    office.items("Harbour", "Bridge", "Evil \x1b[31m\n[red]")
    office.told("rules", "start", "Collect", "VX-1", "VX-2", "VX-3", "--user", "eva")
    office.work(error="no room")
    office.work()
    return office


def test_runs_are_listed(busy: Any) -> None:
    headings, *rows = busy.told("runs", "list").splitlines()
    assert headings.split() == ["Run", "Rule", "Item", "State", "Step", "Asked", "for", "Took", "Errors"]
    assert [row.split()[:4] for row in rows] == [
        ["3", "Collect", "VX-3", "pending"],
        ["2", "Collect", "VX-2", "finished"],
        ["1", "Collect", "VX-1", "failed"],
    ]
    assert rows[2].endswith("step 1 (first): no room")
    assert [one["id"] for one in busy.json("runs", "list", "--state", "failed")] == [1]
    assert [one["id"] for one in busy.json("runs", "list", "--item", "VX-2")] == [2]
    page = busy.flowhost("runs", "list", "-n", "2")
    assert page.stderr == "Perhaps there are more: --before 2.\n"
    assert [one["id"] for one in busy.json("runs", "list", "--before", "2")] == [1]
    assert busy.told("runs", "list", "--state", "cancelled") == "There are no such runs.\n"
    assert "did you mean 'Collect'?" in busy.refused("runs", "list", "--rule", "Colect")


def test_a_run_is_shown_with_its_steps(busy: Any) -> None:
    shown = busy.told("runs", "show", "1")
    assert shown.startswith("Run 1: failed\nrule        Collect, revision 1\nitem        VX-1\n")
    assert "because of  manual, by eva" in shown
    assert "✗ step 1 (first): no room" in shown
    pending = busy.told("runs", "show", "3")
    assert [line.split()[:3] for line in pending.splitlines()[-2:]] == [
        ["1", "add-to-collection", "ahead"],
        ["2", "set-tags", "ahead"],
    ]
    assert busy.json("runs", "show", "3")["ahead"] == ["add-to-collection", "set-tags"]
    assert busy.refused("runs", "show", "404") == "there is no run 404"


def test_runs_are_cancelled_and_tried_again(busy: Any) -> None:
    result = busy.flowhost("runs", "cancel", "3", "1", "404")
    assert (result.exit_code, result.stdout) == (1, "Run 3 is cancelled.\n")
    assert result.stderr.splitlines() == ["run 1 has ended already: it is failed", "there is no run 404"]
    retried = busy.flowhost("runs", "retry", "1", "3")
    assert retried.stdout == "Run 1 is pending, at step 1.\nRun 3 is pending, at step 1.\n"
    assert retried.stderr == "No daemon runs these rules now; it is done as soon as one does.\n"
    assert "run 2 is finished; only a failed or cancelled one" in busy.refused("runs", "retry", "2")


def test_a_run_under_way_is_asked_to_end(busy: Any) -> None:
    with busy.journal() as journal:
        journal.enlist("engine")
        journal.claim("engine", number=1, total=100, per_rule={})
        assert busy.told("runs", "cancel", "3") == "Run 3 is running, and asked to end.\n"
        assert busy.told("runs", "show", "3").startswith("Run 3: running, is to end\n")


def test_the_time_line_of_an_item(busy: Any) -> None:
    title, headings, *rows = busy.told("item", "VX-1").splitlines()
    assert (title, headings.split()) == ("VX-1: Harbour (placeholder)", ["Time", "Rule", "What"])
    log = [("item", "item create of title")] if busy.library.name == "catalogue" else []
    assert [(row[19:].split(maxsplit=1)[0], row.rpartition("  ")[2]) for row in rows] == [
        *log,
        ("Collect", "run 1 asked for: manual, by eva"),
        ("Collect", "step 1 first failed: no room"),
        ("Collect", "run 1 failed: step 1 (first): no room"),
    ]
    kinds = [one["kind"] for one in busy.json("item", "VX-1")["entries"]]
    assert kinds == [*("change" for _ in log), "run", "step", "run"]
    assert busy.told("item", "VX-1", "--since", "2999-01-01").splitlines()[1] == (
        "Nothing is known to have happened to it."
    )


def test_decisions_not_to_start_a_rule_are_counted_and_shown_when_asked_for(busy: Any) -> None:
    now = flowhost.SystemClock().now()
    with busy.journal() as journal:
        checks = (Check("condition", False, "it is red"),)
        for trigger in ("item_create", "sweep", "sweep"):
            journal.decide(Decision("Collect", "VX-1", checks, now, now, trigger=trigger))
    told = busy.flowhost("item", "VX-1")
    assert "not started" not in told.stdout
    assert told.stderr == "3 decisions not to start a rule left out; --all shows what and why.\n"
    whole = busy.flowhost("item", "VX-1", "--all")
    assert "not started (item_create): condition: it is red\n" in whole.stdout
    assert whole.stdout.count("not started (sweep): condition: it is red") == 1
    assert whole.stderr == ""
    assert [one["kind"] for one in busy.json("item", "VX-1")["entries"]].count("decision") == 2


def test_a_title_cannot_play_with_the_terminal(busy: Any) -> None:
    assert busy.told("item", "VX-3").splitlines()[0] == "VX-3: Evil \\x1b[31m\\n[red] (placeholder)"


def test_an_item_that_nobody_knows(busy: Any) -> None:
    assert busy.refused("item", "VX-404") == "there is no item VX-404, and nothing is known of one"


def test_without_the_asset_system_the_journal_tells_its_part(office: Any) -> None:
    with office.journal() as journal:
        from flowhost_plugins.rules.records import Cause, NewRun

        journal.start(NewRun("Collect", 1, "VX-1", Cause("saved-search", swept=True)))
    office.library.remove()
    result = office.flowhost("item", "VX-1")
    assert result.stdout.startswith("VX-1: not known whether it is there\n")
    assert "run 1 asked for: saved-search, found by a sweep" in result.stdout
    assert result.stderr.startswith("The asset system cannot be asked: ")
