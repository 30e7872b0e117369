"""How pages start jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs.documents import job_started
from flowhost_devserver.vidispine.jobs.records import PRIORITIES, JobRecord, Step
from flowhost_devserver.vidispine.jobs.transcode_data import SETTINGS
from flowhost_devserver.vidispine.refusals import invalid_input


def start_job(
    call: Call,
    kind: str,
    item: str,
    steps: Iterable[Step],
    *,
    data: Mapping[str, str] | None = None,
    like: JobRecord | None = None,
) -> JobRecord:
    """Start a job with what the request says of it: ``priority``, ``jobmetadata``, ``notification`` and its data.

    What cannot be done fails the job, not the request.

    Args:
        call: the request.
        kind: one of `records.TYPES`.
        item: id of the item it is for; empty when it is for none.
        steps: what it does, one after another; see `steps`.
        data: more of its data.
        like: the job whose priority, metadata and notification hold where the request says nothing else.

    Raises:
        Refusal: a parameter of the request cannot be taken.
    """
    board = call.site.jobs
    record = JobRecord(
        board.new_id(),
        kind,
        call.run_as,
        board.now(),
        tuple(steps),
        item,
        priority=priority_of(call, like.priority) if like else priority_of(call),
        metadata={**(like.metadata if like else {}), **job_metadata(call)},
        data=data or {},
        notification=call.text("notification") or (like.notification if like else ""),
        notification_data=call.text("notificationData"),
    )
    board.add(record)
    return record


def job_answer(call: Call, record: JobRecord) -> Response:
    """The answer to the order of a job."""
    return document(call, "JobDocument", job_started(record), text=record.id)


def priority_of(call: Call, default: str = "MEDIUM") -> str:
    """The priority that is asked for.

    Raises:
        Refusal: there is no such priority.
    """
    given = call.text("priority") or default
    if given.upper() not in PRIORITIES:
        raise invalid_input("priority", explanation=f"expected one of {', '.join(PRIORITIES)}", value=given)
    return given.upper()


def ordered_settings(call: Call) -> dict[str, str]:
    """What is true or false of an import or a transcode, as job data have it.

    Raises:
        Refusal: a parameter is neither.
    """
    said = {name: [call.flag(word) for word in (name, *others)] for name, others in SETTINGS.items()}
    return {name: "true" if any(flags) else "false" for name, flags in said.items()}


def job_metadata(call: Call, name: str = "jobmetadata") -> dict[str, str]:
    """The pairs of a repeatable parameter ``key=value``.

    Raises:
        Refusal: one of them has no key.
    """
    found = {}
    for text in call.texts(name):
        key, divider, value = text.partition("=")
        if not key or not divider:
            raise invalid_input(name, explanation="expected key=value", value=text)
        found[key] = value
    return found
