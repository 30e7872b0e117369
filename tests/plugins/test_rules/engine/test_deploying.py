"""Rules are deployed from their files, and as commands change them in the journal."""

from __future__ import annotations

import pytest

import flowhost
from flowhost_plugins.rules.records import Cause, NewRun

Outcome = flowhost.Outcome
ONE = "actions: [do: {text: one}]"
TWO = "actions: [do: {text: two}]"


def test_a_file_is_a_deployed_rule(site) -> None:
    file = site.rule(ONE)
    site.open()
    (deployment,) = site.journal.deployments()
    assert (deployment.rule, deployment.revision, deployment.file) == ("R", 1, str(file))
    assert site.journal.revision_text("R", 1) == file.read_text()


def test_a_changed_file_is_a_new_revision_and_runs_keep_theirs(site) -> None:
    site.rule("actions: [do: {text: one}, do: {text: rest of one}]")
    site.stage.on("one", flowhost.Retry("later", after=100), Outcome.done())
    site.open()
    (old,) = site.happen("VX-1")
    site.settle()
    site.rule(TWO)
    site.engine.reload()
    (new,) = site.happen("VX-2")
    site.ended(new)
    site.elapse(101)
    site.ended(old)
    assert [(site.run(run).revision, run) for run in (old, new)] == [(1, old), (2, new)]
    assert site.stage.texts == ["one", "two", "one", "rest of one"]


def test_a_start_without_changes_makes_no_revision(site) -> None:
    site.rule(ONE)
    site.open()
    site.close()
    site.open()
    assert [number for number, _ in site.journal.revisions("R")] == [1]


def test_what_a_command_deploys_is_noticed_within_a_second(site) -> None:
    site.rule(ONE)
    site.open()
    site.settle()
    site.journal.deploy("R", "name: R\ntrigger: {source: {type: go}}\n" + TWO)
    site.elapse(1)
    (run,) = site.happen("VX-1")
    site.ended(run)
    assert site.stage.texts == ["two"]


def test_a_revision_that_cannot_be_made_leaves_the_old_one_running(site, caplog) -> None:
    site.rule(ONE)
    site.bench.broken.add("broken")
    site.open()
    site.settle()
    site.journal.deploy("R", "name: R\ntrigger: {source: {type: go}}\nactions: [do: {text: broken}]")
    site.elapse(2)
    issue = site.journal.deployment("R").issue
    assert "cannot run revision 2" in issue
    assert "action 'do' cannot be made" in issue
    (run,) = site.happen("VX-1")
    assert site.ended(run)[0].revision == 1
    assert site.stage.texts == ["one"]
    site.bench.broken.clear()
    site.journal.deploy("R", "name: R\ntrigger: {source: {type: go}}\nactions: [do: {text: three}]")
    site.elapse(2)
    assert site.journal.deployment("R").issue == ""


def test_a_rule_that_could_not_be_run_gets_what_it_missed(site) -> None:
    """As one that needs a resource which the daemon opens at its next start."""
    site.rule(ONE, name="other", trigger="manual")
    site.bench.broken.add("broken")
    site.open()
    site.settle()
    site.journal.deploy("R", "name: R\ntrigger: {source: {type: go}}\nactions: [do: {text: broken}]")
    site.elapse(2)
    assert site.happen("VX-1", id="1") == site.happen("VX-2") == []
    site.elapse(2)
    site.close()
    site.bench.broken.clear()

    site.open()
    site.elapse(2)

    runs = site.journal.runs(rule="R")
    assert {(run.item, site.ended(run.id)[0].state) for run in runs} == {
        ("VX-1", "finished"),
        ("VX-2", "finished"),
    }
    assert len(runs) == len(site.stage.texts) == 2
    assert site.journal.deployment("R").issue == ""


def test_a_run_whose_revision_cannot_be_made_any_more_fails(site) -> None:
    site.rule(TWO)
    site.open()
    site.settle()
    site.bench.broken.add("broken")
    site.journal.deploy("R", "name: R\ntrigger: manual\nactions: [do: {text: broken}]")
    run = site.journal.start(NewRun("R", 2, "VX-1", Cause("manual")))
    site.elapse(1)
    (failed,) = site.ended(run.id)
    assert failed.state == "failed"
    assert "action 'do' cannot be made" in failed.errors[0]


