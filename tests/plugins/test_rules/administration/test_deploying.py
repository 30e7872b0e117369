"""Checking rule files, and deploying them."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost
from flowhost_plugins.rules.administration import NotFound
from flowhost_plugins.rules.administration.deploying import FILE_GONE
from flowhost_plugins.rules.engine import deploying as engine


def test_a_new_text_is_a_new_revision(stage: Any, admin: Any) -> None:
    file = stage.file()
    (first,) = admin.redeploy("R")
    assert (first.rule, first.file, first.revision, first.changed) == ("R", str(file), 1, True)
    (same,) = admin.redeploy("R")
    assert (same.revision, same.changed) == (1, False)
    file.write_text(file.read_text() + "priority: 3\n")
    (second,) = admin.redeploy("R")
    assert (second.revision, second.changed) == (2, True)


def test_a_wrong_file_is_refused_with_everything_that_is_wrong(stage: Any, admin: Any) -> None:
    stage.rule()
    file = stage.file(steps="[do, broken]", more="priority: high\nsettle: -1")
    with pytest.raises(flowhost.ConfigError) as caught:
        admin.redeploy("R")
    assert len(caught.value.problems) == 2
    assert all(one.place.file == str(file) for one in caught.value.problems)
    stage.file(steps="[do, broken]")
    with pytest.raises(flowhost.ConfigError, match=r"R.yaml:3:.*unknown action 'broken'"):
        admin.redeploy("R")
    assert admin.rule("R").status.revision == 1


def test_what_is_wrong_with_other_files_is_not_in_the_way_of_one(stage: Any, admin: Any) -> None:
    stage.file("Broken", steps="[broken]")
    stage.file("Unreadable", more="priority: high")
    stage.file("R")
    assert admin.redeploy("R")[0].revision == 1
    with pytest.raises(flowhost.ConfigError) as caught:
        admin.redeploy()
    assert len(caught.value.problems) == 2


def test_all_are_deployed_or_none(stage: Any, admin: Any) -> None:
    stage.file("A")
    broken = stage.file("B", steps="[broken]")
    with pytest.raises(flowhost.ConfigError):
        admin.redeploy()
    assert admin.rules() == []
    broken.unlink()
    stage.file("C")
    assert [(one.rule, one.gone) for one in admin.redeploy()] == [("A", False), ("C", False)]


def test_a_rule_whose_file_is_gone_is_told_and_goes_on(stage: Any, admin: Any) -> None:
    stage.rule("A")
    stage.rule("B").unlink()
    assert [(one.rule, one.gone) for one in admin.redeploy()] == [("A", False), ("B", True)]
    with pytest.raises(NotFound, match=r"no file in .* is the rule 'B'"):
        admin.redeploy("B")
    assert admin.rule("B").status.state == "active"


def test_a_rule_that_was_renamed_in_its_file_is_told(stage: Any, admin: Any) -> None:
    file = stage.rule("Old")
    file.write_text(file.read_text().replace("name: Old", "name: New"))
    with pytest.raises(NotFound, match=r"Old.yaml is 'New' now"):
        admin.redeploy("Old")


def test_a_name_that_two_files_have_is_refused(stage: Any, admin: Any) -> None:
    text = stage.file("R").read_text()
    (stage.folder / "copy.yaml").write_text(text)
    with pytest.raises(flowhost.ConfigError, match="the rule 'R' is there twice"):
        admin.redeploy("R")
    assert admin.rules() == []


def test_a_rule_that_may_be_in_a_file_that_cannot_be_read_is_told(stage: Any, admin: Any) -> None:
    stage.file("Broken", more="priority: high")
    with pytest.raises(NotFound, match=r"is the rule 'Broken' \(Broken.yaml cannot be read\)"):
        admin.redeploy("Broken")
    stage.journal.deploy("Broken", "older text", file=str(stage.folder / "Broken.yaml"))
    with pytest.raises(flowhost.ConfigError, match=r"Broken\.yaml:4"):
        admin.redeploy("Broken")


def test_a_deleted_rule_and_a_deleted_trigger_are_back(stage: Any, admin: Any) -> None:
    file = stage.rule()
    text = file.read_text()
    admin.delete("R")
    file.write_text(text)
    admin.redeploy("R")
    assert admin.rule("R").status.state == "active"
    admin.delete("R", trigger_only=True)
    admin.redeploy("R")
    assert admin.rule("R").status.state == "active"


def test_whether_it_is_suspended_stays_until_the_file_changes_its_mind(stage: Any, admin: Any) -> None:
    file = stage.rule()
    admin.suspend("R")
    file.write_text(file.read_text() + "priority: 3\n")
    admin.redeploy("R")
    assert admin.rule("R").status.state == "suspended"
    file.write_text(file.read_text() + "suspended: yes\n")
    admin.redeploy("R")
    admin.resume("R")
    file.write_text(file.read_text().replace("priority: 3", "priority: 4"))
    admin.redeploy("R")
    assert admin.rule("R").status.state == "active"
    file.write_text(file.read_text().replace("suspended: yes", "suspended: no"))
    admin.suspend("R")
    admin.redeploy("R")
    assert admin.rule("R").status.state == "active"


def test_the_engine_takes_a_deployed_rule_for_one_whose_file_is_there(stage: Any, admin: Any) -> None:
    assert FILE_GONE == engine.FILE_GONE
    stage.rule()
    stage.journal.put_fact(FILE_GONE + "R", True)
    admin.redeploy("R")
    assert stage.journal.fact(FILE_GONE + "R") is False


def test_checking_deploys_nothing(stage: Any, admin: Any) -> None:
    good = stage.file("Good")
    bad = stage.file("Bad", steps="[broken]")
    worse = stage.file("Worse", more="priority: high")
    assert admin.check([good]) == []
    assert [one.place.file for one in admin.check([bad, worse])] == [str(worse), str(bad)]
    assert len(admin.check()) == 2
    assert admin.rules() == []


def test_a_check_can_ask_the_library(stage: Any, admin: Any) -> None:
    file = stage.file(more="when: item.first('aproved') == 'yes'")
    assert admin.check([file]) == []
    (problem,) = admin.check([file], connect=True)
    assert "'aproved'" in problem.message and "did you mean 'approved'" in problem.message
