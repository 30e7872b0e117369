"""Makes pictures of the original of an item."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flowhost
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind
from flowhost_plugins.catalogue import FfmpegMissing, Shape

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

RESOURCE = "VX-1"
"""The only thumbnail resource there is."""

DEFAULT_AT = 0.1  # part of a film the picture is taken at: past the black of the beginning
WIDTHS = {"thumbnail": 320, "poster": 1280}  # pixels at most
TIMEOUT = 300.0  # seconds for one picture; a broken file must not keep a thread for ever
LOOK = 0.2  # seconds between two looks whether the job shall stop


def thumbnail_step(
    kinds: tuple[str, ...] = ("thumbnail", "poster"), at: list[float] | None = None, shape: str = ""
) -> Step:
    """Make pictures.

    Args:
        kinds: ``thumbnail``, ``poster``.
        at: seconds from the beginning; None: one, at a tenth of the film.
        shape: id of the shape they are made of; empty: the original.
    """
    return Step("pictures", {"kinds": list(kinds), "at": at, "shape": shape}, "Creating thumbnails")


def folder_of(site: Site, kind: str, item: str) -> Path:
    """Where the pictures of an item are."""
    return site.root / f"{kind}s" / item


def _make(
    site: Site, record: JobRecord, orders: Mapping[str, Any], stop: threading.Event
) -> Mapping[str, str]:
    shape = _source(site, record.item, orders.get("shape", ""))
    source = next((site.catalogue.path_of(file) for file in shape.files if file.state == "CLOSED"), None)
    if source is None:
        raise flowhost.Permanent(f"the item {record.item} has no complete original to make pictures of")
    duration, rate = _timing(shape)
    moments = orders["at"] if orders["at"] is not None else [duration * DEFAULT_AT]
    made = {}
    for kind in orders["kinds"]:
        folder = folder_of(site, kind, record.item)
        folder.mkdir(parents=True, exist_ok=True)
        codes = [f"{round(moment * rate)}@{_shown(rate)}" for moment in moments]
        for moment, code in zip(moments, codes, strict=True):
            _picture(source, folder / f"{code}.jpg", moment, WIDTHS[kind], stop)
        made[f"{kind}TimeCodes"] = ",".join(codes)
        if kind == "thumbnail":
            base = f"{site.api}/thumbnail/{RESOURCE}/{record.item}"
            made["thumbnails"] = json.dumps({f"[TC:{code}]": f"{base}/{code}" for code in codes})
    return made


def _source(site: Site, item: str, wanted: str) -> Shape:
    for shape in site.catalogue.shapes(item):
        if shape.id == wanted or (not wanted and "original" in shape.tags):
            return shape
    if wanted:
        raise flowhost.Permanent(f"the item {item} has no shape {wanted} any more")
    raise flowhost.Permanent(f"the item {item} has no original to make pictures of")


def _timing(shape: Shape) -> tuple[float, Fraction]:
    """Seconds, and pictures a second."""
    rates = [Fraction(one.frame_rate) for one in shape.components if one.frame_rate]
    durations = [one.duration for one in shape.components if one.duration]
    return (durations[0] if durations else 0.0), (rates[0] if rates else Fraction(25))


def _shown(rate: Fraction) -> str:
    return f"{rate.numerator}" if rate.denominator == 1 else f"{rate.numerator}:{rate.denominator}"


def _picture(source: Path, target: Path, moment: float, width: int, stop: threading.Event) -> None:
    part = target.with_suffix(".part.jpg")
    command = [_ffmpeg(), "-nostdin", "-v", "error", "-y", "-ss", f"{moment:.6f}"]
    command += ["-protocol_whitelist", "file,crypto,data", "-i", f"file:{source}"]
    command += ["-frames:v", "1", "-update", "1", "-vf", f"scale='min(iw,{width})':-2", f"file:{part}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:  # noqa: S603  # our own words
        waited = 0.0
        while True:
            try:
                _, told = process.communicate(timeout=LOOK)
                break
            except subprocess.TimeoutExpired:
                waited += LOOK
                if stop.is_set() or waited > TIMEOUT:
                    process.kill()
    if stop.is_set():
        part.unlink(missing_ok=True)
        return
    if process.returncode or not part.exists():
        why = told.decode(errors="replace").strip().splitlines()
        raise flowhost.Permanent(
            f"ffmpeg made no picture of {source}: {why[-1] if why else 'no frame there'}"
        )
    part.replace(target)


def _ffmpeg() -> str:
    found = shutil.which("ffmpeg")
    if found is None:
        raise FfmpegMissing("there is no ffmpeg in PATH; install it")
    return found


add_kind("pictures", Kind(do=_make))
