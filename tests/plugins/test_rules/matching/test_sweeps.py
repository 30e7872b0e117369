"""Sweeps find what no notification told of, once, and what does not match any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.matching import SweepResult
from flowhost_plugins.rules.rule import Distribution, InCollection, SavedSearch, Signal, StepSpec

FRESH = SavedSearch("state=fresh", is_query=True)
MOVE = StepSpec("move-copy-files", {"formats": ["original"]})


def sweep(site: Any, name: str = "rule") -> SweepResult:
    result: SweepResult = site.matcher.sweep(site.deployed(name))
    return result


def add_many(site: Any, number: int, start: int = 1) -> None:
    for one in range(start, start + number):
        site.library.add(f"VX-{one}", state="fresh")


def test_a_sweep_starts_every_item_once(site: Any) -> None:
    add_many(site, 5)
    site.library.add("VX-9", state="old")
    site.library.page = 2
    site.rule(FRESH)

    assert sweep(site) == SweepResult("rule", found=5, started=5)
    assert sweep(site) == SweepResult("rule", found=5)
    site.finish()
    assert sweep(site) == SweepResult("rule", found=5)

    runs = site.journal.runs()
    assert {run.item for run in runs} == {f"VX-{n}" for n in range(1, 6)}
    assert {run.cause.variables["itemId"] for run in runs} == {run.item for run in runs}
    assert all(run.cause.trigger == "saved-search" and not run.cause.event for run in runs)


def test_what_a_notification_told_of_is_left_alone(site: Any) -> None:
    add_many(site, 2)
    site.rule(FRESH)
    site.push(item="VX-1")

    assert sweep(site).started == 1


def test_what_a_notification_should_have_told_of_is_counted(site: Any) -> None:
    add_many(site, 2)
    site.rule(FRESH)
    assert sweep(site).missed == 0  # they were there when the rule was deployed
    add_many(site, 1, start=3)
    site.clock.advance(30)

    result = sweep(site)

    assert (result.started, result.missed) == (1, 1)
    assert [run.item for run in site.journal.runs() if run.cause.swept] == ["VX-3"]
    assert site.journal.summary("rule").swept == 1


def test_a_notification_that_may_be_on_its_way_is_not_missed(site: Any) -> None:
    site.rule(FRESH)
    sweep(site)
    site.clock.advance(30)
    add_many(site, 1)

    assert sweep(site) == SweepResult("rule", found=1, started=1)


def test_after_a_long_time_without_sweeps_nothing_was_missed(site: Any) -> None:
    site.rule(FRESH)
    sweep(site)
    add_many(site, 1)
    site.clock.advance(3600)

    assert sweep(site) == SweepResult("rule", found=1, started=1)


def test_an_item_that_was_cleared_was_not_missed(site: Any) -> None:
    add_many(site, 2)
    site.rule(FRESH)
    sweep(site)
    site.finish()
    site.journal.clear("rule", "VX-1")
    site.clock.advance(30)

    assert sweep(site) == SweepResult("rule", found=2, started=1)


def test_the_first_sweep_of_a_new_revision_misses_nothing(site: Any) -> None:
    site.rule(FRESH)
    sweep(site)
    site.library.add("VX-1", state="old")
    site.clock.advance(30)
    site.rule(SavedSearch("state=old", is_query=True))

    assert sweep(site) == SweepResult("rule", found=1, started=1)


def test_what_is_not_found_any_more_is_new_again(site: Any) -> None:
    add_many(site, 3)
    site.rule(FRESH)
    sweep(site)
    site.finish()
    for item in ("VX-1", "VX-2"):
        site.library.grant_access(item, flowhost.AccessEntry("news"), origin="rule:rule")
    site.library.change("VX-1", state="old")
    site.library.remove("VX-3")

    assert sweep(site) == SweepResult("rule", found=1, unmatched=2)
    assert [site.state(f"VX-{n}") for n in (1, 2, 3)] == ["unmatched", "handled", "unmatched"]
    assert site.library.items_with_access_from("rule:rule") == ["VX-2"]
    assert sweep(site) == SweepResult("rule", found=1)

    site.library.change("VX-1", state="fresh")
    assert sweep(site).started == 1


def test_failed_items_are_left_alone_until_they_do_not_match(site: Any) -> None:
    add_many(site, 1)
    site.rule(FRESH)
    sweep(site)
    site.finish(state="failed")

    assert sweep(site).started == 0
    site.library.change("VX-1", state="old")
    assert sweep(site).unmatched == 1


def test_an_item_that_stops_matching_while_it_is_processed_is_noticed_after(site: Any) -> None:
    add_many(site, 1)
    site.rule(FRESH)
    sweep(site)
    site.library.change("VX-1", state="old")

    assert sweep(site).unmatched == 0
    site.finish()
    assert sweep(site).unmatched == 1


def test_many_items_in_many_pages(site: Any) -> None:
    add_many(site, 450)
    site.library.page = 100
    site.rule(FRESH)
    assert sweep(site).started == 450
    site.finish()
    for one in range(1, 451, 3):
        site.library.change(f"VX-{one}", state="old")

    assert sweep(site) == SweepResult("rule", found=300, unmatched=150)


def test_an_item_that_begins_to_match_behind_the_sweep_is_not_forgotten(site: Any) -> None:
    add_many(site, 2)
    site.rule(FRESH)
    sweep(site)
    site.finish()
    site.library.change("VX-1", state="old")

    def back_again() -> None:
        site.library.change("VX-1", state="fresh")

    site.library.read_page = back_again

    assert sweep(site).unmatched == 0
    assert site.state("VX-1") == "handled"


def test_an_item_that_stops_matching_before_the_sweep_is_not_started_again(site: Any) -> None:
    add_many(site, 1)
    site.rule(FRESH)
    sweep(site)
    site.finish()

    def goes() -> None:
        site.library.read_page = lambda: None
        site.library.change("VX-1", state="old")
        site.push("metadata_modify")

    site.library.read_page = goes

    assert sweep(site).started == 0
    assert site.state() == "unmatched"


def test_access_that_a_crash_left_is_withdrawn_by_the_next_process(site: Any) -> None:
    add_many(site, 2)
    site.rule(FRESH)
    sweep(site)
    site.finish()
    for item in ("VX-1", "VX-2"):
        site.library.grant_access(item, flowhost.AccessEntry("news"), origin="rule:rule")
    site.library.change("VX-1", state="old")
    site.journal.unmatch("rule", ["VX-1"])  # and the process dies before it withdraws

    site.new_matcher()
    sweep(site)

    assert site.library.items_with_access_from("rule:rule") == ["VX-2"]


def test_access_that_could_not_be_withdrawn_is_in_the_next_sweep(site: Any) -> None:
    add_many(site, 1)
    site.rule(FRESH)
    sweep(site)
    site.finish()
    site.library.grant_access("VX-1", flowhost.AccessEntry("news"), origin="rule:rule")
    sweep(site)
    site.library.change("VX-1", state="old")
    site.library.fails = True
    with pytest.raises(flowhost.Unavailable):
        site.push("metadata_modify")
    with pytest.raises(flowhost.Unavailable):
        sweep(site)
    site.library.fails = False

    sweep(site)

    assert site.library.items_with_access_from("rule:rule") == []


def test_conditions_hold_for_the_item_as_it_is(site: Any) -> None:
    add_many(site, 2)
    site.library.change("VX-2", desk="news")
    site.rule(FRESH, when=["item.fields['desk'] == 'news'"])

    assert sweep(site).started == 1
    assert site.reasons("VX-1")[-1] == (
        "item.fields['desk'] == 'news' does not hold: item.fields['desk'] = ''"
    )
    assert site.decisions("VX-1")[0].trigger == "sweep"


def test_a_rule_without_such_a_trigger_or_suspended_is_not_swept(site: Any) -> None:
    add_many(site, 1)
    site.rule(Signal("item_create", "new-item"), name="signal")
    site.rule(FRESH)
    site.journal.change_deployment("rule", suspended=True)

    assert sweep(site, "signal") == SweepResult("signal")
    assert sweep(site) == SweepResult("rule")


def test_a_collection_is_swept(site: Any) -> None:
    add_many(site, 3)
    site.library.collect("News", "VX-2", "VX-3")
    site.rule(InCollection("News"))
    assert sweep(site).started == 2
    site.finish()
    site.library.give_out("News", "VX-2")

    assert sweep(site).unmatched == 1


def test_several_triggers_find_an_item_once(site: Any) -> None:
    add_many(site, 3)
    site.library.collect("News", "VX-1", "VX-2")
    site.rule(FRESH, InCollection("News"))

    assert sweep(site) == SweepResult("rule", found=3, started=3)
    site.finish()
    site.library.give_out("News", "VX-1")
    site.library.change("VX-2", state="old")
    assert sweep(site).unmatched == 0
    site.library.change("VX-1", state="old")
    assert sweep(site).unmatched == 1


class TestDistributions:
    def test_items_are_started_for_which_something_is_to_be_done(self, site: Any, planning: Any) -> None:
        add_many(site, 3)
        planning.wanted = {"VX-1": "copy", "VX-3": "copy"}
        site.rule(Distribution(("original",)), steps=[MOVE], actions=[planning])

        assert sweep(site) == SweepResult("rule", found=2, started=2)
        site.finish()
        planning.wanted = {"VX-3": "copy"}
        assert sweep(site) == SweepResult("rule", found=1, unmatched=1)

    def test_one_that_cannot_be_judged_does_not_hold_up_the_others(self, site: Any, planning: Any) -> None:
        add_many(site, 3)
        planning.wanted = dict.fromkeys(("VX-1", "VX-2", "VX-3"), "copy")
        site.rule(Distribution(("original",)), steps=[MOVE], actions=[planning])
        site.matcher.sweep(site.deployed())
        site.finish()
        site.journal.clear("rule", "VX-3")
        planning.broken = {"VX-1": "there is no value for ${title}"}

        result = sweep(site)

        assert (result.started, result.unmatched) == (1, 0)
        assert result.issue == "The sweep failed: there is no value for ${title}"
        assert site.deployed().deployment.issue == result.issue
        assert site.reasons("VX-1")[-1] == "there is no value for ${title}"
        planning.broken = {}
        sweep(site)
        assert site.deployed().deployment.issue == ""

    def test_a_rule_without_the_step_is_told(self, site: Any) -> None:
        add_many(site, 1)
        site.rule(Distribution(("original",)))

        assert "has no step 'move-copy-files'" in sweep(site).issue


class TestFailures:
    def test_a_search_that_is_gone_forgets_nothing(self, site: Any) -> None:
        add_many(site, 1)
        site.library.save("Fresh", "state=fresh")
        site.rule(SavedSearch("Fresh"))
        sweep(site)
        site.finish()
        site.library.unsave("Fresh")

        result = sweep(site)

        assert result.issue == "The sweep failed: there is no saved search 'Fresh'"
        assert site.state() == "handled"
        assert site.deployed().deployment.issue == result.issue
        site.library.save("Fresh", "state=fresh")
        assert sweep(site).issue == ""
        assert site.deployed().deployment.issue == ""

    def test_a_query_that_cannot_be_read_is_told(self, site: Any) -> None:
        site.rule(SavedSearch("state=?", is_query=True))

        assert sweep(site).issue == "The sweep failed: 1:7: the query 'state=?' cannot be read"

    def test_another_issue_of_the_rule_stays(self, site: Any) -> None:
        site.rule(FRESH)
        site.journal.change_deployment("rule", issue="revision 2 cannot be run")

        sweep(site)

        assert site.deployed().deployment.issue == "revision 2 cannot be run"

    def test_a_library_that_is_down_changes_nothing(self, site: Any) -> None:
        add_many(site, 1)
        site.rule(FRESH)
        sweep(site)
        site.finish()
        site.library.down = True

        with pytest.raises(flowhost.Unavailable):
            sweep(site)
        assert site.state() == "handled"


class TestBrake:
    def test_more_matches_than_may_start_unasked_wait(self, site: Any) -> None:
        add_many(site, 4)
        site.rule(FRESH, max_matches=3)

        assert sweep(site) == SweepResult("rule", found=4, held=4)
        assert site.deployed().deployment.held == 4
        assert site.journal.runs() == []
        assert site.reasons("VX-1")[-1] == "4 new matches, 3 may start unasked; they wait to be approved"

    def test_as_many_as_may_start_do(self, site: Any) -> None:
        add_many(site, 3)
        site.rule(FRESH, max_matches=3)

        assert sweep(site) == SweepResult("rule", found=3, started=3)
        add_many(site, 3, start=4)
        assert sweep(site).started == 3

    def test_once_approved_all_start_and_none_was_missed(self, site: Any) -> None:
        add_many(site, 4)
        site.rule(FRESH, max_matches=3)
        sweep(site)
        site.clock.advance(30)
        site.journal.change_deployment("rule", approved=site.clock.now() + timedelta(hours=1))

        assert sweep(site) == SweepResult("rule", found=4, started=4)
        assert site.deployed().deployment.held == 0

    def test_an_approval_is_over_at_its_end(self, site: Any) -> None:
        add_many(site, 4)
        site.rule(FRESH, max_matches=3)
        site.journal.change_deployment("rule", approved=site.clock.now())

        assert sweep(site).held == 4

    def test_matches_that_go_away_are_not_held_any_more(self, site: Any) -> None:
        add_many(site, 4)
        site.rule(FRESH, max_matches=3)
        sweep(site)
        site.library.remove("VX-1")

        assert sweep(site).started == 3
        assert site.deployed().deployment.held == 0

    def test_only_what_would_start_counts(self, site: Any) -> None:
        add_many(site, 4)
        site.library.change("VX-1", desk="news")
        site.rule(FRESH, max_matches=1, when=["item.has('desk')"])

        assert sweep(site) == SweepResult("rule", found=4, started=1)

    def test_notifications_do_not_go_round_it(self, site: Any) -> None:
        add_many(site, 9)
        site.rule(FRESH, max_matches=2)
        assert site.push(item="VX-1") == []
        assert site.reasons()[-1] == "the first sweep has not counted the matches yet"
        assert sweep(site).held == 9
        assert site.push(item="VX-1") == []
        assert site.reasons()[-1] == "9 matches wait to be approved"

    def test_between_two_sweeps_notifications_start_as_many_as_one_sweep_may(self, site: Any) -> None:
        site.rule(FRESH, max_matches=2)
        sweep(site)
        site.clock.advance(1)
        add_many(site, 4)

        started = [bool(site.push(item=f"VX-{one}")) for one in range(1, 5)]

        assert started == [True, True, False, False]
        assert site.reasons("VX-3")[-1] == (
            "2 runs since the sweep at 00:00:00 UTC, 2 may start unasked; the next sweep counts"
        )
        site.finish()
        assert sweep(site).started == 2

    def test_once_approved_notifications_start_runs_too(self, site: Any) -> None:
        add_many(site, 1)
        site.rule(FRESH, max_matches=0)
        site.journal.change_deployment("rule", approved=site.clock.now() + timedelta(hours=1))

        assert len(site.push()) == 1
