"""The list of rules: what it counts, and what it says hinders a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flowhost
from flowhost_plugins.rules.administration import Administration
from flowhost_plugins.rules.records import Step

SEARCH = "{saved-search: {query: 'approved=yes'}}"


def test_each_rule_has_what_the_admin_view_shows(stage: Any, admin: Any) -> None:
    stage.rule("Web", trigger=SEARCH, more="description: To the web.")
    stage.rule("Other")
    stage.grant("Web", "VX-1", "VX-2")
    stage.daemon()
    deployed = stage.clock.now()
    stage.run("VX-1", "Web")
    stage.clock.advance(60)
    stage.end()
    other, web = admin.rules()
    assert (other.name, other.description, other.source) == ("Other", "", ("started by hand",))
    assert (web.name, web.description, web.source) == ("Web", "To the web.", ("items found by approved=yes",))
    assert (web.handled, web.dynamic_access, web.issues) == (1, 2, ())
    assert (web.last_handled, web.deployed) == (stage.clock.now(), deployed)
    assert (web.state, web.revision) == ("active", 1)


def test_every_kind_of_trigger_is_told_in_words(stage: Any, admin: Any) -> None:
    triggers = """
  - {saved-search: Raw}
  - {collection: Inbox}
  - {format-distribution: {format: original, storages: 1, remove-from-others: no}}
  - new-item
  - {metadata-change: {fields: [approved]}}
  - {job: {notification: job_fail, type: TRANSCODE}}
  - {schedule: {every: 1 h}}
  - {schedule: {cron: "0 3 * * *", time-zone: Europe/Stockholm, query: "state=raw"}}
  - {source: {type: file.*}}
  - manual"""
    stage.journal.deploy("R", stage.file(trigger=triggers).read_text())
    (rule,) = admin.rules()
    assert rule.source == (
        "saved search 'Raw'",
        "collection 'Inbox'",
        "format distribution of original",
        "new items",
        "metadata changes (approved)",
        "job_fail (type TRANSCODE)",
        "every 3600 s",
        "at 0 3 * * * (Europe/Stockholm), items found by state=raw",
        "events file.*",
        "started by hand",
    )


def test_failed_items_and_held_matches_are_issues(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.daemon()
    for item in ("VX-1", "VX-2"):
        stage.run(item)
        stage.end(Step(1, "do", "failed", "no"), state="failed", errors=("no",))
    stage.journal.change_deployment("R", held=12)
    (rule,) = admin.rules()
    assert (rule.failed, rule.issues) == (2, ("2 items failed", "12 matches wait to be approved"))


def test_an_issue_of_the_deployment_comes_first(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.journal.change_deployment("R", issue="revision 2 cannot be run: why")
    assert admin.rules()[0].issues == ("revision 2 cannot be run: why",)


def test_a_rule_that_this_version_cannot_read_is_listed(stage: Any, admin: Any) -> None:
    stage.journal.deploy("From the future", "name: From the future\ntrigger: telepathy\n")
    (rule,) = admin.rules()
    assert rule.issues == ("revision 1 cannot be read by this version",)
    assert admin.rule("From the future").diagram == ""


def test_without_a_daemon_pending_and_interrupted_runs_are_issues(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.daemon()
    stage.run("VX-1")
    stage.run("VX-2")
    stage.claimed()
    assert admin.rules()[0].issues == ()
    stage.journal.leave("engine")
    assert admin.daemons() == []
    assert admin.rules()[0].issues == (
        "1 run is interrupted: no daemon runs",
        "1 run is pending: no daemon runs",
    )


def test_a_rule_stalls_when_nothing_holds_its_runs_back_and_they_do_not_begin(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.daemon()
    since = stage.clock.now()
    stage.run()
    stage.clock.advance(120)
    assert admin.rules()[0].issues == ()
    stage.clock.advance(1)
    assert admin.rules()[0].issues == (f"stalled: 1 run is pending since {since:%Y-%m-%d %H:%M} UTC",)


def test_a_rule_whose_window_is_closed_does_not_stall(stage: Any, admin: Any) -> None:
    hour = stage.clock.now().hour
    window = f"windows: [{{from: '{(hour + 3) % 24:02}:00', to: '{(hour + 4) % 24:02}:00'}}]"
    stage.rule(more=window)
    stage.daemon()
    stage.run()
    stage.clock.advance(600)
    assert admin.rules()[0].issues == ()


def test_a_rule_that_is_full_does_not_stall(stage: Any, admin: Any) -> None:
    stage.rule(more="max-concurrency: 1")
    stage.daemon()
    stage.run("VX-1")
    stage.claimed()
    stage.run("VX-2")
    stage.clock.advance(600)
    assert admin.rules()[0].issues == ()


def test_a_suspended_rule_does_not_stall(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.run()
    admin.suspend("R")
    stage.clock.advance(600)
    (rule,) = admin.rules()
    assert (rule.state, rule.issues, rule.pending) == ("suspended", (), 1)


def test_a_breaker_that_is_open_is_an_issue(stage: Any, admin: Any) -> None:
    stage.rule(more="breaker: {failures: 1, pause: 10 min}")
    stage.daemon()
    stage.run()
    stage.end(state="failed", errors=("no",))
    assert admin.rules()[0].issues[1].startswith("paused: 1 run failed in a row, 1 is too many")


def test_without_the_library_the_rest_is_told(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.daemon()
    stage.run()
    stage.clock.advance(600)
    stage.library.down = True
    (rule,) = admin.rules()
    assert rule.dynamic_access is None
    assert [one.partition(":")[0] for one in rule.issues] == ["stalled"]
    assert admin.rule("R").dynamic_access is None


def test_a_breaker_is_told_while_the_library_cannot_be_opened(stage: Any) -> None:
    stage.rule(more="breaker: {failures: 1, pause: 10 min}")
    stage.daemon()
    stage.run()
    stage.end(state="failed", errors=("no",))

    def closed() -> flowhost.AssetSystem:
        raise flowhost.Unavailable("the library is down")

    (rule,) = Administration(replace(stage.site, assets=closed)).rules()
    assert rule.dynamic_access is None
    assert rule.issues[1].startswith("paused: ")


def test_deleted_rules_are_listed_when_asked_for(stage: Any, admin: Any) -> None:
    stage.rule()
    admin.delete("R")
    assert admin.rules() == []
    assert [one.state for one in admin.rules(deleted=True)] == ["deleted"]
