"""Why a rule does or does not start a run for an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.matching import Explanation
from flowhost_plugins.rules.rule import (
    Breaker,
    Distribution,
    FromSource,
    Manual,
    Quota,
    SavedSearch,
    Schedule,
    Signal,
    StepSpec,
    Trigger,
    Window,
)

FRESH = SavedSearch("state=fresh AND desk=news", is_query=True)
NEW = Signal("item_create", "new-item", variables={"by": "e*"})


def outcome(explanation: Explanation) -> list[tuple[str, bool | None]]:
    return [(check.what, check.held) for check in explanation.checks]


def reason(explanation: Explanation, what: str) -> str:
    return next(check.reason for check in explanation.checks if check.what == what)


def test_everything_is_looked_at_and_nothing_is_changed(site: Any) -> None:
    site.library.add("VX-1", state="fresh", desk="news", title="Harbour")
    rule = {"settle": 60, "windows": (Window(start=time(22), end=time(23)),), "quota": Quota(5, 60)}
    site.rule(FRESH, when=["item.title == 'Harbour'", "item.mediaType == 'audio'"], max_matches=5, **rule)
    before = (site.journal.stamp(), site.journal.items("rule"), site.journal.runs())

    explanation = site.explain()

    assert outcome(explanation) == [
        ("rule", True),
        ("trigger", True),
        ("condition", True),
        ("condition", False),
        ("settle", False),
        ("ledger", True),
        ("guard", True),
        ("approval", False),
        ("window", False),
        ("quota", True),
        ("breaker", True),
        ("concurrency", True),
    ]
    assert explanation.blocked_by.reason == (
        "item.mediaType == 'audio' does not hold: item.mediaType = 'video'"
    )
    assert (site.journal.stamp(), site.journal.items("rule"), site.journal.runs()) == before
    assert site.decisions() == []
    assert explanation.now


def test_a_search_tells_each_of_its_conditions(site: Any) -> None:
    site.library.add("VX-1", state="old", desk="news")
    site.rule(FRESH)

    explanation = site.explain()

    assert explanation.blocked_by.reason == "the query 'state=fresh AND desk=news' does not find the item"
    (finding,) = explanation.findings
    assert [(part.condition, part.held, part.actual) for part in finding.parts] == [
        ("state=fresh", False, ("old",)),
        ("desk=news", True, ("news",)),
    ]


def test_nothing_blocks_it(site: Any) -> None:
    site.library.add("VX-1", state="fresh", desk="news")
    site.rule(FRESH)

    assert site.explain().blocked_by is None


def test_the_ledger_tells_what_became_of_the_item(site: Any) -> None:
    site.library.add("VX-1", state="fresh", desk="news")
    site.rule(FRESH)
    (run,) = site.push()
    explanation = site.explain()
    assert explanation.run == run
    assert explanation.blocked_by.reason == (
        f"the rule is at this item (since 2026-01-01 00:00:00 UTC; run {run.id} is pending)"
    )

    site.finish(run, state="failed")

    assert reason(site.explain(), "ledger") == (
        "the rule failed at this item; clear it to have it tried again"
        f" (since 2026-01-01 00:00:00 UTC; run {run.id} is failed; it failed)"
    )


def test_a_rule_that_waits_for_something_is_not_blocked_by_what_it_did(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(NEW)
    site.finish(*site.push(by="eva", id="1"))

    explanation = site.explain()

    assert explanation.blocked_by is None
    assert "the rule has handled this item" in reason(explanation, "ledger")


def test_the_newest_event_is_what_the_conditions_are_tried_on(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(NEW, when=["event.data['by'] == 'eva'"])
    assert site.explain().blocked_by.reason == (
        "it waits for item_create; none came for this item within 7 days"
    )
    site.push(by="olga", id="1")
    assert reason(site.explain(), "trigger") == (
        "it waits for item_create; of the one that came at 2026-01-01 00:00:00 UTC by is 'olga', expected 'e*'"
    )
    site.clock.advance(60)
    site.push(by="erik", id="2")

    explanation = site.explain()

    assert reason(explanation, "trigger") == "item_create came at 2026-01-01 00:01:00 UTC"
    assert explanation.blocked_by.reason.endswith("does not hold: event.data['by'] = 'erik'")


def test_the_mark_of_the_newest_event_is_looked_at(site: Any) -> None:
    site.rule(Signal("item_create", "new-item"))
    (run,) = site.push(id="1")
    site.push(id="2", mark=str(run.id))

    assert site.explain().blocked_by.what == "guard"


def test_one_of_several_triggers_is_enough(site: Any) -> None:
    site.library.add("VX-1", state="fresh", desk="news")
    site.rule(NEW, FRESH, Manual())

    explanation = site.explain()

    assert outcome(explanation)[1:4] == [("trigger", None), ("trigger", True), ("trigger", None)]
    assert explanation.blocked_by is None
    assert reason(explanation, "trigger").endswith("within 7 days; another trigger is enough")


def test_an_event_of_a_source(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(FromSource(type="x.*", when=flowhost.Expression("event.data['size'] > 5")))
    event = flowhost.Event("x.y", {"size": 5}, subject="VX-1", time=site.clock.now())
    site.matcher.event(event, site.rules)

    assert site.explain().blocked_by.reason.endswith(
        "event.data['size'] > 5 does not hold: event.data['size'] = 5"
    )


def test_a_schedule_tells_when_it_comes_and_whether_its_query_finds_the_item(site: Any) -> None:
    site.library.add("VX-1", state="old")
    site.rule(Schedule(cron="0 2 * * *", query="state=fresh"))

    explanation = site.explain()

    assert explanation.blocked_by.reason == (
        "its next time is 2026-01-01 02:00:00 UTC; the query 'state=fresh' does not find the item"
    )
    assert explanation.findings[0].condition == "state=fresh"


@pytest.mark.parametrize(
    "trigger", [FRESH, Schedule(every=60, query=FRESH.search)], ids=["search", "schedule"]
)
def test_an_item_that_searches_leave_out_is_told_so(
    site: Any, trigger: Trigger, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.library.add("VX-1", state="fresh", desk="news")
    site.rule(trigger)
    monkeypatch.setattr(site.library, "matches", lambda query, item: False)  # as in a recycle bin

    explanation = site.explain()

    assert explanation.blocked_by.reason.endswith(
        "does not find the item though its conditions hold: the library leaves it out of searches"
    )
    assert explanation.findings[0].held


def test_an_event_whose_item_the_rule_works_out_is_known_by_its_run(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(FromSource(item=flowhost.Expression("event.data['id']")))
    assert reason(site.explain(), "trigger") == (
        "it waits for an event; none came for this item within 7 days"
    )
    event = flowhost.Event("x.y", {"id": "VX-1"}, time=site.clock.now())
    site.finish(*site.matcher.event(event, site.rules))

    explanation = site.explain()

    assert explanation.blocked_by is None
    assert reason(explanation, "trigger") == "an event came at 2026-01-01 00:00:00 UTC"


def test_a_rule_that_is_started_by_hand_is_blocked_while_it_is_at_the_item(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Manual())
    run = site.start()

    assert site.explain().blocked_by.what == "ledger"
    assert site.start() == "processing"
    site.finish(run)
    assert site.explain().blocked_by is None


def test_a_distribution_tells_what_is_to_be_done(site: Any, planning: Any) -> None:
    site.library.add("VX-1")
    planning.wanted["VX-1"] = "copy F-1 to media2"
    steps = [StepSpec("move-copy-files", {"formats": ["original"]})]
    site.rule(Distribution(("original",)), steps=steps, actions=[planning])

    assert reason(site.explain(), "trigger") == "copy F-1 to media2"


def test_an_item_that_is_not_there(site: Any) -> None:
    site.rule(FRESH, settle=5, when=["item.title"])

    explanation = site.explain("VX-404")

    assert explanation.blocked_by.reason == "there is no item VX-404"


def test_a_breaker_and_concurrency_are_told(site: Any) -> None:
    site.rule(Signal("item_create", "new-item"), breaker=Breaker(1, 600), max_concurrency=1)
    site.finish(*site.push(id="1"), state="failed")
    site.push(item="VX-2", id="2")
    site.journal.claim("me", number=1, total=1, per_rule={})

    explanation = site.explain()

    assert explanation.blocked_by.what == "breaker"
    assert reason(explanation, "concurrency") == "1 of at most 1 runs are under way"


class TestYesterday:
    def decide(self, site: Any, states: Sequence[str]) -> None:
        for state in states:
            site.library.change("VX-1", state=state)
            site.push("metadata_modify")
            site.clock.advance(3600)

    def test_what_was_decided_then_is_told(self, site: Any) -> None:
        site.library.add("VX-1", desk="news")
        site.rule(FRESH, when=["item.title == 'x'"])
        self.decide(site, ["old", "old", "fresh"])
        start = site.clock.now() - timedelta(hours=3)
        site.clock.advance(86400)

        explanation = site.explain(at=start + timedelta(minutes=90))

        assert not explanation.now
        assert explanation.blocked_by.what == "trigger"
        assert [decision.times for decision in explanation.decisions] == [1, 2]
        later = site.explain(at=start + timedelta(minutes=150))
        assert later.blocked_by.what == "condition"

    def test_a_run_that_was_started_then_is_told(self, site: Any) -> None:
        site.library.add("VX-1", state="fresh", desk="news")
        site.rule(FRESH)
        (run,) = site.push()
        at = site.clock.now() + timedelta(minutes=1)
        site.finish(run)
        site.clock.advance(86400)
        site.library.remove("VX-1")

        explanation = site.explain(at=at)

        assert explanation.blocked_by is None
        assert explanation.run.id == run.id
        assert not site.library.calls["finding"]

    def test_before_anything_was_decided_nothing_is_known(self, site: Any) -> None:
        site.rule(FRESH)

        explanation = site.explain(at=site.clock.now() - timedelta(days=3))

        assert (explanation.checks, explanation.decisions, explanation.run) == ((), (), None)

    def test_the_last_decision_before_a_quiet_time_is_told(self, site: Any) -> None:
        site.library.add("VX-1", desk="news")
        site.rule(FRESH)
        self.decide(site, ["old"])
        site.clock.advance(5 * 86400)

        explanation = site.explain(at=site.clock.now())

        assert explanation.blocked_by.what == "trigger"
        assert len(explanation.decisions) == 1
