"""Which jobs a list is about, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.jobs.data import STEP, job_data
from flowhost_devserver.vidispine.jobs.records import PRIORITIES, STATES, JobRecord
from flowhost_devserver.vidispine.jobs.starting import job_metadata
from flowhost_devserver.vidispine.refusals import invalid_input

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

ORDERS: dict[str, Callable[[JobRecord], object]] = {
    "jobId": lambda record: record.number,
    "startTime": lambda record: record.started,
    "started": lambda record: record.started,
    "finishTime": lambda record: record.finished,
    "finished": lambda record: record.finished,
    "priority": lambda record: PRIORITIES.index(record.priority),
    "state": lambda record: record.status,
    "status": lambda record: record.status,
    "type": lambda record: record.type,
    "user": lambda record: record.user,
}
"""What jobs can be sorted by."""

TIMES = (("starttime-from", "starttime-to", "started"), ("finishtime-from", "finishtime-to", "finished"))


def listed(call: Call) -> list[JobRecord]:
    """The jobs that the request asks for, all pages of them.

    Raises:
        Refusal: a parameter cannot be taken.
    """
    states, kinds = _states(call), [word.upper() for word in call.words("type")]
    metadata, mine = job_metadata(call), call.flag("user", default=True)
    step = call.number("step", -1, lowest=-1)
    found = [
        record
        for record in call.site.jobs.all()
        if (not mine or record.user == call.run_as)
        and (not states or record.status in states)
        and (not kinds or record.type in kinds)
        and (step < 0 or record.current * STEP == step)
        and _within(call, record)
    ]
    if metadata:
        found = [record for record in found if _has(call.site, record, metadata)]
    return _sorted(call, found)


def _states(call: Call) -> list[str]:
    words = [word.upper() for word in call.words("state")]
    for word in words:
        if word not in STATES:
            raise invalid_input("state", explanation=f"expected one of {', '.join(STATES)}", value=word)
    return words


def _has(site: Site, record: JobRecord, wanted: dict[str, str]) -> bool:
    """Whether its data has these values; the key ``item`` is made for the answer only and never matches."""
    known = {"itemId": record.item, "jobId": record.id, **record.data, **record.metadata}
    if not wanted.keys() <= known.keys():
        known = job_data(site, record)
    known.pop("item", None)
    return all(known.get(key) == value for key, value in wanted.items())


def _within(call: Call, record: JobRecord) -> bool:
    for first, last, name in TIMES:
        if not call.text(first) and not call.text(last):
            continue
        text = getattr(record, name)
        if not text:
            return False
        when = datetime.fromisoformat(text)
        if call.text(first) and when < _moment(call, first):
            return False
        if call.text(last) and when > _moment(call, last):
            return False
    return True


def _moment(call: Call, name: str) -> datetime:
    text = call.text(name)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_input(
            name, explanation="expected a time such as 2021-03-09T15:04:43Z", value=text
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _sorted(call: Call, found: list[JobRecord]) -> list[JobRecord]:
    wanted = call.words("sort") or ["jobId desc"]
    for word in reversed(wanted):
        name, _, direction = word.strip().partition(" ")
        if name not in ORDERS or direction.lower() not in ("", "asc", "desc"):
            what = f"expected one of {', '.join(ORDERS)}, then asc or desc"
            raise invalid_input("sort", explanation=what, value=word)
        found = sorted(found, key=ORDERS[name], reverse=direction.lower() == "desc")  # type: ignore[arg-type]  # texts or numbers, each with its own kind
    return found
