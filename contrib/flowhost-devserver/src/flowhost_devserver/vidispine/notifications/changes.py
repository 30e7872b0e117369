"""What the catalogue, the board of jobs and the metadata say happened, in Vidispine's words.

Keys that no public source names (collections, storages, files) are called as those of jobs are: ``collectionId``,
``storageId``, ``fileId``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowhost_devserver.vidispine.files.documents import sha1
from flowhost_devserver.vidispine.jobs import JobRecord, job_data
from flowhost_devserver.vidispine.metadata.kept import KIND, SYSTEM, kept_metadata
from flowhost_devserver.vidispine.metadata.subjects import subject_of
from flowhost_devserver.vidispine.notifications.happenings import Happening, told
from flowhost_devserver.vidispine.refusals import Refusal
from flowhost_plugins.catalogue import Change, NotFound

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

WELL = ("FINISHED", "FINISHED_WARNING")
JOB_EVENTS = {"CREATE": ("create",), "UPDATE": ("update",)}
ALWAYS = ("-INF", "+INF")


def of_change(site: Site, change: Change) -> Iterator[Happening]:
    """What a change of the catalogue is called; nothing when Vidispine has no word for it."""
    if change.kind in ("item", "access", "shape"):
        yield _of_item(site, change)
    elif change.kind == "metadata":
        yield from _of_stranger(site, change)
    elif change.kind == "collection":
        yield from _of_collection(change)
    elif change.kind == "storage" and change.action != "MODIFY":
        things = {"storage": change.id}
        yield Happening(
            "storage", (change.action.lower(),), things, told(storageId=change.id, action=change.action)
        )
    elif change.kind == "file":
        yield _of_file(site, change)


def of_job(site: Site, event: str, record: JobRecord, number: int) -> Happening:
    """What became of a job.

    Args:
        site: the server.
        event: CREATE, UPDATE or STOP.
        record: the job as it was then.
        number: of the notification.
    """
    data = job_data(site, record) | {"action": event, "sequenceNumber": str(number)}
    ended = ("stop", "finished") if record.status in WELL else ("stop", "fail")
    return Happening(
        "job",
        JOB_EVENTS.get(event, ended),
        {"job": record.id} | ({"item": record.item} if record.item else {}),
        told(**data),
        placeholder=record.notification,
    )


def of_metadata(
    kind: str, id_: str, user: str, change_set: str, spans: Iterable[Mapping[str, Any]], number: int
) -> Iterator[Happening]:
    """What a change set did; that of a collection has two names.

    Args:
        kind: ``item`` or ``collection``.
        id_: of that.
        user: who did it.
        change_set: its id.
        spans: the timespans with what changed in them, as `metadata.history` keeps them.
        number: of the notification.
    """
    spans = list(spans)
    fields = [one for span in spans for one in _fields(span)]
    values: dict[str, tuple[str, ...]] = {}
    for one in fields:
        texts = tuple(value["value"] for value in one["value"] if value.get("mode") != "remove")
        values[one["name"]] = values.get(one["name"], ()) + texts
    besides = told(
        **{f"{kind}Id": id_},
        changeSetId=change_set,
        userName=user,
        sequenceNumber=str(number),
    )
    modified = Happening(
        "metadata",
        ("modify",),
        {kind: id_},
        values | besides,
        frozenset(values),
        frozenset(value["lang"] for one in fields for value in one["value"] if value.get("lang")),
        frozenset(one.get("track", "") for one in fields),
        frozenset((span.get("start"), span.get("end")) != ALWAYS for span in spans),
    )
    yield modified
    if kind == "collection":
        yield replace(modified, entity="collection", events=("metadata/modify",))


def _fields(level: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from level.get("field", ())
    for group in level.get("group", ()):
        yield from _fields(group)


def _of_stranger(site: Site, change: Change) -> Iterator[Happening]:
    """Metadata that was changed in the catalogue directly.

    Reading it lets the metadata take notice, which tells of the change set; but of the first one it hears of it cannot.
    """
    try:
        subject = subject_of(site, "item", change.id)
    except Refusal:  # deleted meanwhile
        return
    is_first = site.keeping.get(KIND, subject.key) is None
    kept = kept_metadata(site, subject)
    if is_first:
        names = {name.rpartition("/")[2] for name in change.fields}
        values = {name: tuple(texts) for name, texts in subject.fields.items() if name in names}
        besides = told(itemId=change.id, changeSetId=kept["last"], userName=SYSTEM)
        yield Happening("metadata", ("modify",), {"item": change.id}, values | besides, frozenset(names))


def _of_item(site: Site, change: Change) -> Happening:
    item = change.item or change.id
    values = told(itemId=item)
    if change.kind == "shape":
        tags = _tags(site, item, change.id)
        values |= told(shapeId=change.id, notificationTrigger=change.action, tags=tags)
    else:
        values |= told(action=change.action)
    if change.kind == "access":
        names = ("accessId", "permission", "priority", "user", "group")
        values |= told(type="access", **{name: change.details.get(name) for name in names})
    return Happening(change.kind, (change.action.lower(),), {"item": item}, values)


def _tags(site: Site, item: str, shape: str) -> str:
    try:
        found = [one for one in site.catalogue.shapes(item) if one.id == shape]
    except NotFound:
        return ""
    return ",".join(found[0].tags) if found else ""


def _of_collection(change: Change) -> Iterator[Happening]:
    things, content = {"collection": change.id}, change.details.get("content")
    values = told(collectionId=change.id, action=change.action)
    if content in ("add", "remove"):
        member = change.details.get("memberId")
        kind = change.details.get("memberType", "item")
        values |= told(**{f"{kind}Id": member} if kind == "item" else {"memberId": member}, type=kind)
        values |= told(action=content.upper())
        yield Happening("collection", (f"item/{content}", f"content/{content}"), things, values)
    elif content is None:
        yield Happening("collection", (change.action.lower(),), things, values)


def _of_file(site: Site, change: Change) -> Happening:
    values = told(fileId=change.id, itemId=change.item, state=change.details.get("state"))
    events: tuple[str, ...] = {"CREATE": ("new",), "DELETE": ("delete",)}.get(change.action, ("change",))
    things = {"file": change.id, "storage/file": change.id}
    try:
        file = site.catalogue.file(change.id)
    except NotFound:
        return Happening("file", events, things, values | told(action=events[0].upper()))
    closed, digest = change.details.get("state", file.state) == "CLOSED", sha1(site, file)
    if closed and change.action != "DELETE":
        events += ("close", "hash") if digest else ("close",)
    values |= told(storageId=file.storage, path=file.path, size=str(file.size), hash=digest, state=file.state)
    values |= told(action=events[0].upper(), itemId=file.item)
    return Happening("file", events, things | {"storage": file.storage}, values)
