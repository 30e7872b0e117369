"""Why a rule does or does not start, and what a draft would have done."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.administration import NotFound
from flowhost_plugins.rules.records import Check, Decision

SEARCH = "{saved-search: {query: 'approved=yes'}}"


def test_what_blocks_a_rule_now(stage: Any, admin: Any) -> None:
    stage.rule(trigger=SEARCH, more="when: item.first('state') == 'ready'")
    stage.library.add("VX-1", external_id="house-1", approved="yes", state="raw")
    found = admin.explain("R", "house-1")
    assert (found.item, found.now, found.blocked_by.what) == ("VX-1", True, "condition")
    assert "raw" in found.blocked_by.reason
    assert found.findings[0].actual == ("yes",)


def test_what_was_decided_yesterday_also_of_an_item_that_is_gone(stage: Any, admin: Any) -> None:
    stage.rule(trigger=SEARCH)
    then = stage.clock.now()
    stage.journal.decide(Decision("R", "VX-1", (Check("window", False, "closed"),), then, then))
    stage.clock.advance(86_400)
    found = admin.explain("R", "VX-1", at=then)
    assert (found.now, found.blocked_by.reason) == (False, "closed")
    with pytest.raises(NotFound, match="there is no item VX-1"):
        admin.explain("R", "VX-1")
    stage.library.down = True
    assert admin.explain("R", "VX-1", at=then).blocked_by.reason == "closed"
    with pytest.raises(flowhost.Unavailable):
        admin.explain("R", "VX-1")


def test_a_rule_is_explained_without_an_action_that_cannot_be_made(stage: Any, admin: Any) -> None:
    stage.journal.deploy("R", "name: R\ntrigger: manual\nactions: [broken]\n")
    stage.library.add("VX-1")
    assert admin.explain("R", "VX-1").blocked_by is None


def test_a_revision_that_the_daemon_cannot_run_blocks_the_rule(stage: Any, admin: Any) -> None:
    stage.rule(trigger="manual")
    stage.library.add("VX-1")
    stage.journal.change_deployment("R", issue="the query cannot be read")
    assert admin.explain("R", "VX-1").blocked_by is None
    stage.journal.change_deployment("R", issue="cannot run revision 1: it needs the resource 'mail'")
    blocked = admin.explain("R", "VX-1").blocked_by
    assert blocked.what == "rule"
    assert blocked.reason.startswith("cannot run revision 1: it needs the resource 'mail'; ")


def test_the_brake_of_a_destructive_rule_is_explained(stage: Any, admin: Any) -> None:
    stage.rule(trigger=SEARCH, steps="[{do: {destroys: yes}}]")
    stage.library.add("VX-1", approved="yes")
    assert "approval" in [check.what for check in admin.explain("R", "VX-1").checks]


def test_a_draft_is_tried_beside_the_deployed_revision(stage: Any, admin: Any) -> None:
    stage.library.add("VX-1", state="raw")
    stage.library.add("VX-2", state="ready")
    file = stage.rule(trigger="new-item", more="when: item.first('state') == 'ready'")
    since = stage.clock.now()
    for item in ("VX-1", "VX-2"):
        stage.clock.advance(1)
        stage.event("item_create", item)
    file.write_text(file.read_text().replace("[do]", "[{do: {text: more}}]").replace("== 'ready'", "!= ''"))
    trial = admin.test("R", since)
    assert (trial.rule, trial.file, trial.revision, trial.same) == ("R", str(file), 1, False)
    first, second = trial.replays
    assert (first.item, first.deployed.starts, first.draft.starts) == ("VX-1", False, True)
    assert [one.does for one in second.deployed.steps] == ["something with VX-2"]
    assert [one.does for one in second.draft.steps] == ["more with VX-2"]
    assert admin.runs() == []
    assert admin.rule("R").status.revision == 1


def test_a_file_of_a_rule_that_is_not_deployed_is_tried_alone(stage: Any, admin: Any) -> None:
    stage.library.add("VX-1")
    file = stage.file(trigger="new-item")
    stage.event("item_create", "VX-1")
    trial = admin.test(str(file), stage.clock.now())
    assert (trial.revision, trial.same) == (None, False)
    (only,) = trial.replays
    assert (only.deployed, only.draft.starts) == (None, True)


def test_a_draft_that_is_wrong_is_refused(stage: Any, admin: Any) -> None:
    file = stage.file(trigger="new-item", steps="[broken]")
    with pytest.raises(flowhost.ConfigError, match=r"R.yaml:3:.*unknown action 'broken'"):
        admin.test(str(file), stage.clock.now())
    with pytest.raises(flowhost.ConfigError, match="no such file"):
        admin.test(str(stage.folder / "nothing.yaml"), stage.clock.now())
    stage.file("Publish")
    with pytest.raises(NotFound, match=r"no file in .* is the rule 'Publich'; did you mean 'Publish'"):
        admin.test("Publich", stage.clock.now())


def test_the_same_text_is_told(stage: Any, admin: Any) -> None:
    stage.rule()
    assert admin.test("R", stage.clock.now()).same