def test_wrong_files_are_told_together_and_nothing_is_deployed(site) -> None:
    site.rule(ONE)
    site.open()
    site.rule(TWO)
    (site.rules / "bad.yaml").write_text("name: bad\ntrigger: nonsense\n")
    (site.rules / "worse.yaml").write_text("name: [\n")
    with pytest.raises(flowhost.ConfigError) as told:
        site.engine.reload()
    assert {problem.place.file for problem in told.value.problems if problem.place} == {
        str(site.rules / "bad.yaml"),
        str(site.rules / "worse.yaml"),
    }
    assert site.journal.deployment("R").revision == 1


def test_wrong_files_and_settings_are_found_before_anything_is_opened(site) -> None:
    site.rule(ONE + "\npolling-interval: 5 s")
    site.options = {"polling_interval": 3, "maximum_total_concurrency": -1}
    with pytest.raises(flowhost.ConfigError) as told:
        site.open()
    texts = [problem.message for problem in told.value.problems]
    assert "'polling interval' is 3, expected at least 10 (the 'minimum polling interval')" in texts
    assert "'maximum total concurrency' is -1, expected 0 or more" in texts
    assert any("10" in text and "polling" in text for text in texts[2:])


def test_a_missing_folder_is_told(site) -> None:
    site.rules.rmdir()
    with pytest.raises(flowhost.ConfigError, match="'directory': there is no folder"):
        site.open()


def test_a_rule_whose_file_is_gone_is_deleted_and_comes_back_with_it(site) -> None:
    file = site.rule(ONE)
    site.open()
    text = file.read_text()
    file.unlink()
    site.engine.reload()
    assert site.journal.deployments() == []
    assert site.happen("VX-1") == []
    site.elapse(1)
    assert site.assets.withdrawn == ["rule:R"], "its dynamic access goes with it"
    file.write_text(text)
    site.engine.reload()
    (run,) = site.happen("VX-1")
    assert site.ended(run)[0].state == "finished"
    file.unlink()
    site.engine.reload()
    site.elapse(1)
    assert site.assets.withdrawn == ["rule:R", "rule:R"]


def test_a_rule_somebody_deleted_stays_so_until_its_file_changes(site) -> None:
    site.rule(ONE)
    site.open()
    site.journal.change_deployment("R", deleted=True)
    site.close()
    site.open()
    assert site.journal.deployments() == []
    site.rule(TWO)
    site.engine.reload()
    assert [deployment.revision for deployment in site.journal.deployments()] == [2]


def test_runs_of_a_deleted_rule_that_have_not_begun_are_cancelled(site) -> None:
    file = site.rule(ONE)
    site.stage.on("one", flowhost.Retry("later", after=3600))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    file.unlink()
    site.engine.reload()
    site.elapse(1)
    assert site.run(run).state == "cancelled"


def test_a_suspended_rule_starts_nothing_until_it_is_resumed(site) -> None:
    site.rule(ONE)
    site.open()
    site.settle()
    site.journal.change_deployment("R", suspended=True)
    run = site.journal.start(NewRun("R", 1, "VX-1", Cause("source")))
    site.elapse(3)
    assert site.happen("VX-2") == []
    assert site.run(run.id).state == "pending"
    site.journal.change_deployment("R", suspended=False)
    site.elapse(1)
    assert site.ended(run.id)[0].state == "finished"


def test_what_somebody_decided_holds_until_the_file_says_otherwise(site) -> None:
    site.rule(ONE)
    site.open()
    site.journal.change_deployment("R", suspended=True)
    site.rule(TWO)
    site.engine.reload()
    assert site.journal.deployment("R").suspended, "the file did not say that before, nor does it now"
    site.rule(TWO + "\nsuspended: yes")
    site.engine.reload()
    site.journal.change_deployment("R", suspended=False)
    site.rule(ONE + "\nsuspended: yes")
    site.engine.reload()
    assert not site.journal.deployment("R").suspended
    site.rule(ONE)
    site.engine.reload()
    assert not site.journal.deployment("R").suspended
    site.rule(ONE + "\nsuspended: yes ")
    site.engine.reload()
    assert site.journal.deployment("R").suspended
