"""``condition``, ``wait`` and ``stop``: what becomes of the run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flowhost import ConfigError, Expression, ExpressionError, Place, Template
from flowhost_plugins.actions import Condition, Stop, Wait


def test_a_condition_that_holds(library: Any, engine: Any) -> None:
    item = library.add_item(genre="Noir")
    action = Condition(when=Expression("tags.get('genre') == 'Noir' and event.type == 'test'"))
    outcome = engine.take(Condition(when=Expression("tags['mediaType'] == 'video'")), item)
    assert (outcome.state, outcome.stop) == ("done", False)
    assert action.plan(engine.context(item)).endswith("end here")  # a field has several values
    assert not engine.take(Condition(when=Expression("'Noir' in tags['genre']")), item).stop


@pytest.mark.parametrize(("otherwise", "state"), [("stop", "done"), ("fail", "failed")])
def test_a_condition_that_does_not_hold(library: Any, engine: Any, otherwise: Any, state: str) -> None:
    item = library.add_item()
    outcome = engine.take(Condition(when=Expression("'x' in tags"), otherwise=otherwise), item)
    assert (outcome.state, outcome.stop, outcome.reason) == (state, True, "'x' in tags does not hold")


def test_a_condition_that_cannot_be_worked_out(library: Any, engine: Any) -> None:
    with pytest.raises(ConfigError, match="uses the name 'title'; there are 'tags' and 'event'; a tag is"):
        Condition(when=Expression("title == 'x'", Place("rule.yaml", 3, 9)))
    with pytest.raises(ExpressionError):
        engine.take(Condition(when=Expression("tags['nobody'] == 'x'")), library.add_item())


def test_wait_for_a_while(library: Any, engine: Any, clock: Any) -> None:
    action = Wait(for_=600, clock=clock)
    outcome = action.act(engine.context(None))
    assert (outcome.state, outcome.until) == ("waiting", clock.now() + timedelta(minutes=10))
    assert engine.take(action, None).reason == "waited 600 s"


def test_wait_for_jobs(library: Any, engine: Any, clock: Any) -> None:
    item = library.add_item()
    action = Wait(until_jobs=True, assets=library, clock=clock)
    assert engine.take(action, item).state == "done"
    library.start("import", item, lambda: None, "")
    library.start("import", item, lambda: library.start("thumbnail", item, lambda: None, ""), "")
    outcome = action.act(engine.context(item))
    assert (outcome.state, outcome.jobs) == ("waiting", ())  # a cancelled run stops the jobs it waits for
    outcome = engine.resume(action, item, outcome)
    assert outcome.state == "waiting"
    assert engine.resume(action, item, outcome).reason == "no job of the item is under way"


def test_a_job_that_fails_meanwhile_fails_the_step(library: Any, engine: Any, clock: Any) -> None:
    item = library.add_item()
    action = Wait(until_jobs=True, assets=library, clock=clock)
    job = library.start("import", item, lambda: None, "")
    outcome = action.act(engine.context(item))
    library.run(fail=lambda work: "the disk is full")
    outcome = action.finish(engine.context(item, memo=outcome.memo), [])
    assert (outcome.state, outcome.reason) == (
        "failed",
        f"jobs failed: {job.id} is FAILED_TOTAL: the disk is full",
    )


def test_what_cannot_be_waited_for(library: Any, clock: Any) -> None:
    for options in ({}, {"for_": 1.0, "until_jobs": True}):
        with pytest.raises(ValueError, match="expected either 'for' with a length of time, or 'until jobs'"):
            Wait(**options, assets=library, clock=clock)
    with pytest.raises(ValueError, match="expected at most a year"):
        Wait(for_=1e12, clock=clock)
    with pytest.raises(ValueError, match="needs a media library"):
        Wait(until_jobs=True, clock=clock)


def test_stop(library: Any, engine: Any) -> None:
    outcome = engine.take(Stop(reason=Template("${title} is done")), library.add_item(title="T"))
    assert (outcome.state, outcome.stop, outcome.reason) == ("done", True, "T is done")
    assert Stop().plan(engine.context(None)) == "end the run"
