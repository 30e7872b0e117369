"""What steps of jobs do: order a job of the catalogue, or work of the server's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import flowhost
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step

if TYPE_CHECKING:
    import threading

    from flowhost_devserver.vidispine.site import Site
    from flowhost_plugins.catalogue import Job

Ordering: TypeAlias = "Callable[[Site, str, Mapping[str, Any]], Job]"
"""Orders a job of the catalogue; told the item of the job and the orders of the step."""

Doing: TypeAlias = "Callable[[Site, JobRecord, Mapping[str, Any], threading.Event], Mapping[str, str]]"
"""Does work of the server's own, in a thread, until the flag is set; returns what came of it for job data."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step: exactly one of both.

    Args:
        order: orders a job of the catalogue.
        do: does it here. It must bear being begun again after a restart.
    """

    order: Ordering | None = None
    do: Doing | None = None


def _import(site: Site, item: str, orders: Mapping[str, Any]) -> Job:
    return site.catalogue.import_file(
        orders.get("item", item),
        orders["source"],
        mode=orders.get("mode", "copy"),
        storage=orders.get("storage"),
        tag=orders.get("tag", "original"),
    )


def _transcode(site: Site, item: str, orders: Mapping[str, Any]) -> Job:
    return site.catalogue.transcode(
        orders.get("item", item),
        orders["tag"],
        replace=True,
        storage=orders.get("storage"),
        source_tag=orders.get("source_tag", "original"),
    )


def _thumbnail(site: Site, item: str, orders: Mapping[str, Any]) -> Job:
    return site.catalogue.thumbnail(item, at=orders.get("at"))


def _analyze(site: Site, item: str, orders: Mapping[str, Any]) -> Job:
    return site.catalogue.analyze(item, orders.get("tag", "original"))


def _copy(site: Site, item: str, orders: Mapping[str, Any]) -> Job:  # noqa: ARG001  # all are called alike
    return site.catalogue.copy_file(orders["file"], orders["storage"], orders.get("path"))


def _move(site: Site, item: str, orders: Mapping[str, Any]) -> Job:  # noqa: ARG001  # all are called alike
    return site.catalogue.move_file(orders["file"], orders["storage"], orders.get("path"))


def _refuse(site: Site, item: str, orders: Mapping[str, Any]) -> Job:  # noqa: ARG001  # all are called alike
    raise flowhost.Permanent("the job was not started by a request, so it cannot run again")


def _retag(
    site: Site,
    record: JobRecord,
    orders: Mapping[str, Any],
    stop: threading.Event,  # noqa: ARG001  # all are called alike; this takes no time
) -> Mapping[str, str]:
    """Let the shape of the newest file of the job have more tags."""
    made = [step.result["fileId"] for step in record.steps if "fileId" in step.result]
    file = site.catalogue.file(made[-1])
    if file.shape:
        shapes = {shape.id: shape for shape in site.catalogue.shapes(file.item or "")}
        site.catalogue.set_tags_of_shape(file.shape, {*shapes[file.shape].tags, *orders["tags"]})
    return {}


KINDS: dict[str, Kind] = {
    "tag": Kind(do=_retag),
    "adopted": Kind(order=_refuse),
    "import": Kind(order=_import),
    "transcode": Kind(order=_transcode),
    "thumbnail": Kind(order=_thumbnail),
    "analyze": Kind(order=_analyze),
    "copy": Kind(order=_copy),
    "move": Kind(order=_move),
}
"""Word → what it does. Topics add their own with `add_kind`."""


def add_kind(word: str, kind: Kind) -> None:
    """Let steps of this word be done so.

    Raises:
        ValueError: the word is taken.
    """
    if word in KINDS:
        raise ValueError(f"there are steps of the kind {word!r} already")
    KINDS[word] = kind


def import_step(
    source: str, *, tag: str = "original", mode: str = "copy", storage: str | None = None, item: str = ""
) -> Step:
    """Import a file as a shape.

    Args:
        source: a path, a ``file:`` URL, or id of a file.
        tag: of the shape.
        mode: ``copy``, ``move`` or ``place``.
        storage: where to; None: where there is room.
        item: the item; empty: that of the job.
    """
    orders: dict[str, Any] = {"source": source, "tag": tag, "mode": mode, "storage": storage}
    return Step("import", orders | ({"item": item} if item else {}), "Transferring file")


def tag_step(tags: list[str]) -> Step:
    """Give the shape that the step before made these tags, too."""
    return Step("tag", {"tags": tags}, "Tagging shape")


def transcode_steps(
    tags: list[str], *, storage: str | None = None, source_tag: str = "original"
) -> list[Step]:
    """Transcode to each of these tags."""
    orders = {"storage": storage, "source_tag": source_tag}
    return [Step("transcode", {"tag": tag, **orders}, "Transcoding shape") for tag in tags]
