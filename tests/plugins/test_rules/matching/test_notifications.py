"""Notifications, and events of any source, start runs."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.rule import FromSource, Signal


def test_a_notification_starts_a_run_of_the_rule_that_waits_for_it(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Signal("item_create", "new-item"))

    (run,) = site.push("item_create", id="7", type_of="x")

    assert (run.rule, run.revision, run.item, run.state) == ("rule", 1, "VX-1", "pending")
    assert run.cause.trigger == "new-item"
    assert run.cause.variables == {"itemId": "VX-1", "type_of": "x", "signal_name": "item_create"}
    assert run.cause.event["type"] == "item_create" and run.cause.event["id"] == "7"
    assert not run.cause.swept
    assert site.push("item_delete") == []


def test_one_event_of_several_names_is_found_by_each(site: Any) -> None:
    site.rule(Signal("job_stop", "job"))

    (run,) = site.push("job_finish", headers={"notifications": "job_finish, job_stop"}, jobId="J-1")

    assert run.cause.variables["signal_name"] == "job_stop"


def test_an_event_that_comes_twice_starts_once(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Signal("item_create", "new-item"))
    assert len(site.push(id="7")) == 1

    site.new_matcher()

    assert site.push(id="7") == []
    assert site.reasons()[-1] == "this event has started the rule for this item already"
    assert len(site.push(id="8")) == 1


@pytest.mark.parametrize(
    ("told", "starts"),
    [
        ({"type": "TRANSCODE", "status": "FINISHED"}, True),
        ({"type": "TRANSCODE", "status": "FINISHED_WARNING"}, True),
        ({"type": "TRANSCODE", "status": "FAILED_TOTAL"}, False),
        ({"type": "transcode", "status": "FINISHED"}, False),
        ({"status": "FINISHED"}, False),
    ],
)
def test_variables_are_patterns_in_which_case_counts(site: Any, told: dict[str, str], starts: bool) -> None:
    wanted = {"type": "TRANSCODE", "status": "FINISHED*"}
    site.rule(Signal("job_finish", "job", variables=wanted))
    data = {"itemId": "VX-1", **told}

    runs = site.matcher.event(flowhost.Event("job_finish", data), site.rules)

    assert len(runs) == starts


@pytest.mark.parametrize(
    ("changed", "starts"), [("title", True), ("film/title,notes", True), ("subtitle", False), ("", False)]
)
def test_a_metadata_change_is_about_fields(site: Any, changed: str, starts: bool) -> None:
    site.rule(Signal("metadata_modify", "metadata-change", fields=("title",)))

    assert len(site.push("metadata_modify", fields=changed)) == starts


def test_a_field_of_a_group_is_meant_where_a_site_tells_no_groups(site: Any) -> None:
    site.rule(Signal("metadata_modify", "metadata-change", fields=("Film/title",)))
    assert site.push("metadata_modify", fields="title", fieldPaths="News/title") == []
    assert len(site.push("metadata_modify", fields="title", fieldPaths="Film/title,News/title")) == 1


def test_an_item_is_the_subject_unless_that_is_something_else(site: Any) -> None:
    site.rule(Signal("item_create", "new-item"))

    (run,) = site.matcher.event(flowhost.Event("item_create", {}, subject="VX-5"), site.rules)
    (other,) = site.matcher.event(
        flowhost.Event("item_create", {"collectionId": "VX-5"}, subject="VX-5"), site.rules
    )

    assert (run.item, other.item) == ("VX-5", None)


def test_rules_start_in_the_order_of_their_priority(site: Any) -> None:
    for name, priority in (("low", -1), ("b", 0), ("a", 0), ("high", 9)):
        site.rule(Signal("item_create", "new-item"), name=name, priority=priority)

    runs = site.push()

    assert [run.rule for run in runs] == ["high", "a", "b", "low"]
    assert [run.priority for run in runs] == [9, 0, 0, -1]


def test_several_triggers_of_one_rule_start_it_once(site: Any) -> None:
    site.rule(Signal("job_finish", "job"), Signal("job_stop", "job"))

    assert len(site.push("job_finish", headers={"notifications": "job_finish,job_stop"})) == 1


def test_runs_that_wait_for_the_job_are_due_when_it_has_ended(site: Any) -> None:
    site.rule(Signal("item_create", "new-item"))
    site.push()
    (run,) = site.journal.claim("me", number=9, total=9, per_rule={})
    site.journal.record(run, [], state="waiting", jobs=["J-1"])
    assert site.journal.claim("me", number=9, total=9, per_rule={}) == []

    site.push("job_update", item=None, jobId="J-1")
    assert site.journal.claim("me", number=9, total=9, per_rule={}) == []
    site.push("job_finish", item=None, jobId="J-1")

    assert [one.id for one in site.journal.claim("me", number=9, total=9, per_rule={})] == [run.id]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"suspended": True}, "the rule is suspended"),
        ({"trigger_deleted": True}, "its trigger was deleted; it can only be started by hand"),
        ({"deleted": True}, "the rule was deleted"),
    ],
)
def test_a_rule_that_does_not_react_starts_nothing_and_says_why(
    site: Any, change: dict[str, bool], reason: str
) -> None:
    site.rule(Signal("item_create", "new-item"))
    site.journal.change_deployment("rule", **change)

    assert site.push() == []
    assert site.decisions()[0].blocked_by.reason == reason


def test_a_condition_that_does_not_hold_is_told_with_its_values(site: Any) -> None:
    site.library.add("VX-1", media_type="audio", title="Harbour")
    site.rule(
        Signal("item_create", "new-item"),
        when=["item.title.startswith('Har')", "item.mediaType == 'video'", "item.user == 'x'"],
    )

    assert site.push() == []
    assert site.reasons() == [
        "revision 1 is deployed",
        "the notification item_create came",
        "item.title.startswith('Har') holds: item.title = 'Harbour'",
        "item.mediaType == 'video' does not hold: item.mediaType = 'audio'",
    ]


def test_equal_decisions_in_a_row_are_one(site: Any) -> None:
    site.library.add("VX-1", media_type="audio")
    site.rule(Signal("item_create", "new-item"), when=["item.mediaType == 'video'"])

    for _ in range(3):
        site.push()
        site.clock.advance(60)
    site.matcher.flush()
    site.push()

    (decision,) = site.decisions()
    assert decision.times == 4
    assert (decision.until - decision.since).total_seconds() == 180


def test_a_condition_that_cannot_be_worked_out_blocks_its_rule_alone(site: Any) -> None:
    site.rule(Signal("item_create", "new-item"), name="broken", when=["item.title == 'x'"])
    site.rule(Signal("item_create", "new-item"), name="wrong", when=["event.data['missing'] > 3"])
    site.rule(Signal("item_create", "new-item"), name="good")

    assert [run.rule for run in site.push()] == ["good"]
    assert "there is no item VX-1" in site.reasons(name="broken")[-1]
    assert "KeyError" in site.reasons(name="wrong")[-1]


def test_a_library_that_is_down_holds_up_only_rules_that_ask_it(site: Any) -> None:
    site.library.add("VX-1", title="x")
    site.rule(Signal("item_create", "new-item"), name="asks", when=["item.title == 'x'"], priority=5)
    site.rule(Signal("item_create", "new-item"), name="does not")
    site.library.down = True

    with pytest.raises(flowhost.Unavailable, match="the library is down"):
        site.push(id="1")
    assert [run.rule for run in site.journal.runs()] == ["does not"]
    site.library.down = False

    assert [run.rule for run in site.push(id="1")] == ["asks"]
    assert len(site.journal.runs()) == 2


def test_nothing_is_asked_of_the_library_for_conditions_about_the_event(site: Any) -> None:
    site.library.add("VX-1")
    site.rule(Signal("item_create", "new-item"), when=["event.data['itemId'] == 'VX-1'"])

    site.push()
    site.push("item_delete")

    assert not site.library.calls


def test_events_are_kept_with_their_items(site: Any) -> None:
    site.push("item_create", id="1")
    site.push("job_update", item=None, id="2")
    site.matcher.flush()

    kept = site.journal.events(since=site.clock.now())
    about = site.journal.events(since=site.clock.now(), item="VX-1")

    assert [event.type for _, event in kept] == ["item_create", "job_update"]
    assert [event.type for _, event in about] == ["item_create"]


def test_events_are_kept_soon_without_being_asked_for(site: Any) -> None:
    site.push("item_create", id="1")
    site.clock.advance(2)
    site.push("item_create", id="2")

    assert len(site.journal.events(since=site.clock.now().replace(year=2025))) == 2


def test_events_are_not_kept_when_nobody_wants_them(site: Any) -> None:
    site.new_matcher(keep_events=False)
    site.push("item_create", id="1")
    site.matcher.flush()

    assert site.journal.events(since=site.clock.now()) == []


def test_what_a_parser_made_of_an_event_may_be_anything(site: Any) -> None:
    site.rule(FromSource(item=flowhost.Expression("event.data['id']")))
    data = {"id": "VX-3", "when": site.clock.now(), 5: {"set": {1}}}

    (run,) = site.matcher.event(flowhost.Event("x", data, id="1"), site.rules)
    site.matcher.flush()

    assert run.item == "VX-3"
    assert run.cause.event["data"]["when"] == "2026-01-01 00:00:00+00:00"
    assert len(site.journal.events(since=site.clock.now())) == 1


def test_what_is_told_of_a_collection_is_not_kept_as_told_of_the_item_with_its_id(site: Any) -> None:
    for data in (
        {"collectionId": "VX-1"},
        {"collectionId": "VX-1", "itemId": "VX-2"},
        {"jobId": "VX-1", "item": "VX-1"},
    ):
        site.matcher.event(flowhost.Event("x", data, subject="VX-1", source="library"), site.rules)
    site.matcher.flush()

    def kept(item: str | None) -> int:
        return len(site.journal.events(since=site.clock.now(), item=item))

    assert (kept(None), kept("VX-1"), kept("VX-2")) == (3, 1, 1)


class TestSources:
    def test_type_and_source_are_patterns(self, site: Any) -> None:
        site.rule(FromSource(type="file.*", source="/in/*"))

        def started(kind: str, source: str) -> bool:
            return bool(site.matcher.event(flowhost.Event(kind, source=source), site.rules))

        assert started("file.settled", "/in/a")
        assert not started("tick", "/in/a")
        assert not started("file.settled", "/out")

    def test_a_condition_sees_the_event(self, site: Any) -> None:
        site.rule(FromSource(when=flowhost.Expression("event.data['size'] > 5")))

        assert site.matcher.event(flowhost.Event("x", {"size": 6}), site.rules)
        assert not site.matcher.event(flowhost.Event("x", {"size": 5}), site.rules)
        assert not site.matcher.event(flowhost.Event("x", {}), site.rules)

    def test_an_expression_names_the_item(self, site: Any) -> None:
        site.rule(FromSource(item=flowhost.Expression("event.subject.partition('.')[0]")))

        (run,) = site.matcher.event(flowhost.Event("x", subject="VX-9.mov"), site.rules)
        (none,) = site.matcher.event(flowhost.Event("x", subject=".mov"), site.rules)

        assert (run.item, none.item) == ("VX-9", None)

    def test_an_expression_that_fails_starts_nothing(self, site: Any) -> None:
        site.rule(FromSource(item=flowhost.Expression("event.data['id']")))

        assert site.matcher.event(flowhost.Event("x", {}), site.rules) == []
        assert "the item could not be worked out" in site.reasons(item="")[-1]

    def test_the_id_of_something_else_is_no_item(self, site: Any) -> None:
        site.library.add("VX-1")
        site.rule(FromSource())

        (run,) = site.matcher.event(flowhost.Event("x", {"collectionId": "VX-1"}, subject="VX-1"), site.rules)
        (job,) = site.matcher.event(
            flowhost.Event("x", {"jobId": "VX-1", "itemId": "VX-1"}, subject="VX-1"), site.rules
        )

        assert (run.item, job.item) == (None, "VX-1")

    def test_the_subject_is_the_item_when_there_is_one(self, site: Any) -> None:
        site.library.add("VX-1")
        site.rule(FromSource())

        (run,) = site.matcher.event(flowhost.Event("x", subject="VX-1"), site.rules)
        (other,) = site.matcher.event(flowhost.Event("x", subject="/a/b.mov"), site.rules)

        assert (run.item, other.item) == ("VX-1", None)
