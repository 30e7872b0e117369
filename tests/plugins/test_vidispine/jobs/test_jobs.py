"""Keys, marks, live jobs, stopping: on a development server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine import marks


def metadata(bed: Any, job: str) -> dict[str, str]:
    found = bed.rest("GET", f"job/{job}?metadata=true")
    return {one["key"]: one["value"] for one in found["data"]}


def test_keys_and_marks_are_in_the_metadata_of_a_job(bed: Any) -> None:
    (file,) = bed.original(bed.new_item()).files
    with marks.marked("run 7"):
        job = bed.library.copy_file(file, "second", "a.bin", key="run 7/copy, the first=1 & é")
    found = metadata(bed, job.id)
    assert found["flowhost_key"] == "run 7/copy%2C the first%3D1 %26 %C3%A9"
    assert found["flowhost_mark"] == "run 7"
    unmarked = bed.library.copy_file(file, "second", "b.bin")
    assert not {"flowhost_key", "flowhost_mark"} & metadata(bed, unmarked.id).keys()


def test_another_library_finds_the_job_of_a_key(bed: Any, make_bed: Any) -> None:
    (file,) = bed.original(bed.new_item()).files
    job = bed.library.copy_file(file, "second", key="run 1")
    assert make_bed(bed.server).library.copy_file(file, "second", key="run 1").id == job.id
    assert make_bed(bed.server).library.copy_file(file, "second", key="run 10").id != job.id


def test_one_key_for_many_threads_is_one_job(bed: Any) -> None:
    (file,) = bed.original(bed.new_item()).files
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: bed.library.copy_file(file, "second", key="run 1").id, range(16)))
    assert len(ids) == 1


def test_a_server_in_trouble_gets_the_order_once(bed: Any) -> None:
    (file,) = bed.original(bed.new_item()).files
    bed.server.faults.add("502:method=POST,late=yes,count=1")
    with pytest.raises(flowhost.Unavailable):
        bed.library.copy_file(file, "second", key="run 1")  # it has arrived
    job = bed.library.copy_file(file, "second", key="run 1")
    assert bed.ended(job).status == "FINISHED"
    assert len(bed.rest("GET", "job?user=false&type=COPY_FILE")["job"]) == 1


def test_what_live_jobs_asks(bed: Any) -> None:
    item = bed.new_item()
    with bed.requests(2):
        assert bed.library.live_jobs(item) == []
    with bed.requests(1):
        assert bed.library.job("VX-99999") is None


def test_live_jobs_of_an_external_id(bed: Any) -> None:
    bed.library.create_item({}, external_id="SITE-1")
    assert bed.library.live_jobs("SITE-1") == []


def test_stopping_what_is_not_there(bed: Any) -> None:
    for name in ("VX-99999", "flowhost-0123456789abcdef01234567"):
        with pytest.raises(flowhost.Permanent, match=name):
            bed.library.stop_job(name)
