"""What job documents say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.vidispine.documents import Job
from flowhost_plugins.vidispine.jobs.finding import written
from flowhost_plugins.vidispine.jobs.reading import asset_job


def job(**more: Any) -> Any:
    return asset_job(Job.from_json({"jobId": "VX-20", "status": "STARTED", "type": "TRANSCODE", **more}))


def test_progress_over_steps() -> None:
    tasks = [
        {"step": 100, "progress": {"value": 1, "total": 1}},
        {"step": 200, "progress": {"value": "30", "total": 60}},
    ]
    assert job(totalSteps=4, currentStep={"number": 2}, log={"task": tasks}).progress == 37.5
    assert job(totalSteps=9, currentStep={"number": 10}).progress == 99.0  # as it was seen
    assert job(totalSteps=4, currentStep={"number": 1}).progress == 0.0
    assert job().progress == 0.0
    assert job(status="FINISHED", totalSteps=4, currentStep={"number": 4}).progress == 100.0


@pytest.mark.parametrize(
    "status", ["FINISHED", "FINISHED_WARNING", "FAILED_TOTAL", "ABORTED", "FAILED", "FAILED_RETRY"]
)
def test_states_that_end(status: str) -> None:
    assert job(status=status).ended


@pytest.mark.parametrize("status", ["READY", "STARTED", "VIDINET_JOB", "WAITING", "HOLD", "ABORTED_PENDING"])
def test_states_that_go_on(status: str) -> None:
    assert not job(status=status).ended
    assert job(status=status).error == ""


def test_errors_are_told_once_each() -> None:
    data = [{"key": "errorMessage-200-0-0", "value": "no codec"}]
    tasks = [{"errorMessage": "no codec", "subTask": [{"errorMessage": "no stream"}]}]
    assert job(status="FAILED_TOTAL", data=data, log={"task": tasks}).error == "no codec; no stream"
    assert job(status="FAILED_TOTAL").error == "the site gives no reason"
    assert job(status="FINISHED", data=data).error == ""


@given(st.text(), st.text())
def test_keys_stay_different_and_divide_nothing(one: str, other: str) -> None:
    assert (written(one) == written(other)) == (one == other)
    assert not set(written(one)) & set(",;=&+#\n")
