"""A step that started jobs, or waits for a moment, holds no thread; the run goes on when that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

import flowhost

Outcome = flowhost.Outcome
JOB = "actions: [do: {text: one}, do: {text: two}]"


def start_job(site, status: str = "STARTED"):
    def act(context: flowhost.Context) -> Outcome:
        site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", status)
        return Outcome.waiting(["J-1"], note="transcoding", memo={"kept": 1})

    return act


def end_job(site, status: str = "FINISHED", error: str = "") -> None:
    site.assets.jobs["J-1"] = flowhost.AssetJob("J-1", status, 100.0, error)


def test_a_run_waits_for_its_jobs_without_a_thread(site) -> None:
    site.rule(JOB)
    site.stage.on("one", start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    assert site.run(run).state == "waiting"
    assert site.run(run).jobs == ("J-1",)
    site.elapse(3600)
    assert site.stage.texts == ["one"]
    end_job(site)
    site.elapse(31)
    assert site.run(run).state == "finished"
    assert site.outcomes(run) == [("done", "transcoding"), ("done", "two")]


def test_a_notification_wakes_it_at_once(site) -> None:
    site.rule(JOB)
    site.stage.on("one", start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    end_job(site)
    site.engine.event(flowhost.Event("job_stop", {"jobId": "J-1", "itemId": "VX-1"}, subject="VX-1"))
    assert site.ended(run)[0].state == "finished"


def test_a_job_that_ended_before_anybody_waited_is_noticed_at_once(site) -> None:
    site.rule(JOB)
    site.stage.on("one", start_job(site, "FINISHED"))
    site.open()
    (run,) = site.happen("VX-1")
    assert site.ended(run)[0].state == "finished"


@pytest.mark.parametrize("status", ["FAILED_TOTAL", "ABORTED"])
def test_a_job_that_failed_fails_its_step(site, status: str) -> None:
    site.rule("actions: [do: {text: one}, do: {text: two, destructive: true}]")
    site.stage.on("one", start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    end_job(site, status, "no codec")
    site.elapse(31)
    assert site.run(run).state == "failed"
    assert site.outcomes(run)[0] == ("failed", f"job J-1 ended as {status}: no codec")
    assert site.outcomes(run)[1][0] == "skipped"


def test_a_step_whose_job_failed_can_be_done_anew_under_another_key(site) -> None:
    site.rule("actions: [do-and-finish: {text: one}, do: {text: two}]")
    site.stage.on("one", start_job(site), flowhost.Retry("busy", after=5), start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    end_job(site, "FAILED_TOTAL")
    site.elapse(31)
    assert site.run(run).state == "failed"
    site.journal.retry(run)
    site.elapse(8)
    assert site.run(run).state == "waiting"
    end_job(site)
    site.elapse(31)
    assert site.run(run).state == "finished"
    first, *others = [context.key for text, context in site.stage.calls if text == "one"]
    assert first == f"{run}/1"
    assert others == [f"{run}/1/J-1"] * 2, (
        "the same at each try, and not the one under which the failed job is found"
    )
    ((_, context, _),) = site.stage.finished
    assert (context.key, dict(context.memo)) == (f"{run}/1/J-1", {"kept": 1})


def test_a_job_that_is_gone_fails_its_step(site) -> None:
    site.rule(JOB)
    site.stage.on("one", start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    del site.assets.jobs["J-1"]
    site.elapse(31)
    assert site.outcomes(run)[0] == ("failed", "job J-1 is gone")


def test_a_library_that_is_down_prolongs_the_waiting(site) -> None:
    site.rule(JOB)
    site.stage.on("one", start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    site.assets.down = True
    site.elapse(300)
    assert site.run(run).state == "waiting"
    site.assets.down = False
    end_job(site)
    site.elapse(31)
    assert site.run(run).state == "finished"


def test_an_action_finishes_with_its_jobs_and_what_it_kept(site) -> None:
    site.rule("actions: [do-and-finish: {text: one}]")
    site.stage.on("one", start_job(site))
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    end_job(site)
    site.elapse(31)
    ((text, context, jobs),) = site.stage.finished
    assert (text, dict(context.memo), [job.id for job in jobs]) == ("one", {"kept": 1}, ["J-1"])
    assert site.outcomes(run) == [("done", "finished")]
    assert site.stage.texts == ["one"], "it acted once"


def test_to_finish_may_take_several_tries_and_more_waiting(site) -> None:
    site.rule("retry: {attempts: 3, delay: 5 s}\nactions: [do-and-finish: {text: one}]")
    site.stage.on("one", start_job(site))
    site.stage.on_finish(
        "one", flowhost.Unavailable("down"), Outcome.waiting(["J-1"], memo={"kept": 2}), Outcome.done("now")
    )
    site.open()
    (run,) = site.happen("VX-1")
    site.settle()
    end_job(site)
    site.elapse(60)
    assert site.outcomes(run) == [("done", "now")]
    assert [dict(context.memo) for _, context, _ in site.stage.finished] == [
        {"kept": 1},
        {"kept": 1},
        {"kept": 2},
    ]
    assert site.stage.texts == ["one"]


def test_a_run_waits_for_a_moment(site) -> None:
    site.rule("actions: [do-and-finish: {text: one}, do: {text: two}]")
    moment = site.clock.now() + timedelta(hours=2)
    site.stage.on("one", Outcome.later(moment, note="for two hours"))
    site.open()
    (run,) = site.happen("VX-1")
    site.elapse(7199)
    assert site.run(run).state == "waiting"
    site.elapse(2)
    assert site.run(run).state == "finished"
    assert site.stage.finished[0][2] == ()


def test_nothing_to_wait_for_is_no_wait(site) -> None:
    site.rule("actions: [do-and-finish: {text: one}]")
    site.stage.on("one", Outcome.waiting([], memo={"kept": 1}))
    site.open()
    (run,) = site.happen("VX-1")
    site.elapse(2)
    assert site.outcomes(run) == [("done", "finished")]
