"""A draft of a rule, tried on what did happen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.matching import DeployedRule, Replayed, replay
from flowhost_plugins.rules.records import Deployment
from flowhost_plugins.rules.rule import Distribution, Rule, SavedSearch, Schedule, Signal, StepSpec

NEW = Signal("item_create", "new-item")
TITLE = StepSpec("set-metadata", {"fields": {"title": "${title} (new)", "tags": ["a", "${mediaType}"]}})


def draft(
    *triggers: Any, when: tuple[str, ...] = (), steps: Any = (TITLE,), actions: Any = ()
) -> DeployedRule:
    conditions = tuple(flowhost.Expression(one) for one in when)
    rule = Rule("draft", triggers, tuple(steps), conditions=conditions)
    return DeployedRule(rule, Deployment("draft", 0, datetime.fromtimestamp(0).astimezone()), tuple(actions))


def tried(
    site: Any, one: DeployedRule, other: DeployedRule | None = None, since: Any = None
) -> list[Replayed]:
    site.matcher.flush()
    return list(replay(site.journal, site.library, one, other, since or site.clock.now() - timedelta(days=7)))


class _Failing:
    """An action that needs a tag."""

    def __init__(self, text: flowhost.Template) -> None:
        self._text = text

    def plan(self, context: flowhost.Context) -> str:
        return self._text.render(context.tags)


def test_each_event_that_matches_tells_what_would_be_done(site: Any) -> None:
    site.library.add("VX-1", title="Harbour")
    site.push("item_create", id="1")
    site.push("item_delete", id="2")

    (found,) = tried(site, draft(NEW))

    assert (found.event.type, found.item, found.deployed) == ("item_create", "VX-1", None)
    assert found.draft.starts
    (step,) = found.draft.steps
    assert (step.number, step.action, step.taken) == (1, "set-metadata", True)
    assert step.does == "fields: {title: Harbour (new), tags: [a, video]}"


def test_nothing_is_started_or_written(site: Any) -> None:
    site.library.add("VX-1", title="Harbour", state="old")
    site.rule(SavedSearch("state=old", is_query=True))
    site.finish(*site.push("item_create", id="1"))
    site.library.change("VX-1", state="new")
    site.matcher.flush()
    before = (site.journal.stamp(), site.journal.runs(), site.state(), site.decisions())

    tried(site, draft(SavedSearch("state=old", is_query=True)), site.deployed())

    assert (site.journal.stamp(), site.journal.runs(), site.state(), site.decisions()) == before
    assert site.library.calls["withdraw_access"] == 0


def test_an_action_that_can_plan_does(site: Any, planning: Any) -> None:
    site.library.add("VX-1", title="Harbour")
    planning.wanted["VX-1"] = "copy F-1 to media2"
    site.push(id="1", by="eva")

    (found,) = tried(site, draft(NEW, steps=[StepSpec("move-copy-files")], actions=[planning]))

    assert found.draft.steps[0].does == "copy F-1 to media2"
    (context,) = planning.contexts
    assert context.variables["by"] == "eva"
    assert (context.item, context.step, context.tags["title"]) == ("VX-1", 1, "Harbour")


def test_a_plan_that_fails_is_told(site: Any, planning: Any) -> None:
    site.library.add("VX-1")
    planning.broken["VX-1"] = "there is no storage 'media9'"
    site.push(id="1")
    steps = [StepSpec("move-copy-files"), TITLE, StepSpec("stop")]

    (found,) = tried(site, draft(NEW, steps=steps, actions=[planning, None, None]))

    first, second, third = found.draft.steps
    assert (first.taken, first.does) == (False, "would fail: there is no storage 'media9'")
    assert not second.taken and "title" in second.does
    assert (third.taken, third.does) == (True, "")


def test_a_step_whose_condition_does_not_hold_is_not_taken(site: Any) -> None:
    site.library.add("VX-1", title="x")
    site.push(id="1")
    when = flowhost.Expression("item.mediaType == 'audio'")

    (found,) = tried(site, draft(NEW, steps=[StepSpec("a", {"x": 1}, when), StepSpec("b", {"x": 1})]))

    assert [(step.taken, step.does) for step in found.draft.steps] == [
        (False, "item.mediaType == 'audio' does not hold: item.mediaType = 'video'"),
        (True, "x: 1"),
    ]


def test_the_deployed_revision_stands_beside_the_draft(site: Any) -> None:
    site.library.add("VX-1", title="Harbour")
    site.library.add("VX-2", title="Other", media_type="audio")
    site.push(id="1")
    site.push(item="VX-2", id="2")
    deployed = site.rule(NEW, when=["item.mediaType == 'audio'"], suspended=True)
    site.journal.change_deployment("rule", suspended=True)

    first, second = tried(site, draft(NEW, when=("item.title == 'Harbour'",)), site.deployed())

    assert (first.draft.starts, first.deployed.starts) == (True, False)
    assert (second.draft.starts, second.deployed.starts) == (False, True)
    assert second.draft.checks[-1].reason.endswith("does not hold: item.title = 'Other'")
    assert second.draft.steps == ()
    assert deployed.name == "rule"


def test_a_step_that_would_fail_in_both_is_no_difference_wherever_it_stands(site: Any) -> None:
    site.library.add("VX-1")
    site.push(id="1")
    place, other = flowhost.Place("draft.yaml", 7), flowhost.Place("<draft, revision 1>", 9)
    steps = [
        StepSpec("wait", {"for": flowhost.Template("${nothing}", one)}, place=one) for one in (place, other)
    ]
    failing = [_Failing(step.parameters["for"]) for step in steps]

    (found,) = tried(
        site,
        draft(NEW, steps=[steps[0]], actions=[failing[0]]),
        draft(NEW, steps=[steps[1]], actions=[failing[1]]),
    )

    assert found.draft == found.deployed
    assert found.draft.steps[0].does.startswith("would fail: there is no value for ${nothing}")


def test_only_one_of_them_may_be_concerned(site: Any) -> None:
    site.library.add("VX-1", title="x")
    site.push("item_create", id="1")
    site.push("item_delete", id="2")
    site.rule(Signal("item_delete"))

    first, second = tried(site, draft(NEW), site.deployed())

    assert (first.draft is not None, first.deployed) == (True, None)
    assert (second.draft, second.deployed is not None) == (None, True)


def test_a_search_has_each_item_once_as_long_as_it_matches(site: Any) -> None:
    site.library.add("VX-1", title="x", state="fresh")
    for number in range(3):
        site.push("metadata_modify", id=str(number))

    assert len(tried(site, draft(SavedSearch("state=fresh", is_query=True)))) == 1
    assert tried(site, draft(SavedSearch("state=old", is_query=True))) == []


def test_only_events_since_then_and_as_they_were(site: Any) -> None:
    site.library.add("VX-1", title="x")
    site.push(id="1")
    site.matcher.flush()
    site.clock.advance(3600)
    since = site.clock.now()
    site.push(id="2")
    site.clock.advance(3600)

    (found,) = tried(site, draft(NEW, when=("now == event.time",)), since=since)

    assert (found.event.id, found.event.time, found.draft.starts) == ("2", since, True)


def test_many_events_are_read_in_pages(site: Any) -> None:
    for number in range(2100):
        site.push("item_create", item=f"VX-{number}", id=str(number))

    assert len(tried(site, draft(NEW, steps=[StepSpec("stop")]))) == 2100


def test_a_distribution_and_a_schedule(site: Any, planning: Any) -> None:
    site.library.add("VX-1")
    planning.wanted["VX-1"] = "copy"
    site.push(id="1")
    steps = [StepSpec("move-copy-files", {"formats": ["original"]})]

    (found,) = tried(
        site, draft(Distribution(("original",)), Schedule(every=60), steps=steps, actions=[planning])
    )

    assert found.draft.checks[1].reason == "copy"
    assert [step.does for step in found.draft.steps] == ["copy"]


def test_a_library_that_is_down_is_told(site: Any) -> None:
    site.push(id="1")
    site.library.down = True

    with pytest.raises(flowhost.Unavailable):
        tried(site, draft(NEW))
