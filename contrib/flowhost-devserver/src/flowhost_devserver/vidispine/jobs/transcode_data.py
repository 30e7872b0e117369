"""What the data of jobs says of their transcoding."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_plugins.catalogue import CatalogueItem, File, Shape

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

SETTINGS: dict[str, tuple[str, ...]] = {
    "createThumbnails": (),
    "growing": (),
    "fastStartRequire": ("requireFastStart",),
    "noTranscode": ("no-transcode",),
    "keepOriginalFile": (),
    "useProxy": (),
    "useCloudConvert": (),
    "deleteFileOnFailure": (),
}
"""What is true or false of every job that imports or transcodes, false unless the order says so → what the order may
call it besides."""

WHOLE = 100  # per cent


def transcode_data(
    site: Site, record: JobRecord, item: CatalogueItem, files: Iterable[File]
) -> dict[str, str]:
    """The keys; none when the job does not transcode.

    Args:
        site: the server.
        record: the job.
        item: what it is for.
        files: what it made.
    """
    steps = [step for step in record.steps if step.do == "transcode"]
    if not steps:
        return {}
    made = [shape for shape in item.shapes if shape.id in {file.shape for file in files}]
    spans = [_samples(part.duration, part.frame_rate) for shape in made for part in shape.components[:1]]
    done = all(step.status.startswith("FINISHED") for step in steps)
    progress = sum(step.progress for step in steps) / len(steps)
    data = {
        "tags": ",".join(step.orders["tag"] for step in steps),
        "transcoder": f"{site.api}/resource/transcoder/VX-1",
        "transcoderId": "VX-1",
        "transcodeProgress": f"{progress:.1f}",
        "transcodeDone": "true" if done else "false",
        "transcodeDurations": ",".join(span for span in spans if span),
        "transcodeMediaTimes": ",".join(span for span in spans if span),
        "sourceFileId": _source_file(item, steps[0]),
        "closeProxyURI0": "\n".join(Path(site.catalogue.path_of(file)).as_uri() for file in files),
    }
    return data | _times(record, site.clock.now(), progress)


def _times(record: JobRecord, now: datetime, progress: float) -> dict[str, str]:
    """Seconds it took and, once something is done, those it will take."""
    until = datetime.fromisoformat(record.finished) if record.finished else now
    took = max(0.0, (until - datetime.fromisoformat(record.started)).total_seconds())
    left = {"transcodeEstimatedTimeLeft": f"{took * (WHOLE - progress) / progress:.3f}"} if progress else {}
    return {"transcodeWallTime": f"{took:.3f}", **left}


def _source_file(item: CatalogueItem, step: Step) -> str:
    sources: Iterable[Shape] = (shape for shape in item.shapes if step.orders.get("source_tag") in shape.tags)
    return next((file.id for shape in sources for file in shape.files), "")


def _samples(duration: float | None, rate: str) -> str:
    """A duration as ``samples@rate``; empty when it has none."""
    if not duration:
        return ""
    per_second = Fraction(rate) if rate else Fraction(1_000_000)
    whole = per_second.denominator == 1
    shown = f"{per_second.numerator}" if whole else f"{per_second.numerator}:{per_second.denominator}"
    return f"{round(duration * per_second)}@{shown}"
