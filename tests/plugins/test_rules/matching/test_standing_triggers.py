"""Saved searches, collections and distributions, when something tells that an item changed."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.rule import Distribution, InCollection, SavedSearch, Signal, StepSpec

FRESH = SavedSearch("state=fresh", is_query=True)
MOVE = StepSpec("move-copy-files", {"formats": ["original"]})


def test_an_item_is_handled_once_as_long_as_it_matches(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)

    (run,) = site.push("metadata_modify", user="eva")
    assert run.cause.trigger == "saved-search"
    assert run.cause.variables == {"itemId": "VX-1"}
    assert run.cause.event["data"]["user"] == "eva"
    assert site.push("metadata_modify") == []
    assert site.reasons()[-1] == "the rule is at this item"
    site.finish(run)

    assert site.push("metadata_modify") == []
    assert site.reasons()[-1] == "the rule has handled this item"


def test_an_item_that_stops_matching_is_new_again_and_loses_its_access(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)
    site.finish(*site.push())
    site.library.grant_access("VX-1", flowhost.AccessEntry("news"), origin="rule:rule")
    site.library.grant_access("VX-1", flowhost.AccessEntry("news"), origin="rule:other")

    site.library.change("VX-1", state="old")
    assert site.push("metadata_modify") == []
    assert site.state() == "unmatched"
    assert site.library.items_with_access_from("rule:rule") == []
    assert site.library.items_with_access_from("rule:other") == ["VX-1"]
    assert site.reasons()[-1] == "the query 'state=fresh' does not find the item"

    site.library.change("VX-1", state="fresh")
    assert len(site.push("metadata_modify")) == 1


def test_an_item_that_is_deleted_does_not_match_any_more(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)
    site.finish(*site.push())
    site.library.remove("VX-1")

    assert site.push("item_delete") == []
    assert site.state() == "unmatched"


def test_a_run_under_way_keeps_its_item(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)
    site.push()
    site.library.change("VX-1", state="old")

    site.push("metadata_modify")

    assert site.state() == "processing"
    assert site.library.calls["withdraw_access"] == 0


def test_the_search_of_a_name_is_the_one_that_is_saved_now(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.library.save("Fresh clips", "state=old")
    site.rule(SavedSearch("Fresh clips"))
    assert site.push() == []

    site.library.save("Fresh clips", "state=fresh")
    assert len(site.push()) == 1


def test_a_search_that_is_gone_forgets_nothing(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.library.save("Fresh clips", "state=fresh")
    site.rule(SavedSearch("Fresh clips"))
    site.finish(*site.push())
    site.library.unsave("Fresh clips")

    assert site.push("metadata_modify") == []
    assert site.state() == "handled"
    assert site.reasons()[-1] == "there is no saved search 'Fresh clips'"


def test_a_collection_holds_as_long_as_the_item_is_in_it(site: Any) -> None:
    site.library.add("VX-1")
    site.library.collect("News", "VX-1")
    site.rule(InCollection("News"))

    (run,) = site.push("collection_item_add")
    assert run.cause.trigger == "collection"
    site.finish(run)
    site.library.give_out("News", "VX-1")
    site.push("collection_item_remove")

    assert site.state() == "unmatched"


def test_a_distribution_holds_as_long_as_its_action_would_do_something(site: Any, planning: Any) -> None:
    site.library.add("VX-1", title="Harbour")
    planning.wanted["VX-1"] = "copy F-1 to media2"
    site.rule(Distribution(("original",)), steps=[StepSpec("x"), MOVE], actions=[None, planning])

    (run,) = site.push("file_close")
    assert run.cause.trigger == "format-distribution"
    assert site.reasons()[1] == "copy F-1 to media2"
    context = planning.contexts[0]
    assert (context.item, context.rule, context.step) == ("VX-1", "rule", 2)
    assert context.tags["title"] == "Harbour"
    site.finish(run)
    planning.wanted.clear()
    site.push("file_close")

    assert site.state() == "unmatched"
    assert site.reasons()[-1] == "all files are where the rule wants them"


def test_a_distribution_that_nobody_can_judge_starts_and_forgets_nothing(site: Any, planning: Any) -> None:
    site.library.add("VX-1")
    planning.wanted["VX-1"] = "copy"
    site.rule(Distribution(("original",)), steps=[MOVE], actions=[planning])
    site.finish(*site.push())
    planning.broken["VX-1"] = "there is no storage 'media9'"

    assert site.push() == []
    assert site.reasons()[-1] == "there is no storage 'media9'"
    assert site.state() == "handled"


def test_the_step_of_its_own_formats_judges_a_distribution(site: Any, planning: Any) -> None:
    site.library.add("VX-1")
    planning.wanted["VX-1"] = "copy the lowres"
    other = type(planning)("move-copy-files")
    steps = [MOVE, StepSpec("move-copy-files", {"formats": "lowres"})]
    site.rule(Distribution(("lowres",)), steps=steps, actions=[other, planning])

    assert len(site.push()) == 1
    assert other.contexts == []


def test_one_of_several_searches_is_enough(site: Any) -> None:
    site.library.add("VX-1", state="fresh", desk="news")
    site.rule(FRESH, SavedSearch("desk=news", is_query=True))
    site.finish(*site.push())
    site.library.change("VX-1", state="old")

    site.push("metadata_modify")
    assert site.state() == "handled"
    site.library.change("VX-1", desk="sports")
    site.push("metadata_modify")

    assert site.state() == "unmatched"


def test_a_notification_starts_a_rule_again_though_its_search_had_the_item(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH, Signal("job_finish", "job"))
    site.finish(*site.push())

    (run,) = site.push("job_finish", id="1")
    site.finish(run)
    site.library.change("VX-1", state="old")
    (other,) = site.push("job_finish", id="2")  # it starts, and tells that the search is over

    assert (run.cause.trigger, other.cause.trigger) == ("job", "job")
    site.finish(other)
    site.push("metadata_modify")
    assert site.state() == "unmatched"


@pytest.mark.parametrize(
    "event",
    [
        flowhost.Event("file.settled", {"size": 5}, subject="VX-1"),
        flowhost.Event("job_update", {"itemId": "VX-1", "jobId": "J-1"}),
        flowhost.Event("storage_modify", {"storageId": "VX-1"}, subject="VX-1"),
        flowhost.Event("tick"),
    ],
)
def test_searches_are_not_looked_at_for_what_tells_nothing_about_an_item(
    site: Any, event: flowhost.Event
) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)

    assert site.matcher.event(event, site.rules) == []
    assert not site.library.calls


def test_a_suspended_rule_looks_at_nothing(site: Any) -> None:
    site.library.add("VX-1", state="fresh")
    site.rule(FRESH)
    site.journal.change_deployment("rule", suspended=True)

    assert site.push() == []
    assert not site.library.calls


def test_an_asset_system_that_does_not_search_is_told(site: Any) -> None:
    class Plain(flowhost.AssetSystem):
        name = "plain"

        def item(self, item_id: str) -> flowhost.Item:
            return flowhost.Item(item_id, title="x")

    site.library = Plain()
    site.new_matcher()
    site.rule(FRESH)
    site.rule(Signal("item_create", "new-item"), name="title", when=["item.title == 'x'", "not item.user"])

    assert [run.rule for run in site.push()] == ["title"]
    assert site.reasons()[-1] == "the asset system 'plain' neither searches nor manages media"


def test_a_plan_with_a_bug_holds_up_neither_other_rules_nor_the_sweep(
    site: Any, planning: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.library.add("VX-1")
    site.rule(Distribution(("original",)), steps=[MOVE], actions=[planning], priority=9)
    site.rule(Signal("item_create", "new-item"), name="other")
    monkeypatch.setattr(planning, "plan", lambda context: {}["no such key"])

    (run,) = site.push()

    assert run.rule == "other"
    assert site.reasons()[-1] == "what it would do cannot be told: KeyError('no such key')"
    assert "no such key" in site.matcher.sweep(site.deployed()).issue
    assert "cannot tell what it would do" in caplog.text
