"""Jobs, as the vendor's SDK asks for them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture
def item(module_server: VidispineServer, tmp_path: Path) -> str:
    source = tmp_path / "notes.txt"
    source.write_text("notes")
    made = module_server.catalogue.create_item({}, title="Notes", user="admin").id
    module_server.catalogue.import_file(made, source)
    module_server.settle()
    return made


@pytest.fixture
def job(sdk: Any, module_server: VidispineServer, item: str, tmp_path: Path) -> Any:
    """A job that has ended."""
    uri, pairs = (tmp_path / "notes.txt").as_uri(), ["one=1", "two=b"]
    started = sdk.api("ShapeApi").import_shape(item, uri=uri, tag="extra", jobmetadata=pairs)
    module_server.settle()
    return started


def test_a_job(sdk: Any, job: Any, item: str) -> None:
    assert (job.status, job.type, job.priority, job.user) == ("READY", "SHAPE_IMPORT", "MEDIUM", "admin")
    found = sdk.api("JobApi").get_job(job.job_id, metadata=True)
    sdk.answered("JobType")
    assert found.status == "FINISHED"
    assert found.finished >= found.started
    assert {"one": "1", "two": "b", "itemId": item}.items() <= {
        one.key: one.value for one in found.data
    }.items()
    [task] = found.log.task
    assert (task.id, task.status, task.progress.unit) == (1, "FINISHED", "percent")
    some = sdk.api("JobApi").get_job(job.job_id, field=["one", "two"])
    assert {one.key for one in some.data} == {"item", "one", "two"}


def test_lists(sdk: Any, job: Any) -> None:
    jobs = sdk.api("JobApi")
    now = datetime.now(UTC)
    wanted: list[dict[str, Any]] = [
        {"jobmetadata": ["one=1", "two=b"], "user": False},
        {"state": ["FINISHED", "READY"], "type": ["SHAPE_IMPORT"]},
        {"starttime_from": now - timedelta(hours=1), "finishtime_to": now + timedelta(hours=1)},
        {"metadata": True, "sort": "startTime desc", "first": 1, "number": 5},
    ]
    for query in wanted:
        found = jobs.get_jobs(**query)
        sdk.answered("JobListType")
        assert job.job_id in [one.job_id for one in found.job], query
    assert jobs.get_jobs(starttime_from=now + timedelta(hours=1)).hits == 0
    bare = jobs.get_jobs(idonly=True, jobmetadata=["one=1"], number=1).job[0]
    assert (bare.data, bare.log, bare.status) == (None, None, "FINISHED")


def test_again(sdk: Any, module_server: VidispineServer, job: Any) -> None:
    again = sdk.api("JobApi").create_duplicate_job(job.job_id, priority="HIGH")
    sdk.answered("JobType")
    assert (again.type, again.priority) == ("SHAPE_IMPORT", "HIGH")
    assert again.job_id != job.job_id
    module_server.settle()


def test_what_answers_with_nothing(sdk: Any, job: Any) -> None:
    jobs = sdk.api("JobApi")
    for ask in (
        lambda: jobs.update_job_with_http_info(job.job_id, priority="LOW"),
        lambda: jobs.abort_job_with_http_info(job.job_id, reason="enough", cleanup=True),
        lambda: jobs.delete_jobs_with_http_info([job.job_id, "VX-99999"]),
    ):
        assert ask()[:2] == (None, 200)
        assert sdk.client.last_response.data == ""
    assert jobs.get_job(job.job_id).priority == "LOW"


def test_problems_and_types(sdk: Any, job: Any) -> None:
    jobs = sdk.api("JobApi")
    assert jobs.get_all_job_problems().problem is None
    assert jobs.get_job_problems(job.job_id).problem is None
    assert "TRANSCODE" in jobs.get_job_types().uri


def test_an_unknown_job(sdk: Any, sdk_package: Any) -> None:
    with pytest.raises(sdk_package.ApiException) as caught:
        sdk.api("JobApi").get_job("VX-99999")
    assert caught.value.status == 404
    assert json.loads(caught.value.body)["notFound"]["type"] == "Job"
