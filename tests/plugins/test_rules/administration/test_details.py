"""The details of one rule."""

from __future__ import annotations

from typing import Any

import pytest

from flowhost_plugins.rules.administration import NotFound
from flowhost_plugins.rules.records import Step


def test_the_details_of_a_rule(stage: Any, admin: Any) -> None:
    file = stage.rule(more="priority: 7\nmax-concurrency: 3\npolling-interval: 1 min")
    stage.grant("R", "VX-9")
    first = stage.clock.now()
    stage.clock.advance(60)
    file.write_text(file.read_text() + "description: Does it.\n")
    admin.redeploy("R")
    stage.daemon()
    for item in ("VX-1", "VX-2"):
        stage.run(item)
        stage.end()
    stage.run("VX-3")
    stage.end(Step(1, "do", "failed", "no"), state="failed", errors=("step 1 (do): no",))
    waiting = stage.run("VX-4")
    details = admin.rule("R", number=1)
    assert (details.status.revision, details.status.description) == (2, "Does it.")
    assert [(one.number, one.deployed) for one in details.revisions][1:] == [(1, first)]
    assert details.text == file.read_text()
    assert (details.file, details.priority, details.max_concurrency) == (str(file), 7, 3)
    assert (details.polling_interval, details.last_duration) == (60, 1)
    assert (details.status.pending, details.oldest_pending) == (1, waiting.created)
    assert [one.item for one in details.handled] == ["VX-1"]
    assert [(one.item, one.errors) for one in details.failed] == [("VX-3", ("step 1 (do): no",))]
    assert [one.item for one in details.processing] == ["VX-4"]
    assert details.dynamic_access == ("VX-9",)
    assert "1 do" in details.diagram
    assert [one.id for one in details.newest_runs] == [4, 3, 2, 1]


def test_an_unknown_rule_is_refused_with_the_nearest(stage: Any, admin: Any) -> None:
    stage.rule("Archive by night")
    for ask in (admin.rule, admin.suspend, admin.delete, admin.clear, admin.start):
        with pytest.raises(NotFound, match=r"no rule 'Archive by nigth'; did you mean 'Archive by night'\?"):
            ask("Archive by nigth")
    with pytest.raises(NotFound):
        admin.explain("Archive by nigth", "VX-1")
    with pytest.raises(NotFound):
        admin.runs(rule="Archive by nigth")


def test_the_bpmn_of_a_deployed_rule_and_of_a_file(stage: Any, admin: Any) -> None:
    file = stage.rule()
    file.write_text(file.read_text().replace("name: R", "name: Draft"))
    assert b'name="R"' in admin.bpmn("R")
    assert b'name="Draft"' in admin.bpmn(str(file))
    assert b'name="Draft"' in admin.bpmn("Draft"), "the file has it, though it is not deployed"


def test_the_schema_has_the_actions(admin: Any) -> None:
    assert "do" in str(admin.schema()["$defs"]["step"])
