"""The jobs that import."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.imports.sources import UPLOADS, Source
from flowhost_devserver.vidispine.jobs import JobRecord, Step, job_answer, start_job
from flowhost_devserver.vidispine.jobs.starting import job_metadata, ordered_settings, priority_of
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind, import_step, transcode_steps
from flowhost_devserver.vidispine.site import Site
from flowhost_devserver.vidispine.thumbnails.asking import picture_steps

TIDY = "remove upload folder"


def _tidy(
    site: Site,
    record: JobRecord,  # noqa: ARG001  # all are called alike
    orders: Mapping[str, Any],
    stop: threading.Event,  # noqa: ARG001  # it is done at once
) -> Mapping[str, str]:
    """Remove the folder that a sent file was in; it is empty, and may be gone already."""
    with suppress(FileNotFoundError):
        (site.root / UPLOADS / orders["folder"]).rmdir()
    return {}


add_kind(TIDY, Kind(do=_tidy))


def tidy_step(source: Source) -> Step:
    """Remove the folder that sent media was in, once it was moved out of it."""
    return Step(TIDY, {"folder": Path(source.where).parent.name}, "Cleaning up")


def check_orders(call: Call) -> None:
    """Check what the request says of the job, before an item is made for it.

    Raises:
        Refusal: something of it cannot be taken.
    """
    priority_of(call)
    job_metadata(call)
    picture_steps(call, default=False)
    ordered_settings(call)


def start_import(call: Call, kind: str, item_id: str, source: Source) -> Response:
    """Start an import job, and answer with it.

    Args:
        call: the request; ``tag`` names what the media is transcoded to, ``original`` the tag of the media itself,
            ``storageId`` where it is put.
        kind: type of the job.
        item_id: the item.
        source: the media.
    """
    storage = call.text("storageId") or None
    original = call.text("original") or "original"
    steps: list[Step] = [import_step(source.where, mode=source.mode, tag=original, storage=storage)]
    if source.mode == "move":
        steps.append(tidy_step(source))
    tags = [tag for tag in dict.fromkeys(call.words("tag")) if tag != original]
    settings = ordered_settings(call)
    if settings["noTranscode"] == "false":
        steps += transcode_steps(tags, source_tag=original)
    steps += picture_steps(call, default=False)
    data = (
        settings | source.data | {"originalShapeTag": original} | ({"tags": ",".join(tags)} if tags else {})
    )
    return job_answer(call, start_job(call, kind, item_id, steps, data=data))
