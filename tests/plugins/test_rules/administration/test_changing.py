"""Suspend, resume, approve, clear, delete."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.administration import NotFound, Refused


def test_a_rule_is_suspended_and_resumed(stage: Any, admin: Any) -> None:
    stage.rule()
    before = stage.journal.stamp()
    assert admin.suspend("R").suspended
    assert stage.journal.stamp() > before, "the daemon notices"
    resumed = admin.resume("R")
    assert (resumed.suspended, resumed.approved) == (False, None)


def test_an_approval_holds_long_enough_for_a_sweep(stage: Any, admin: Any) -> None:
    stage.rule("Often")
    stage.rule("Seldom", more="polling-interval: 2 h")
    now = stage.clock.now()
    assert admin.resume("Often", approve=True).approved == now + timedelta(hours=1)
    assert admin.resume("Seldom", approve=True).approved == now + timedelta(hours=4)
    assert admin.resume("Often").approved == now + timedelta(hours=1), "to resume takes no approval away"


def test_clearing_makes_items_new_again(stage: Any, admin: Any) -> None:
    stage.rule()
    stage.daemon()
    for item in ("VX-1", "VX-2", "VX-3"):
        stage.run(item)
        stage.end()
    assert admin.clear("R", "VX-2") == 1
    assert admin.clear("R", "VX-2") == 0
    assert admin.clear("R") == 2
    assert admin.rule("R").handled == ()


def test_an_item_that_is_being_processed_is_not_cleared(stage: Any, admin: Any) -> None:
    stage.rule()
    run = stage.run("VX-1")
    with pytest.raises(Refused, match=rf"at VX-1 \(run {run.id}\)"):
        admin.clear("R", "VX-1")
    assert admin.clear("R") == 0


def test_a_deleted_rule_loses_its_file_and_keeps_its_text(stage: Any, admin: Any) -> None:
    file = stage.rule()
    text = file.read_text()
    stage.run()
    stage.grant("R", "VX-1", "VX-2")
    deleted = admin.delete("R")
    assert (deleted.file, deleted.pending, deleted.dynamic_access) == (str(file), 1, 2)
    assert not file.exists()
    details = admin.rule("R")
    assert (details.status.state, details.text) == ("deleted", text)
    for again in (admin.delete, admin.suspend, admin.resume, admin.start):
        with pytest.raises(Refused, match="the rule 'R' was deleted"):
            again("R")


def test_a_file_with_changes_that_are_not_deployed_is_not_removed(stage: Any, admin: Any) -> None:
    file = stage.rule()
    file.write_text(file.read_text() + "description: Hours of work.\n")
    with pytest.raises(Refused, match="has changes that are not deployed"):
        admin.delete("R")
    assert file.exists()
    assert admin.rule("R").status.state == "active"


def test_a_file_elsewhere_is_left_alone(stage: Any, admin: Any) -> None:
    text = stage.file().read_text()
    (stage.folder / "R.yaml").unlink()
    elsewhere = stage.folder.parent / "R.yaml"
    elsewhere.write_text(text)
    stage.journal.deploy("R", text, file=str(elsewhere))
    assert admin.delete("R").file == ""
    assert elsewhere.exists()


def test_a_file_that_cannot_be_removed_is_told(stage: Any, admin: Any, monkeypatch: Any) -> None:
    file = stage.rule()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(file), "unlink", refuse)
    with pytest.raises(flowhost.Unavailable, match=r"is deleted, but its file .* permission denied"):
        admin.delete("R")
    assert admin.rule("R").status.state == "deleted"


def test_without_its_trigger_a_rule_can_be_started_by_hand(stage: Any, admin: Any) -> None:
    file = stage.rule(trigger="new-item")
    stage.library.add("VX-1")
    assert admin.delete("R", trigger_only=True).file == ""
    assert file.exists()
    assert admin.rule("R").status.state == "trigger deleted"
    (started,) = admin.start("R", ["VX-1"])
    assert started.run is not None


def test_a_cleared_item_that_nobody_knows_is_no_mistake_of_the_rule(stage: Any, admin: Any) -> None:
    stage.rule()
    assert admin.clear("R", "VX-404") == 0
    with pytest.raises(NotFound):
        admin.clear("S", "VX-1")
