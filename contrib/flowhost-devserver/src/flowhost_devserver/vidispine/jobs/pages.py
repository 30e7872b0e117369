"""The pages about jobs."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs.documents import job_document
from flowhost_devserver.vidispine.jobs.listing import listed
from flowhost_devserver.vidispine.jobs.records import TYPES, JobRecord
from flowhost_devserver.vidispine.jobs.starting import job_answer, priority_of, start_job
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route

MOST = 1000
"""Jobs in a list at most."""


def _found(call: Call, job_id: str) -> JobRecord:
    record = call.site.jobs.find(job_id)
    if record is None:
        raise not_found("Job", job_id)
    return record


def _fields(call: Call) -> list[str] | None:
    return None if call.flag("metadata") and not call.words("field") else ["item", *call.words("field")]


def one(call: Call, job_id: str) -> Response:
    """`GET /job/{id}`."""
    record = _found(call, job_id)
    shown = job_document(call.site, record, fields=_fields(call))
    return document(call, "JobDocument", shown, text=record.status)


def several(call: Call) -> Response:
    """`GET /job`."""
    found = listed(call)
    first, number = call.number("first", 1, lowest=1), call.number("number", 100, highest=MOST)
    page = found[first - 1 : first - 1 + number]
    shown = [
        _bare(record) if call.flag("idonly") else job_document(call.site, record, fields=_fields(call))
        for record in page
    ]
    text = "".join(record.id + LINE for record in page)
    hits = {"hits": len(found)} if call.flag("count", default=True) else {}
    return document(call, "JobListDocument", {**hits, "job": shown}, text=text)


def _bare(record: JobRecord) -> dict[str, str]:
    """What no job document may lack."""
    given = {"status": record.status, "type": record.type, "priority": record.priority}
    return {"jobId": record.id, **given}


def abort(call: Call, job_id: str) -> Response:
    """`DELETE /job/{id}`."""
    _found(call, job_id)
    call.site.jobs.abort(job_id, call.text("reason"))
    return empty()


def abort_several(call: Call) -> Response:
    """`DELETE /job?id=`."""
    for job_id in call.words("id"):
        if call.site.jobs.find(job_id):
            call.site.jobs.abort(job_id, call.text("reason"))
    return empty()


def change(call: Call, job_id: str) -> Response:
    """`PUT /job/{id}?priority=`."""
    record = _found(call, job_id)
    call.site.jobs.change(job_id, priority=priority_of(call, record.priority))
    return empty()


def again(call: Call, job_id: str) -> Response:
    """POST /job/{id}/re-run: a new job that does the same."""
    old = _found(call, job_id)
    steps = [step.anew() for step in old.steps]
    record = start_job(call, old.type, old.item, steps, data=old.data, like=old)
    return job_answer(call, record)


def problems(call: Call, job_id: str = "") -> Response:
    """GET /job/problem, /job/{id}/problem: what jobs wait for; here nothing ever."""
    if job_id:
        _found(call, job_id)
    return document(call, "JobProblemListDocument", {}, text="")


def types(call: Call) -> Response:
    """`GET /jobtype`."""
    return uri_list(call, TYPES)


ROUTES = (
    Route("GET", "/job", several),
    Route("DELETE", "/job", abort_several),
    Route("GET", "/job/problem", problems),
    Route("GET", "/job/<job_id>", one),
    Route("DELETE", "/job/<job_id>", abort),
    Route("PUT", "/job/<job_id>", change),
    Route("POST", "/job/<job_id>/re-run", again),
    Route("GET", "/job/<job_id>/problem", problems),
    Route("GET", "/jobtype", types),
)
