"""Schedules start their items once each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.matching import ScheduleResult
from flowhost_plugins.rules.rule import Schedule

NIGHTLY = Schedule(cron="0 2 * * *", query="state=fresh")


def fire(site: Any) -> list[ScheduleResult]:
    due = site.matcher.due_schedules(site.rules, site.clock.now())
    return [site.matcher.schedule(deployed, trigger) for deployed, trigger in due]


def add(site: Any, number: int) -> None:
    for one in range(1, number + 1):
        site.library.add(f"VX-{one}", state="fresh")


def test_a_schedule_starts_every_item_its_query_finds(site: Any) -> None:
    add(site, 2)
    site.library.add("VX-9", state="old")
    site.rule(NIGHTLY)
    assert fire(site) == []  # it is known from now on
    site.clock.set(datetime(2026, 1, 1, 1, 59, 59, tzinfo=UTC))
    assert fire(site) == []

    site.clock.advance(1)

    assert fire(site) == [ScheduleResult("rule", started=2)]
    assert {run.item for run in site.journal.runs()} == {"VX-1", "VX-2"}
    assert site.journal.runs()[0].cause.trigger == "schedule"
    assert fire(site) == []


def test_a_schedule_without_query_is_about_no_item(site: Any) -> None:
    site.rule(Schedule(every=60))
    fire(site)
    site.clock.advance(60)

    assert fire(site) == [ScheduleResult("rule", started=1)]
    assert site.journal.runs()[0].item is None
    site.finish()
    site.clock.advance(60)
    assert fire(site) == [ScheduleResult("rule", started=1)]


@pytest.mark.parametrize(
    "schedule", [Schedule(every=60), Schedule(cron="*/5 * * * *"), Schedule(cron="0 3 * * mon")]
)
@pytest.mark.parametrize("away", [timedelta(hours=5), timedelta(days=3), timedelta(days=400)])
def test_times_that_were_missed_are_made_up_for_once(site: Any, schedule: Schedule, away: timedelta) -> None:
    site.rule(schedule)
    fire(site)
    site.clock.advance(away.total_seconds())
    site.new_matcher()

    started = [len(fire(site)) for _ in range(3)]

    came = schedule.cron != "0 3 * * mon" or away.days > 5
    assert started == [int(came), 0, 0]


def test_the_newest_time_that_was_missed_is_told(site: Any) -> None:
    site.rule(Schedule(cron="0 2 * * *"))
    fire(site)
    site.clock.advance(10 * 86400)
    fire(site)

    assert site.reasons(item="")[1] == "its time came at 2026-01-10 02:00:00 UTC"


def test_two_hosts_start_nothing_twice(site: Any) -> None:
    add(site, 2)
    site.rule(NIGHTLY)
    fire(site)
    site.clock.advance(3 * 3600)
    ((deployed, trigger),) = site.matcher.due_schedules(site.rules, site.clock.now())
    before = site.journal.fact("schedule/rule/0 2 * * */UTC/state=fresh")
    assert site.matcher.schedule(deployed, trigger).started == 2
    site.journal.put_fact("schedule/rule/0 2 * * */UTC/state=fresh", before)  # the other host was as far

    site.finish()

    assert site.matcher.schedule(deployed, trigger) == ScheduleResult("rule")
    assert len(site.journal.runs()) == 2


def test_a_crash_before_the_end_starts_the_rest_at_the_next_start(site: Any) -> None:
    add(site, 3)
    site.rule(NIGHTLY)
    fire(site)
    site.clock.advance(3 * 3600)
    site.library.page = 1

    def crash() -> None:
        raise flowhost.Unavailable("gone")

    reads = iter([lambda: None, crash])
    site.library.read_page = lambda: next(reads)()
    with pytest.raises(flowhost.Unavailable):
        fire(site)
    site.library.read_page = lambda: None
    site.new_matcher()

    fire(site)

    assert sorted(run.item for run in site.journal.runs()) == ["VX-1", "VX-2", "VX-3"]


def test_conditions_hold_for_each_item(site: Any) -> None:
    add(site, 2)
    site.library.change("VX-2", desk="news")
    site.rule(NIGHTLY, when=["item.has('desk')"])
    fire(site)
    site.clock.advance(3 * 3600)

    assert fire(site) == [ScheduleResult("rule", started=1)]
    assert site.reasons("VX-1")[-1] == "item.has('desk') does not hold: item.has('desk') = False"


def test_what_comes_while_a_rule_is_suspended_is_passed_over(site: Any) -> None:
    site.rule(Schedule(cron="0 2 * * *"))
    fire(site)
    site.journal.change_deployment("rule", suspended=True)
    site.clock.advance(5 * 86400)
    assert fire(site) == []
    site.journal.change_deployment("rule", suspended=False)

    assert fire(site) == []
    site.clock.advance(86400)
    assert len(fire(site)) == 1


def test_too_many_matches_wait_until_they_are_approved(site: Any) -> None:
    add(site, 3)
    site.rule(NIGHTLY, max_matches=2)
    fire(site)
    site.clock.advance(3 * 3600)

    assert fire(site) == [ScheduleResult("rule", held=3)]
    assert fire(site) == []
    assert site.deployed().deployment.held == 3
    site.journal.change_deployment("rule", approved=site.clock.now() + timedelta(hours=1))
    assert fire(site) == [ScheduleResult("rule", started=3)]
    assert fire(site) == []
    assert site.deployed().deployment.held == 0


def test_a_query_that_cannot_be_read_is_told_once_each_time(site: Any) -> None:
    site.rule(Schedule(cron="0 2 * * *", query="state=?"))
    fire(site)
    site.clock.advance(3 * 3600)

    assert fire(site) == [ScheduleResult("rule", issue="1:7: the query 'state=?' cannot be read")]
    assert fire(site) == []
    site.clock.advance(86400)
    assert len(fire(site)) == 1


def test_a_saved_search_is_as_it_is_saved_when_its_time_comes(site: Any) -> None:
    add(site, 2)
    site.library.save("Nightly", "state=old")
    site.rule(Schedule(every=60, search="Nightly"))
    fire(site)
    site.library.save("Nightly", "state=fresh")
    site.clock.advance(60)

    assert fire(site) == [ScheduleResult("rule", started=2)]
    assert "the saved search 'Nightly' finds the item" in site.explain().checks[1].reason
    site.library.unsave("Nightly")
    site.clock.advance(60)
    assert fire(site) == [ScheduleResult("rule", issue="there is no saved search 'Nightly'")]
    assert site.explain().blocked_by.reason == "there is no saved search 'Nightly'"


def test_rules_fire_in_the_order_of_their_priority(site: Any) -> None:
    for name, priority in (("low", 0), ("high", 5)):
        site.rule(Schedule(every=60), name=name, priority=priority)
    fire(site)
    site.clock.advance(60)

    assert [result.rule for result in fire(site)] == ["high", "low"]
